/** One assignment: ticket assigned and slot taken in one commit, with its timer set before it; then the agent is told. */
import type { AssetsOf } from '../catalogue/assets-of-ticket.ts';
import type { HiveError } from '../errors.ts';
import type { OpenBreakers } from '../guard/open-breakers.ts';
import { isConflict } from '../ledger/retry.ts';
import type { PlanState } from '../plan/state.ts';
import type { Decision } from '../policy/decision.ts';
import type { Clock } from '../ports/clock.ts';
import type { Sha256 } from '../ports/digest.ts';
import type { Inboxes } from '../ports/inboxes.ts';
import type { Ledger, Write } from '../ports/ledger.ts';
import type { PoliciesInForce } from '../ports/policies.ts';
import type { Timers } from '../ports/timers.ts';
import { heartbeats } from '../swarm/agent.ts';
import type { Match } from '../swarm/match.ts';
import { appendAllToTicket } from '../ticket/append.ts';
import type { TicketEvent } from '../ticket/events.ts';
import { leaseOf } from '../ticket/lease.ts';
import { firstReminder } from '../ticket/remind.ts';
import type { TicketRecord } from '../ticket/state.ts';
import { trailKind } from '../trail/deposit.ts';
import { createMayDispatch } from './may-dispatch.ts';

export interface AssignDeps {
  ledger: Ledger;
  inboxes: Inboxes;
  timers: Timers;
  clock: Clock;
  sha256: Sha256;
  policies: PoliciesInForce;
  assetsOf: AssetsOf;
  /** absent: nothing is spared */
  breakers?: OpenBreakers;
}

/** `assigned_untold`: its agent hears of it by its heartbeat only; `contended`: somebody's write was under way; `circuit_open`: another ticket tries what failed too often */
export type Assigned = 'assigned' | 'assigned_untold' | 'ticket_changed' | 'slot_lost' | 'contended' | 'circuit_open';

/** Policies forbid it. */
export interface Denied {
  readonly denied: Decision;
}

/** @param ready what makes the ticket ready in the same commit; absent where it waits in its pool's queue */
export type Assign = (
  match: Match,
  ticket: TicketRecord,
  plan: Pick<PlanState, 'deadline'>,
  ready?: TicketEvent,
) => Promise<Assigned | Denied>;

export function createAssign({
  ledger,
  inboxes,
  timers,
  clock,
  sha256,
  policies,
  assetsOf,
  breakers,
}: AssignDeps): Assign {
  const mayDispatch = createMayDispatch({ policies, assetsOf });
  return async ({ entry, agent, explanation }, ticket, plan, ready) => {
    const { agent_id } = agent;
    const { ticket_id, plan_id, task_id, attempt } = entry;
    const now = clock.now();
    const decided = await mayDispatch(agent, ticket, plan, now);
    if ('denied' in decided) return decided;
    const { authorization } = decided;
    // A program tells that it lives; a person has the whole time of the ticket, from now on.
    const due_at = heartbeats(agent) ? undefined : now + ticket.spec.sla.timeout_ms;
    const lease_ms = due_at === undefined ? leaseOf(agent) : due_at - now;
    const due = due_at === undefined ? {} : { due_at };
    const event = { type: 'TicketAssigned' as const, agent_id, attempt, lease_ms, ...due, explanation, authorization };
    const work = { since: now, expected_ms: entry.estimated_duration_ms, task_type: trailKind(entry.task_type) };
    const trial = (await breakers?.trialOf(entry, agent)) ?? (breakers === undefined ? [] : undefined);
    if (trial === undefined) return 'circuit_open';
    const writes: Write[] = [
      appendAllToTicket(ticket, ready === undefined ? [event] : [ready, event], now, sha256),
      { kind: 'hold_slot', agent_id, ticket_id, plan_id, task_id, attempt, ...work },
      ...(ready === undefined ? [{ kind: 'dequeue' as const, entry }] : []),
      ...trial,
    ];
    const look = due_at === undefined ? undefined : firstReminder(now, due_at);
    await timers.set({ kind: 'ticket', id: ticket_id, at: look ?? now + lease_ms });
    try {
      await ledger.commit(writes);
    } catch (error) {
      if (!isConflict(error)) throw error;
      if (trial.length > 0) breakers?.forget();
      return whyLost(error);
    }
    try {
      const message = { kind: 'ticket_assigned' as const, agent_id, ticket_id, plan_id, task_id, attempt };
      await inboxes.deliver(agent.inbox_url, message);
    } catch {
      // A hint that did not arrive: the assignment is committed and the agent's next heartbeat answers with it. One
      // agent's broken inbox must not keep the pool's other tickets waiting.
      return 'assigned_untold';
    }
    return 'assigned';
  };
}

/** The first write of an assignment is the ticket, the second the slot; none of them: somebody's write was under way. */
function whyLost(error: HiveError): Assigned {
  const failed = (error.detail.failed as number[] | undefined) ?? [];
  if (failed.length === 0) return 'contended';
  if (failed.includes(1)) return 'slot_lost';
  return failed.includes(0) ? 'ticket_changed' : 'circuit_open';
}
