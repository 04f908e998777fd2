/** What a choice was made by, kept with the assignment: whole ms, three candidates at most. */
import type { QueueEntry } from '../../schedule/queue-entry.ts';
import type { AssignmentExplanation, CandidateExplanation } from '../../ticket/events.ts';
import { failureRisk, quantileDuration } from '../../trail/predict.ts';
import type { AgentRecord } from '../agent.ts';
import type { MatchContext } from '../match.ts';
import type { Cost } from './cost.ts';

type Named = Pick<AgentRecord, 'agent_id'>;

export interface Candidate<Agent extends Named = AgentRecord> {
  readonly agent: Agent;
  readonly free: number;
  readonly cost: Cost;
}

export interface Choice {
  readonly entry: QueueEntry;
  /** from 0 */
  readonly position: number;
  readonly queue_length: number;
  readonly chosen: Candidate<Named>;
  /** the next best, the best first */
  readonly others: readonly Candidate<Named>[];
  readonly method: NonNullable<AssignmentExplanation['method']>;
}

export const CANDIDATES_TOLD = 3;

const MILLION = 1e6;

function tell({ agent, free, cost }: Candidate<Named>): CandidateExplanation {
  const told = {
    agent_id: agent.agent_id,
    free_slots: free,
    cost_ms: Math.round(cost.cost_ms),
    wait_ms: Math.round(cost.wait_ms),
    duration_ms: Math.round(cost.duration_ms),
    success: Math.round(cost.success * MILLION) / MILLION,
    failure_ms: Math.round(cost.failure_ms),
    distance_ms: Math.round(cost.distance_ms),
    spread_ms: Math.round(cost.spread_ms),
  };
  // Spreading what is mostly nothing costs as much as the rest.
  return cost.avoid_ms > 0 ? { ...told, avoid_ms: Math.round(cost.avoid_ms) } : told;
}

function tellAll(chosen: Candidate<Named>, others: readonly Candidate<Named>[]): CandidateExplanation[] {
  const told = [tell(chosen)];
  for (let nth = 0; nth < others.length && told.length < CANDIDATES_TOLD; nth++)
    told.push(tell(others[nth] as Candidate<Named>));
  return told;
}

export function explain(choice: Choice, strategy: string, { now, estimates }: MatchContext): AssignmentExplanation {
  const { entry, chosen, others } = choice;
  const estimate = estimates(chosen.agent.agent_id, entry.task_type);
  const [next] = others;
  return {
    strategy,
    waited_ms: Math.max(0, now - entry.ready_at),
    queue_position: choice.position + 1,
    queue_length: choice.queue_length,
    method: choice.method,
    candidates: tellAll(chosen, others),
    ...(next !== undefined && { margin_ms: Math.round(next.cost.cost_ms - chosen.cost.cost_ms) }),
    predicted: {
      p50_ms: Math.round(quantileDuration(estimate, entry.estimated_duration_ms, 0.5)),
      p90_ms: Math.round(quantileDuration(estimate, entry.estimated_duration_ms, 0.9)),
      failure: Math.round(failureRisk(estimate) * MILLION) / MILLION,
    },
  };
}
