/** What each phase of a plan means, in a line: for people who read the documentation. */
import type { PlanPhaseName } from './state.ts';

export const PLAN_PHASE_MEANINGS: Readonly<Record<PlanPhaseName, string>> = {
  received: 'Noted in the ledger; its tickets are being minted.',
  awaiting_approval: 'Its tickets are minted; a person other than its author must approve it first.',
  accepted: 'Its execution is about to be started.',
  running: 'Its machine says which tickets may run.',
  paused: 'An operator holds it: nothing is assigned, what runs may finish.',
  halted: 'It failed under `on_failure: halt`: what runs may finish, then it waits to be repaired and redriven.',
  compensating: 'It failed or was cancelled, and what was done is being undone in reverse.',
  completed: 'Every ticket is done.',
  failed: 'It ended with something not done, and nothing (more) is undone.',
  compensated: 'It failed or was cancelled, and everything that declares a compensation has been undone.',
  cancelled: 'An operator ended it, and there was nothing to undo.',
  rejected: 'A person did not approve it: nothing of it has run.',
};
