/** What happens to a ticket next, and when: what time does by itself, and what it waits for. */
import type { NextStep } from '../messages/ticket-explanation.ts';
import { isPlanEnded, type PlanState } from '../plan/state.ts';
import type { AgentRecord } from '../swarm/agent.ts';
import { whyNotAssigned } from '../swarm/why-not-assigned.ts';
import { dueOf } from '../ticket/look.ts';
import { reminderOf } from '../ticket/remind.ts';
import { isDone, isTerminal, type TicketRecord } from '../ticket/state.ts';

interface Around {
  readonly plan: PlanState;
  readonly agents: readonly AgentRecord[];
  /** what is told of a ticket that policies keep from all that could run it */
  readonly denied?: string | undefined;
  /** epoch ms */
  readonly now: number;
  /** what is likely */
  readonly expected?: readonly NextStep[] | undefined;
}

/** The soonest first; what has no time stands before all. */
export function nextSteps(ticket: TicketRecord, around: Around): NextStep[] {
  const { state } = ticket;
  if (isTerminal(state)) return afterEnd(ticket, around.plan);
  const { plan } = around;
  const steps = [
    ...waiting(ticket, around),
    ...reminding(ticket, around.now),
    ...due(ticket),
    ...(around.expected ?? []),
  ];
  if (!isPlanEnded(plan) && plan.phase !== 'compensating' && plan.phase !== 'halted')
    steps.push({ at: plan.deadline, what: 'the plan’s deadline: it fails, if it has not ended by then' });
  return steps.sort((a, b) => (a.at ?? 0) - (b.at ?? 0));
}

/** What it waits for, where that is not a matter of time. */
function waiting({ state, spec }: TicketRecord, { plan, agents, now, denied }: Around): NextStep[] {
  switch (state.phase) {
    case 'created':
      return [{ what: comes(state.unmet.length, spec.compensates !== undefined, plan) }];
    case 'gated':
      return [{ what: 'it becomes ready with the end of the last ticket that gates it' }];
    case 'ready':
      if (plan.phase === 'paused') return [{ what: 'it is held back until its plan is resumed' }];
      return [{ what: whyNotAssigned(spec, agents, now, denied) }];
    case 'deferred':
      return [{ what: 'it becomes ready when its plan is resumed' }];
    case 'awaiting_person':
      return [
        { what: 'a person mends what kept it from being undone, then retries it; or undoes it by hand, then skips it' },
      ];
    default:
      return [];
  }
}

function comes(gates: number, undoes: boolean, plan: PlanState): string {
  if (plan.phase === 'halted') return 'nothing, until its plan is redriven';
  if (isPlanEnded(plan)) return 'nothing: its plan has ended';
  if (plan.phase === 'awaiting_approval') return 'its plan waits to be approved';
  if (undoes) return gates > 0 ? 'it becomes ready when what comes before it is undone' : 'it becomes ready';
  return 'its plan’s machine enters it when what it depends on is done';
}

/** What its timer does. */
function due(ticket: TicketRecord): NextStep[] {
  const { state } = ticket;
  const next = dueOf(ticket);
  if (next === undefined) return [];
  const { at } = next;
  if (next.what === 'ready') return [{ at, what: `attempt ${state.attempts + 1} may begin: it becomes ready again` }];
  const holder = 'agent_id' in state ? state.agent_id : 'its agent';
  const person = 'person' in state && state.person !== undefined;
  if (next.cause === 'claim_timeout' && person)
    return [{ at, what: `it is taken from ${holder}, unless they have claimed and done it by then` }];
  if (next.cause === 'claim_timeout')
    return [{ at, what: `it is taken from ${holder}, unless that claims it before; that costs no retry` }];
  const after = afterLoss(ticket);
  const steps: NextStep[] = [];
  if (next.cause === 'lease_expired')
    steps.push({ at, what: `its lease ends, unless ${holder} gives a sign of life before; then ${after}` });
  if (state.phase === 'running')
    steps.push({ at: state.timeout_at, what: `the attempt times out, unless ${holder} reports before; then ${after}` });
  return steps;
}

function reminding({ state }: TicketRecord, now: number): NextStep[] {
  const next = reminderOf(state, now);
  if (next === undefined || !('agent_id' in state)) return [];
  return [{ at: next.at, what: `${state.agent_id} is reminded of it` }];
}

function afterLoss({ state, spec }: TicketRecord): string {
  const left = spec.qos.delivery_mode === 'AT_MOST_ONCE' ? 0 : spec.sla.max_retries - state.failures;
  if (left > 0) return `it is tried again (${left} ${left === 1 ? 'retry' : 'retries'} left)`;
  const why = spec.qos.delivery_mode === 'AT_MOST_ONCE' ? 'it is AT_MOST_ONCE' : 'no retry is left';
  return `${spec.compensates === undefined ? 'it fails' : 'it waits for a person'}: ${why}`;
}

const FAILED: Readonly<Record<PlanState['on_failure'], string>> = {
  compensate: 'what its plan has done is undone',
  halt: 'its plan halts until it is redriven',
  continue: 'its plan goes on with what does not depend on it, and then fails',
};

function afterEnd({ state, spec, settled_at }: TicketRecord, plan: PlanState): NextStep[] {
  const steps: NextStep[] = [];
  if (settled_at === undefined && !isPlanEnded(plan))
    steps.push({ what: 'its end is passed on: its plan’s machine, the tickets that it gates' });
  if (state.phase === 'compensating') steps.push({ what: `ticket ${state.compensation_ticket_id} undoes it` });
  if (isPlanEnded(plan) || isDone(state)) return steps;
  if (plan.phase === 'halted') return [...steps, { what: 'an operator skips it, or redrives its plan' }];
  if (state.phase === 'failed') return [...steps, { what: FAILED[spec.on_failure] }];
  return steps;
}
