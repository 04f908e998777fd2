/** Who works and on what, where the bench is given nothing else: agents that differ, and a plan that is like a recording. */
import type { CognitivePlanInput } from '../../core/messages/cognitive-plan.ts';
import type { SimulatedAgent } from '../../core/simulate/types.ts';
import { seeded } from '../support/random-plans.ts';

/** An agent as it truly is, which those who decide are not told. */
export type TrueAgent = Required<Pick<SimulatedAgent, 'agent_id' | 'capacity' | 'speed' | 'failure'>>;

/** Two that are fast, two that are slow, and one that is fast but fails three attempts of five. */
export const mixedAgents = (prefix: string, capacity = 2): TrueAgent[] => [
  { agent_id: `${prefix}-fast-1`, capacity, speed: 4, failure: 0 },
  { agent_id: `${prefix}-fast-2`, capacity, speed: 4, failure: 0 },
  { agent_id: `${prefix}-slow-1`, capacity, speed: 0.5, failure: 0 },
  { agent_id: `${prefix}-slow-2`, capacity, speed: 0.5, failure: 0 },
  { agent_id: `${prefix}-failing`, capacity, speed: 2, failure: 0.6 },
];

/** The steps of a lane, over and over: kinds of work that take different times, as in a pipeline of genomes. */
const KINDS = [
  { task_type: 'align', ms: 2400 },
  { task_type: 'sort', ms: 1200 },
  { task_type: 'call', ms: 1800 },
] as const;
/** Of ln(recorded ÷ estimated): recordings of one kind of work are not all the same. */
const SPREAD = 0.2;

export interface LanesOptions {
  readonly plan_id: string;
  readonly capability: string;
  /** epoch ms */
  readonly created_at: number;
  readonly lanes: number;
  /** tasks of a lane, one after the other */
  readonly steps: number;
  readonly seed: number;
}

/**
 * Lanes that begin together and run side by side, one task of each at a time: fewer tasks than slots at any moment, so that
 * whoever decides may choose, and each choice can rest on those before. Of high risk, so that retries come soon.
 */
export function lanesPlan({ plan_id, capability, created_at, lanes, steps, seed }: LanesOptions): CognitivePlanInput {
  const random = seeded(seed);
  const name = (lane: number, step: number): string => `lane-${lane + 1}-step-${step + 1}`;
  const tasks = Array.from({ length: lanes * steps }, (_, index) => {
    const [lane, step] = [index % lanes, Math.floor(index / lanes)];
    const { task_type, ms } = KINDS[step % KINDS.length] as (typeof KINDS)[number];
    const recorded = Math.round(ms * Math.exp(SPREAD * (2 * random() - 1)));
    return {
      ...{ task_id: name(lane, step), task_type, description: `${task_type} of lane ${lane + 1}` },
      dependencies: step === 0 ? [] : [name(lane, step - 1)],
      estimated_duration_ms: ms,
      required_capabilities: [capability],
      metadata: { recorded_runtime_ms: String(recorded) },
    };
  });
  return {
    ...{ plan_id, intent_id: `swarm-${plan_id}`, tasks, execution_order: tasks.map(({ task_id }) => task_id) },
    ...{ risk_score: 0.7, risk_band: 'high', risk_factors: {}, complexity_score: 0.5 },
    ...{ explainability_token: 'swarm-bench', reasoning_summary: 'Lanes of tasks for a swarm to learn by' },
    ...{
      status: 'approved',
      approval_status: 'approved',
      approved_by: 'reviewer',
      approved_at: created_at,
      created_at,
    },
    ...{ original_domain: 'TECHNICAL', original_priority: 'NORMAL', original_security_level: 'INTERNAL' },
    ...{ metadata: { author: 'swarm-bench' }, on_failure: 'continue', schema_version: 1 },
  };
}
