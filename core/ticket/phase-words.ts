/** How a ticket stands, in words. */
import type { PhaseName } from './state.ts';

/** What follows `the ticket …`. */
export const TICKET_STANDS: Readonly<Record<PhaseName, string>> = {
  created: 'is waiting',
  gated: 'is gated',
  ready: 'is ready',
  deferred: 'is deferred',
  assigned: 'is assigned',
  running: 'is running',
  backing_off: 'is backing off',
  awaiting_person: 'is waiting for a person',
  completed: 'has completed',
  skipped: 'was skipped',
  failed: 'has failed',
  cancelled: 'was cancelled',
  compensating: 'is being undone',
  compensated: 'has been undone',
};
