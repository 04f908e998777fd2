/** What must hold of each event of a ticket, the moment it is written. */
import type { Recorded } from '../../../core/ledger/chain.ts';
import type { TicketEvent } from '../../../core/ticket/events.ts';
import { REMIND_AT } from '../../../core/ticket/remind.ts';
import { type Book, DONE, must, type PlanBook, type TicketBook, ticketsOf } from './book.ts';
import type { Witness } from './witness.ts';

/** A round that had read the plan before it was paused may still assign for so long, ms. */
const PAUSE_TAKES_MS = 20_000;
/** A heartbeat that took effect so shortly before may have come between a look and its commit, ms. */
const LOOK_TAKES_MS = 20_000;
const MAX_BACKOFF_MS = 300_000;

type Of<T extends TicketEvent['type']> = Extract<TicketEvent, { type: T }>;

/** @param ticket as it stood before the event */
export function checkTicketEvent(
  book: Book,
  witness: Witness,
  ticket: TicketBook,
  { event, at }: Recorded<TicketEvent>,
): void {
  const { spec, state } = ticket;
  const name = `${spec.plan_id}/${spec.task_id}`;
  const plan = book.plans.get(spec.plan_id);
  switch (event.type) {
    case 'TicketReady': {
      mayRun(book, ticket, name);
      const waits = state.phase === 'backing_off' ? state.retry_at : 0;
      must(
        at >= waits || event.operator !== undefined,
        'backoff is kept',
        () => `${name} ready ${waits - at} ms early`,
      );
      must(
        event.operator === undefined || witness.pressed('retryTicket', spec.ticket_id),
        'operators do what they are said to',
        () => `${name} was retried by nobody`,
      );
      return;
    }
    case 'TicketAssigned':
      mayRun(book, ticket, name);
      mayBeAssigned(ticket, plan, at, name);
      must(
        event.attempt === state.attempts + 1,
        'attempts are numbered',
        () => `${name} attempt ${event.attempt} after ${state.attempts}`,
      );
      must(
        !(ticket.atMostOnce && ticket.claimed),
        'AT_MOST_ONCE is begun once',
        () => `${name} is assigned again after a claim`,
      );
      return;
    case 'TicketStarted': {
      const claim = witness.claimOf(event.claim_digest);
      must(
        claim?.ticket_id === spec.ticket_id &&
          claim.fence.agent_id === event.agent_id &&
          claim.fence.attempt === event.attempt,
        'only its holder claims a ticket',
        () => `${name} was claimed by ${JSON.stringify(claim?.fence)} as ${event.agent_id}`,
      );
      must(!ticket.over.has(event.attempt), 'fenced attempts are over', () => `${name} attempt ${event.attempt} began`);
      return;
    }
    case 'TicketCompleted':
      wasReported(witness, ticket, event, event.result.output.mark, name);
      must(ticket.completions === 0, 'no ticket is completed twice', () => name);
      return;
    case 'AttemptFailed':
      attemptEnds(witness, ticket, event, at, name);
      must(
        event.retry_at >= at && event.retry_at <= at + MAX_BACKOFF_MS,
        'backoff is bounded',
        () => `${name} retries ${event.retry_at - at} ms later`,
      );
      if (event.cause === 'handed_back')
        must(
          !(ticket.atMostOnce && state.phase === 'running'),
          'AT_MOST_ONCE is begun once',
          () => `${name} is handed back after its claim`,
        );
      else if (event.cause === 'revoked')
        must(
          !(ticket.atMostOnce && state.phase === 'running'),
          'AT_MOST_ONCE is begun once',
          () => `${name} goes on after its token was revoked`,
        );
      else if (!['operator', 'claim_timeout', 'taken_back'].includes(event.cause)) {
        must(
          ticket.failures < ticket.model.maxRetries,
          'retries are within their budget',
          () => `${name} after ${ticket.failures} failures`,
        );
        must(!ticket.atMostOnce, 'AT_MOST_ONCE is begun once', () => `${name} is to be retried`);
        must(
          event.cause !== 'reported' || witness.reportOf(event.error_message)?.retryable === true,
          'what would fail again is not tried again',
          () => name,
        );
      }
      return;
    case 'TicketFailed':
    case 'TicketEscalated': {
      attemptEnds(witness, ticket, event, at, name);
      const retryable = event.type === 'TicketFailed' ? event.retryable : true;
      must(
        !retryable ||
          ticket.atMostOnce ||
          ticket.failures >= ticket.model.maxRetries ||
          event.type === 'TicketEscalated',
        'a ticket fails for good only when it may not be tried again',
        () => `${name} after ${ticket.failures} failures`,
      );
      must(
        (event.type === 'TicketEscalated') === ticket.undoes,
        'only compensations wait for a person',
        () => `${name} takes ${event.type}`,
      );
      return;
    }
    case 'TicketReminded': {
      const person = 'person' in state ? state.person : undefined;
      const from = person === undefined ? Number.POSITIVE_INFINITY : person.from;
      const part = REMIND_AT[event.nth - 1] ?? 1;
      must(
        person !== undefined && at >= from + Math.floor(part * (person.due_at - from)) && at < person.due_at,
        'people are reminded in time, and nobody else is',
        () => `${name} attempt ${event.attempt}, reminder ${event.nth} at ${at - from} ms`,
      );
      return;
    }
    case 'TicketSkipped':
      must(
        witness.pressed('skipTicket', spec.ticket_id),
        'operators do what they are said to',
        () => `${name} was skipped by nobody`,
      );
      return;
    case 'CompensationStarted':
    case 'TicketCompensated':
      must(
        plan?.state.phase === 'compensating',
        'only a plan that is undone undoes',
        () => `${name} takes ${event.type} in a plan that is ${plan?.state.phase}`,
      );
      must(
        event.type === 'CompensationStarted' ||
          DONE.includes(book.tickets.get(event.compensation_ticket_id)?.state.phase ?? ''),
        'undone is what was undone',
        () => name,
      );
      return;
    default:
      return;
  }
}

