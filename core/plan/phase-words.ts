/** How a plan stands, in words. */
import type { PlanPhaseName } from './state.ts';

/** What follows `the plan …`. */
export const PLAN_STANDS: Readonly<Record<PlanPhaseName, string>> = {
  received: 'has been received',
  awaiting_approval: 'is awaiting approval',
  accepted: 'has been accepted',
  running: 'is running',
  paused: 'is paused',
  halted: 'has halted',
  compensating: 'is being undone',
  completed: 'has completed',
  failed: 'has failed',
  compensated: 'has been undone',
  cancelled: 'was cancelled',
  rejected: 'was rejected',
};

/** `is running, is paused or has halted`. */
export function plansThat(phases: readonly PlanPhaseName[]): string {
  const words = phases.map((phase) => PLAN_STANDS[phase]);
  const last = words.at(-1) ?? '';
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} or ${last}`;
}
