/** Why a ticket is not done yet, in a sentence; undefined when it has ended or runs as it should. */

import { PLAN_STANDS } from '../../core/plan/phase-words.ts';
import { isPlanEnded, type PlanState } from '../../core/plan/state.ts';
import { type AgentRecord, isSilent } from '../../core/swarm/agent.ts';
import { whyNotAssigned } from '../../core/swarm/why-not-assigned.ts';
import { isDone, type TicketIn } from '../../core/ticket/state.ts';
import { planNote } from './plan-note.ts';
import type { TicketRow } from './plan-view.ts';
import { cut, duration, plain } from './text.ts';

const NAMES_TOLD = 4;

/** Of a plan: it is told of each of its tickets. */
const REASON = 120;
const FAILURE = 1000;

/** What a ticket's waiting is judged by. */
export interface Surroundings {
  readonly plan: PlanState;
  /** by task id */
  readonly rows: ReadonlyMap<string, TicketRow>;
  readonly agents: readonly AgentRecord[];
  /** epoch ms */
  readonly now: number;
}

export function whyWaiting(row: TicketRow, { plan, rows, agents, now }: Surroundings): string | undefined {
  const { state } = row;
  switch (state.phase) {
    case 'created': {
      if (plan.phase === 'awaiting_approval') return 'its plan waits to be approved';
      if (plan.phase === 'halted' || isPlanEnded(plan)) return stands(plan);
      const open = row.dependencies.filter((id) => !isDoneIn(rows, id));
      if (open.length > 0) return `waits for ${names(open)}`;
      return state.compensates === undefined ? 'the plan’s machine has not entered it yet' : 'about to become ready';
    }
    case 'gated': {
      const byTicket = new Map([...rows.values()].map(({ ticket_id, task_id }) => [ticket_id, task_id]));
      return `gated by ${names(state.unmet.map((id) => byTicket.get(id) ?? id))}`;
    }
    case 'ready':
      return plan.phase === 'paused' ? stands(plan) : plain(whyNotAssigned(row, agents, now));
    case 'deferred':
      return plan.phase === 'paused' ? stands(plan) : 'its plan goes on: it becomes ready again';
    case 'backing_off':
      return backsOff(state, now);
    case 'awaiting_person':
      return `waits for a person (hive incident ${plain(state.incident_id)}): ${failure(state)}`;
    case 'assigned':
      return (
        silence(state.agent_id, agents, now) ?? `assigned to ${plain(state.agent_id)}, which has not claimed it yet`
      );
    case 'running':
      return silence(state.agent_id, agents, now);
    default:
      return undefined;
  }
}

const isDoneIn = (rows: ReadonlyMap<string, TicketRow>, taskId: string): boolean => {
  const row = rows.get(taskId);
  return row !== undefined && isDone(row.state);
};

/** `the plan is paused by ada: the cluster is upgraded`. */
function stands(plan: PlanState): string {
  const { by, reason } = planNote(plan) ?? {};
  const whose = by === undefined ? '' : ` by ${by}`;
  const why = reason === undefined ? '' : `: ${reason}`;
  return cut(plain(`the plan ${PLAN_STANDS[plan.phase]}${whose}${why}`.slice(0, 4 * REASON)), REASON);
}

function backsOff(state: TicketIn<'backing_off'>, now: number): string {
  const time = new Date(state.retry_at).toISOString().slice(11, 19);
  const when =
    state.retry_at > now ? `until ${time} (${duration(state.retry_at - now)})` : `until ${time}, which is now,`;
  return `backs off ${when} after attempt ${state.attempts}: ${failure(state)}`;
}

const failure = ({ error_code, error_message }: { error_code: string; error_message: string }): string =>
  cut(plain(`${error_code}: ${error_message}`.slice(0, FAILURE)), FAILURE);

/** An agent that has the ticket and gives no sign of life. */
function silence(agentId: string, agents: readonly AgentRecord[], now: number): string | undefined {
  const agent = agents.find(({ agent_id }) => agent_id === agentId);
  if (agent === undefined) return `LOST? ${plain(agentId)} has it and has left`;
  if (!isSilent(agent, now)) return undefined;
  return `LOST? ${plain(agentId)} has it and has been silent for ${duration(now - agent.heartbeat_at)}`;
}

function names(ids: readonly string[]): string {
  const told = ids.slice(0, NAMES_TOLD).map(plain).join(', ');
  return ids.length > NAMES_TOLD ? `${told} and ${ids.length - NAMES_TOLD} more` : told;
}