/** Order = DAG; of compensations its exact reverse. */
function mayRun(book: Book, { undoes, task, spec }: TicketBook, name: string): void {
  const others = new Map(ticketsOf(book, spec.plan_id, undoes).map((other) => [other.task.task_id, other]));
  for (const id of undoes ? task.after : task.before) {
    const other = others.get(id);
    // What was not done, or is not to be undone, orders nothing itself.
    if (undoes && other === undefined) continue;
    must(
      other !== undefined && DONE.includes(other.state.phase),
      undoes ? 'undone in reverse of the DAG' : 'order = DAG',
      () => `${name} may run while ${id} is ${other?.state.phase}`,
    );
  }
}

function mayBeAssigned({ undoes }: TicketBook, plan: PlanBook | undefined, at: number, name: string): void {
  const phase = plan?.state.phase ?? 'unknown';
  const held = ['paused', 'halted'].includes(phase) && at - (plan?.since ?? at) > PAUSE_TAKES_MS;
  must(
    undoes ? phase === 'compensating' : ['accepted', 'running', 'paused', 'halted'].includes(phase) && !held,
    'only a plan that runs has its tickets assigned',
    () => `${name} while the plan is ${phase} for ${at - (plan?.since ?? at)} ms`,
  );
}

/** An outcome that counts was said by who held the attempt, under the claim that it was begun with. */
function wasReported(
  witness: Witness,
  { spec, state, over }: TicketBook,
  { attempt, agent_id }: { attempt: number; agent_id: string },
  mark: string | undefined,
  name: string,
): void {
  const said = witness.reportOf(mark ?? '');
  must(
    said?.ticket_id === spec.ticket_id &&
      state.phase === 'running' &&
      said.claim_digest === state.claim_digest &&
      said.fence.attempt === attempt &&
      said.fence.agent_id === agent_id &&
      state.attempt === attempt &&
      state.agent_id === agent_id &&
      !over.has(attempt),
    'no effect of a fenced attempt is accepted',
    () => `${name} attempt ${attempt} of ${agent_id} ends by ${JSON.stringify(said)}, held by ${JSON.stringify(state)}`,
  );
}

function attemptEnds(
  witness: Witness,
  ticket: TicketBook,
  event: Of<'AttemptFailed'> | Of<'TicketFailed'> | Of<'TicketEscalated'>,
  at: number,
  name: string,
) {
  const { state, touched, spec } = ticket;
  const { cause, attempt } = event;
  const early = (from: number, what: string) =>
    must(at >= from, 'no attempt is given up early', () => `${name} attempt ${attempt}: ${what} ${from - at} ms early`);
  switch (cause) {
    case 'reported':
      return wasReported(witness, ticket, event, event.error_message, name);
    case 'claim_timeout':
      if (event.type === 'AttemptFailed' && event.operator !== undefined) return;
      return early(state.phase === 'assigned' ? state.assigned_at + state.lease_ms : 0, 'claim');
    case 'handed_back':
      return must(
        witness.handedBack(spec.ticket_id, event),
        'only its holder hands a ticket back',
        () => `${name} attempt ${attempt}`,
      );
    case 'taken_back':
      return must(state.phase === 'assigned', 'only what has not begun is taken back', () => name);
    case 'lease_expired': {
      if (state.phase !== 'running') return;
      const renewed = witness.renewalOf(spec.ticket_id, attempt);
      const known = [touched, renewed].flatMap((sign) => (sign && sign.noted <= at - LOOK_TAKES_MS ? [sign.at] : []));
      return early(Math.max(state.started_at, ...known) + state.lease_ms, 'lease');
    }
    case 'attempt_timeout':
      return early(state.phase === 'running' ? state.timeout_at : 0, 'timeout');
    case 'revoked':
      must(
        (witness.pressed('revokeToken', spec.ticket_id) || witness.pressed('quarantineAgent', event.agent_id)) &&
          state.revoked_attempts?.includes(attempt) === true,
        'operators do what they are said to',
        () => `${name} attempt ${attempt} was revoked by nobody`,
      );
      return;
    case 'operator':
      must(
        witness.pressed('retryTicket', spec.ticket_id),
        'operators do what they are said to',
        () => `${name} was taken away by nobody`,
      );
  }
}
