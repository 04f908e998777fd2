/** A ticket's whole story in one answer. */
import { type OpenBreakers, whyCircuitOpen } from '../guard/open-breakers.ts';
import type { ExplainedAttempt, NextStep, Stretch, TicketExplanation } from '../messages/ticket-explanation.ts';
import type { PlanPhaseName } from '../plan/state.ts';
import type { AgentRegistry } from '../ports/agent-registry.ts';
import type { Clock } from '../ports/clock.ts';
import type { Ledger } from '../ports/ledger.ts';
import type { PlanHistory, PlanReader } from '../ports/plan-reader.ts';
import { createDeniedToAll } from '../schedule/denied-to-all.ts';
import type { MayDispatch } from '../schedule/may-dispatch.ts';
import type { AgentRecord } from '../swarm/agent.ts';
import { mayRun } from '../swarm/match/eligible.ts';
import { isTerminal, type TicketRecord, type TicketState } from '../ticket/state.ts';
import { STATUS_OF_PHASE } from '../ticket/view.ts';
import { attemptsOf } from './attempts.ts';
import { createExpect, type ExpectDeps } from './expect.ts';
import { interventionsOf } from './interventions.ts';
import { spellsOf } from './life.ts';
import { nextSteps } from './next-steps.ts';
import { stretchesOf } from './stretches.ts';
import { costOf } from './ticket-cost.ts';
import { planUnknown, ticketUnknown } from './unknown.ts';

export interface ExplainTicketDeps extends ExpectDeps {
  readonly ledger: Pick<Ledger, 'loadTicket' | 'loadTicketStates'>;
  readonly reader: Pick<PlanReader, 'loadPlan'>;
  readonly agents: Pick<AgentRegistry, 'listByCapability'>;
  readonly clock: Pick<Clock, 'now'>;
  /** absent: nothing is spared */
  readonly breakers?: Pick<OpenBreakers, 'list'>;
  /** absent: policies are not asked whether anybody may run it */
  readonly mayDispatch?: MayDispatch | undefined;
}

/** @throws HiveError TICKET_UNKNOWN (404) */
export function createExplainTicket(deps: ExplainTicketDeps) {
  const { ledger, reader, agents, clock, breakers, mayDispatch } = deps;
  const expect = createExpect(deps);
  const deniedToAll = mayDispatch && createDeniedToAll(mayDispatch);
  return async (ticketId: string): Promise<TicketExplanation> => {
    const ticket = await ledger.loadTicket(ticketId);
    if (ticket === undefined) throw ticketUnknown(ticketId);
    const { plan_id, dependencies, gated_by } = ticket.spec;
    const [plan, states, known] = await Promise.all([
      reader.loadPlan(plan_id),
      ledger.loadTicketStates([...new Set([...dependencies, ...gated_by])]),
      agents.listByCapability('*'),
    ]);
    if (plan === undefined) throw planUnknown(plan_id);
    const now = clock.now();
    const isReady = ticket.state.phase === 'ready';
    const denied = isReady ? await deniedToAll?.(ticket, plan.state, known, now) : undefined;
    const around = { plan, states, agents: known, now, ...(denied !== undefined && { denied }) };
    const spared = isReady && breakers ? await breakers.list() : undefined;
    const able = known.filter((agent) => mayRun(agent, ticket.spec));
    const waits = spared === undefined ? [] : whyCircuitOpen(ticket.spec, able, spared, around.now);
    return explainTicket(ticket, { ...around, expected: [...waits, ...((await expect(ticket, around)) ?? [])] });
  };
}

/** What else is known when a ticket is explained. */
export interface Known {
  readonly plan: PlanHistory;
  /** tickets that it depends on, or is gated by */
  readonly states: readonly TicketState[];
  readonly agents: readonly AgentRecord[];
  /** epoch ms */
  readonly now: number;
  /** what is told of a ticket that policies keep from all that could run it */
  readonly denied?: string;
  /** until about when it waits */
  readonly expected?: readonly NextStep[];
}

