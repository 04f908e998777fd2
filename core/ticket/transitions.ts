/**
 * The ticket's state machine as a table: which events a ticket takes in which phase, and where they lead. The reducer
 * refuses what is not listed here, and the page of the documentation is drawn from it.
 */
import type { TicketEvent } from './events.ts';
import type { PhaseName } from './state.ts';

/** `same`: the ticket stays in its phase. */
export type Target = PhaseName | 'same';

const OPEN: readonly PhaseName[] = [
  'created',
  'gated',
  'ready',
  'deferred',
  'assigned',
  'running',
  'backing_off',
  'awaiting_person',
];
const ENDED: readonly PhaseName[] = ['completed', 'skipped', 'failed', 'cancelled', 'compensating', 'compensated'];

export interface Transition {
  readonly from: readonly PhaseName[];
  readonly to: Target;
}

export const TICKET_TRANSITIONS: Readonly<Record<Exclude<TicketEvent['type'], 'TicketCreated'>, Transition>> = {
  TicketGated: { from: ['created'], to: 'gated' },
  TicketReentered: { from: OPEN.filter((phase) => phase !== 'created'), to: 'same' },
  GateOpened: { from: ['created', 'gated'], to: 'same' },
  TicketReady: { from: ['created', 'gated', 'deferred', 'backing_off', 'awaiting_person'], to: 'ready' },
  TicketDeferred: { from: ['ready'], to: 'deferred' },
  TicketAssigned: { from: ['ready'], to: 'assigned' },
  TicketStarted: { from: ['assigned'], to: 'running' },
  TicketReminded: { from: ['assigned', 'running'], to: 'same' },
  TokenRevoked: { from: ['assigned', 'running'], to: 'same' },
  TokenExchanged: { from: ['running'], to: 'same' },
  AttemptFailed: { from: ['assigned', 'running'], to: 'backing_off' },
  TicketCompleted: { from: ['running'], to: 'completed' },
  TicketFailed: { from: ['running'], to: 'failed' },
  TicketEscalated: { from: ['running'], to: 'awaiting_person' },
  // Not before it is ready: what it depends on would be passed over.
  TicketSkipped: {
    from: ['ready', 'deferred', 'assigned', 'running', 'backing_off', 'awaiting_person', 'failed'],
    to: 'skipped',
  },
  TicketCancelled: { from: OPEN, to: 'cancelled' },
  TicketWithdrawn: { from: ['gated', 'ready', 'deferred', 'assigned', 'backing_off'], to: 'created' },
  TicketReopened: { from: ['failed', 'cancelled'], to: 'created' },
  CompensationStarted: { from: ['completed'], to: 'compensating' },
  TicketCompensated: { from: ['compensating'], to: 'compensated' },
  ReportRefused: { from: [...OPEN, ...ENDED], to: 'same' },
};
