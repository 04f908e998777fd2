/**
 * A ticket's timer has fired: what time alone changes is changed, and the next timer set.
 *
 *   assigned ── not claimed within the lease ──────────────┐
 *   running  ── no sign of life within the lease ──────────┼─▶ tried again, or failed
 *            └─ over its timeout ──────────────────────────┘
 *   assigned, running ── a person has it, and a part of their time has passed ─▶ they are reminded
 *   backing_off ── the wait is over ─▶ ready
 *   ended, and not settled, because whoever ended it died ─▶ settled
 */
import { retryOnConflict } from '../ledger/retry.ts';
import type { Clock } from '../ports/clock.ts';
import type { Sha256 } from '../ports/digest.ts';
import type { Ledger } from '../ports/ledger.ts';
import type { Rounds } from '../ports/rounds.ts';
import type { Timers } from '../ports/timers.ts';
import type { BecomeReady } from '../schedule/become-ready.ts';
import type { FreeCapacity } from '../schedule/free-capacity.ts';
import type { AgentLost } from '../swarm/health/agent-lost.ts';
import { AVOID_FOR_MS } from '../swarm/match.ts';
import { appendToTicket } from './append.ts';
import { createFailAttempt } from './fail-attempt.ts';
import { type Reminder, reminderOf } from './remind.ts';
import type { RemindAgent } from './remind-agent.ts';
import type { SettleTicket } from './settle.ts';
import { type FailureCause, isTerminal, type TicketRecord } from './state.ts';
import type { WithdrawFromAgent } from './withdraw.ts';

export interface LookAtTicketDeps {
  ledger: Ledger;
  timers: Timers;
  rounds: Rounds;
  becomeReady: BecomeReady;
  freeCapacity: FreeCapacity;
  withdraw: WithdrawFromAgent;
  remind: RemindAgent;
  agentLost: AgentLost;
  settle: SettleTicket;
  clock: Clock;
  sha256: Sha256;
}

export type Due =
  | { readonly at: number; readonly what: 'ready' }
  | { readonly at: number; readonly what: 'lost'; readonly cause: FailureCause };

/** What time alone will do to the ticket, and when (epoch ms); undefined when nothing. */
export function dueOf({ state, touched_at }: Pick<TicketRecord, 'state' | 'touched_at'>): Due | undefined {
  switch (state.phase) {
    case 'assigned':
      return { at: state.assigned_at + state.lease_ms, what: 'lost', cause: 'claim_timeout' };
    case 'running': {
      const lease = Math.max(state.started_at, touched_at ?? 0) + state.lease_ms;
      return lease < state.timeout_at
        ? { at: lease, what: 'lost', cause: 'lease_expired' }
        : { at: state.timeout_at, what: 'lost', cause: 'attempt_timeout' };
    }
    case 'backing_off':
      return { at: state.retry_at, what: 'ready' };
    default:
      return undefined;
  }
}

const LOST: Readonly<Partial<Record<FailureCause, { code: string; message: string }>>> = {
  claim_timeout: { code: 'CLAIM_TIMEOUT', message: 'The agent did not claim the ticket in time.' },
  lease_expired: { code: 'LEASE_EXPIRED', message: 'The agent gave no sign of life within its lease.' },
  attempt_timeout: { code: 'ATTEMPT_TIMEOUT', message: 'The attempt ran into its timeout.' },
};

/** May be called at any time, any number of times. */
export function createLookAtTicket(deps: LookAtTicketDeps) {
  const { ledger, timers, rounds, becomeReady, freeCapacity, withdraw, remind, agentLost, settle, clock, sha256 } =
    deps;
  const failAttempt = createFailAttempt(deps);

  /** What is left to do after the commit: nothing of it is lost for good if this dies here. */
  async function lose(ticket: TicketRecord, cause: FailureCause): Promise<() => Promise<void>> {
    const { state, spec } = ticket;
    if (state.phase !== 'assigned' && state.phase !== 'running') return async () => {};
    const { code, message } = LOST[cause] ?? { code: 'ATTEMPT_LOST', message: 'The attempt is lost.' };
    const { agent_id, attempt } = state;
    const failed = { cause, error_code: code, error_message: message, retryable: true };
    const became = await failAttempt(ticket, state, failed);
    return async () => {
      await withdraw(agent_id, spec.ticket_id, attempt, message);
      if (became === 'failed') await settle(spec.ticket_id);
      else await freeCapacity(agent_id, `lost:${spec.ticket_id}:${attempt}`);
      await agentLost(agent_id);
    };
  }

  async function sendReminder(
    ticket: TicketRecord,
    { nth }: Reminder,
    due_at: number,
    now: number,
  ): Promise<() => Promise<void>> {
    const { state, spec } = ticket;
    if (state.phase !== 'assigned' && state.phase !== 'running') return async () => {};
    const { ticket_id, plan_id, task_id } = spec;
    const { agent_id, attempt } = state;
    const event = { type: 'TicketReminded' as const, agent_id, attempt, nth, remaining_ms: due_at - now };
    const append = appendToTicket(ticket, event, now, sha256);
    const after = append.kind === 'append_ticket' ? append.state : state;
    await timers.set({ kind: 'ticket', id: ticket_id, at: reminderOf(after, now)?.at ?? due_at });
    await ledger.commit([append]);
    // A hint, like an assignment: should this die here, it is in the person's list of tasks.
    return () => remind({ agent_id, ticket_id, plan_id, task_id, attempt, nth, due_at });
  }

  const askForRound =
    ({ spec }: TicketRecord, readyAt: number) =>
    () =>
      rounds.request(
        spec.pool,
        `the backoff of ${spec.ticket_id} is over`,
        `retry:${spec.ticket_id}:${readyAt}:${Math.floor((clock.now() - readyAt) / AVOID_FOR_MS)}`,
      );

  /** Of the agent that lost the ticket. */
  function offerSlot({ state }: TicketRecord): (() => Promise<void>) | undefined {
    const agent = state.phase === 'backing_off' ? state.avoid.at(-1) : undefined;
    if (agent === undefined) return undefined;
    return async () => {
      await freeCapacity(agent, `lost:${state.ticket_id}:${state.attempts}`);
      await agentLost(agent);
    };
  }

  return async function lookAtTicket(ticketId: string): Promise<void> {
    const after = await retryOnConflict(clock, async () => {
      const ticket = await ledger.loadTicket(ticketId);
      if (ticket === undefined) return undefined;
      // Whoever ended it, or a look before this one, may have died after its commit.
      if (isTerminal(ticket.state)) return () => settle(ticketId);
      if (ticket.state.phase === 'ready') return askForRound(ticket, ticket.state.ready_at);
      const due = dueOf(ticket);
      if (due === undefined) return undefined;
      const now = clock.now();
      if (due.at > now) {
        const reminder = reminderOf(ticket.state, now);
        if (reminder !== undefined && reminder.at <= now) return sendReminder(ticket, reminder, due.at, now);
        await timers.set({ kind: 'ticket', id: ticketId, at: reminder?.at ?? due.at });
        return offerSlot(ticket);
      }
      if (due.what === 'lost') return lose(ticket, due.cause);
      // Others that are there but busy are waited for; then the one that it failed on will do.
      await timers.set({ kind: 'ticket', id: ticketId, at: now + AVOID_FOR_MS });
      await becomeReady(ticket, {}, now);
      return askForRound(ticket, now);
    });
    await after?.();
  };
}