export function explainTicket(ticket: TicketRecord, known: Known): TicketExplanation {
  const { plan, states, agents, now, denied, expected } = known;
  const { spec, state, records } = ticket;
  const { ticket_id, plan_id, task_id, task_type, description, created_at, sla } = spec;
  const { security_level, priority, risk_band, pool } = spec;
  const others = new Map(states.map((other) => [other.ticket_id, other]));
  const stretches = stretchesOf(spellsOf(records), { spec, planEvents: plan.events, others, agents, now, denied });
  const attempts = explainAttempts(ticket);
  const ran_ms = total(stretches, now, ({ kind }) => kind === 'run');
  const waited_ms = total(stretches, now, ({ kind }) => kind !== 'run' && kind !== 'undo');
  return {
    ...{ ticket_id, plan_id, task_id, task_type, description, created_at },
    ...{ status: STATUS_OF_PHASE[state.phase], phase: state.phase, plan_phase: plan.state.phase, at: now },
    summary: summaryOf(state, attempts, plan.state.phase),
    asks: {
      required_capabilities: [...spec.required_capabilities],
      ...{ security_level, priority, risk_band, pool, delivery_mode: spec.qos.delivery_mode },
      ...{ timeout_ms: sla.timeout_ms, max_retries: sla.max_retries },
    },
    ...(spec.compensates === undefined ? {} : { compensates: spec.compensates }),
    ...('compensation_ticket_id' in state ? { compensation_ticket_id: state.compensation_ticket_id } : {}),
    ...(isTerminal(state) && 'completed_at' in state ? { ended_at: state.completed_at } : {}),
    ...{ waited_ms, ran_ms, stretches, attempts },
    refused_reports: records.flatMap(({ event, at }) => {
      if (event.type !== 'ReportRefused') return [];
      const { agent_id, attempt, code, status } = event;
      return [{ at, agent_id, attempt, code, status }];
    }),
    interventions: interventionsOf(records),
    cost: costOf(ticket),
    next: nextSteps(ticket, { plan: plan.state, agents, now, denied, expected }),
  };
}

const total = (stretches: readonly Stretch[], now: number, counts: (stretch: Stretch) => boolean): number =>
  stretches.filter(counts).reduce((sum, { from, to }) => sum + Math.max(0, (to ?? now) - from), 0);

function explainAttempts({ records }: TicketRecord): ExplainedAttempt[] {
  const failed: string[] = [];
  const facts = new Map<number, Pick<ExplainedAttempt, 'cause' | 'retry_at' | 'lease_ms' | 'avoided' | 'choice'>>();
  for (const { event } of records) {
    if (event.type === 'TicketAssigned') {
      const { candidates, ...choice } = event.explanation;
      facts.set(event.attempt, {
        lease_ms: event.lease_ms,
        avoided: [...new Set(failed)],
        choice: { ...choice, candidates: candidates.map((one) => ({ ...one })) },
      });
    } else if ('cause' in event) {
      failed.push(event.agent_id);
      const before = facts.get(event.attempt);
      const retry = event.type === 'AttemptFailed' ? { retry_at: event.retry_at } : {};
      if (before !== undefined) facts.set(event.attempt, { ...before, cause: event.cause, ...retry });
    }
  }
  return attemptsOf(records).flatMap((attempt) => {
    const more = facts.get(attempt.attempt);
    return more === undefined ? [] : [{ ...attempt, ...more }];
  });
}

const PAUSED = 'ready, and its plan is paused';

function summaryOf(state: TicketState, attempts: readonly ExplainedAttempt[], planPhase: PlanPhaseName): string {
  const tries = `attempt ${attempts.at(-1)?.attempt ?? 0}`;
  switch (state.phase) {
    case 'created':
      return 'waits until its plan comes to it';
    case 'gated':
      return 'waits for tickets that gate it';
    case 'ready':
      return planPhase === 'paused' ? PAUSED : 'ready, and waits for an agent';
    case 'deferred':
      return PAUSED;
    case 'assigned':
      return `assigned to ${state.agent_id}, attempt ${state.attempt}`;
    case 'running':
      return `runs on ${state.agent_id}, attempt ${state.attempt}`;
    case 'backing_off':
      return `backs off after attempt ${state.attempts}: ${state.error_code}`;
    case 'awaiting_person':
      return `could not be undone, and waits for a person: ${state.error_code}`;
    case 'completed':
      return `completed by ${state.agent_id} in ${tries}`;
    case 'skipped':
      return `skipped by ${state.by}: ${state.why}`;
    case 'failed':
      return `failed for good in ${tries}: ${state.error_code}: ${state.error_message}`;
    case 'cancelled':
      return `cancelled: ${state.reason}`;
    case 'compensating':
      return `completed by ${state.agent_id}, and being undone`;
    case 'compensated':
      return `completed by ${state.agent_id}, and undone`;
  }
}
