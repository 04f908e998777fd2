/** What each phase of a ticket means, in a line: for people who read the documentation or a ticket's story. */
import type { PhaseName } from './state.ts';

export const TICKET_PHASE_MEANINGS: Readonly<Record<PhaseName, string>> = {
  created: 'Minted. The plan’s machine has not reached it, or it was taken back until the plan is redriven.',
  gated: 'The plan’s machine waits in it, but tickets that gate it are not done.',
  ready: 'In the queue of its pool: the next round that finds an agent for it assigns it.',
  deferred: 'Ready, but its plan is paused.',
  assigned: 'An agent has been chosen and told. It must claim the ticket within the lease; a person, before it is due.',
  running: 'The agent has claimed it, and gives a sign of life at least once a lease; of a person none is expected.',
  backing_off: 'An attempt failed or was lost. The next one may begin when the backoff is over.',
  awaiting_person:
    'A compensation that failed for good: an operator retries it, or skips it once it is undone by hand.',
  completed: 'Its agent reported success, once and for all.',
  skipped: 'An operator took it as done, with an output.',
  failed: 'It failed for good: retries are used up, or would be wrong.',
  cancelled: 'Not to run any more: its plan failed or was cancelled, or it depends on a ticket that failed.',
  compensating: 'It was completed, and another ticket is undoing it.',
  compensated: 'It was completed, and has been undone.',
};
