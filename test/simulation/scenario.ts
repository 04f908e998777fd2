/** What a seed stands for: plans, agents, how their work goes, and how much goes wrong. */
import type { CognitivePlanInput } from '../../core/messages/cognitive-plan.ts';
import { NOW, plan, task } from '../support/plans.ts';
import {
  AGENT_FAULTS,
  CALL_FAULTS,
  DELIVERY_FAULTS,
  type FaultKind,
  PEOPLE_FAULTS,
  type Rates,
  WEAK_FAULTS,
} from './faults.ts';
import { type Random, randomOf } from './random.ts';

/** How the work on a task goes, whoever does it. */
export interface Work {
  readonly takes_ms: number;
  /** the first so many times it fails */
  readonly fails: number;
  readonly retryable: boolean;
}

export interface AgentScript {
  readonly agent_id: string;
  /** people give no signs of life: they look at what they have to do, and hand back some of it */
  readonly kind: 'microservice' | 'human';
  readonly capabilities: string[];
  readonly capacity: number;
  readonly heartbeat_interval_ms: number;
  readonly comes_at_ms: number;
}

export interface Scenario {
  readonly plans: readonly CognitivePlanInput[];
  /** by `workKey` */
  readonly work: ReadonlyMap<string, Work>;
  readonly agents: readonly AgentScript[];
  readonly rates: Rates;
  /** a method of a port before which processes die more often than elsewhere */
  readonly weakSpot: string;
  /** faults happen for so long */
  readonly chaos_ms: number;
  /** moments at which somebody may press a button */
  readonly acts_ms: readonly number[];
}

/** What is left out of a scenario: names as `plan-1/t2`, `agent-1`. */
export interface Without {
  readonly tasks?: ReadonlySet<string>;
  readonly agents?: ReadonlySet<string>;
}

export const workKey = (planId: string, taskId: string): string => `${planId}/${taskId}`;

const CAPABILITIES = [[], [], ['build'], ['test']];
/** Where something must follow a commit, or go before one. */
const WEAK_SPOTS = [
  'nowhere',
  'timers.set',
  'timers.set',
  'ledger.commit',
  'ledger.markSettled',
  'machines.completeTask',
  'machines.failTask',
  'machines.start',
  'rounds.request',
  'inboxes.deliver',
  'agents.load',
  'ledger.loadPlanState',
];
const SKILLS = [['build', 'test'], ['build', 'test'], ['build'], ['test']];

export function scenarioOf(seed: number, without: Without = {}): Scenario {
  const random = randomOf(seed, 'scenario');
  const work = new Map<string, Work>();
  const chaos_ms = random.between(20, 150) * 1000;
  const clumsy = random.pick([0, 0, 0.1, 0.25]);
  const plans = Array.from({ length: random.chance(0.12) ? 2 : 1 }, (_, index) =>
    drawPlan(random, `plan-${index + 1}`, clumsy, work, without),
  );
  const agents = Array.from(
    { length: random.between(1, 3) },
    (_, index): AgentScript => ({
      agent_id: `agent-${index + 1}`,
      kind: random.chance(0.2) ? 'human' : 'microservice',
      capabilities: random.pick(SKILLS),
      capacity: random.pick([1, 1, 2, 3]),
      heartbeat_interval_ms: random.pick([5000, 5000, 8000]),
      comes_at_ms: random.chance(0.7) ? 0 : random.between(0, 20_000),
    }),
  ).filter(({ agent_id }) => without.agents?.has(agent_id) !== true);
  const acts_ms = Array.from({ length: random.pick([0, 0, 1, 2, 4]) }, () => random.between(0, chaos_ms)).sort(
    (a, b) => a - b,
  );
  const rates = drawRates(random);
  return { plans, work, agents, rates, weakSpot: random.pick(WEAK_SPOTS), chaos_ms, acts_ms };
}

function drawPlan(
  random: Random,
  plan_id: string,
  clumsy: number,
  work: Map<string, Work>,
  without: Without,
): CognitivePlanInput {
  const count = random.chance(0.08) ? random.between(7, 14) : random.between(1, 6);
  const density = random.pick([0.2, 0.4, 0.7]);
  const left = (id: string): boolean => without.tasks?.has(workKey(plan_id, id)) !== true;
  const tasks = Array.from({ length: count }, (_, index) => {
    const task_id = `t${index}`;
    const dependencies = Array.from({ length: index }, (_, before) => `t${before}`).filter(() =>
      random.chance(index < 7 ? density : density / 3),
    );
    const compensable = random.chance(0.6);
    const at_most_once = random.chance(0.12);
    work.set(workKey(plan_id, task_id), drawWork(random, clumsy));
    work.set(workKey(plan_id, `undo:${task_id}`), drawWork(random, clumsy));
    const required_capabilities = random.pick(CAPABILITIES);
    return task(task_id, {
      dependencies: dependencies.filter(left),
      required_capabilities,
      ...(compensable ? { compensation: { parameters: { undoes: task_id } } } : {}),
      ...(at_most_once ? { delivery_mode: 'AT_MOST_ONCE' as const } : {}),
    });
  }).filter(({ task_id }) => left(task_id));
  const risk_band = random.pick(['low', 'low', 'medium', 'high'] as const);
  const approves = risk_band === 'high' && random.chance(0.8);
  return plan({
    plan_id,
    tasks,
    execution_order: tasks.map(({ task_id }) => task_id),
    risk_band,
    on_failure: random.pick(['compensate', 'halt', 'continue'] as const),
    metadata: { author: 'author' },
    requires_approval: random.chance(0.06),
    ...(approves ? { approval_status: 'approved' as const, approved_by: 'approver' } : {}),
    ...(random.chance(0.1) ? { deadline: NOW + random.between(20, 200) * 1000 } : {}),
  });
}

const drawWork = (random: Random, clumsy: number): Work => ({
  takes_ms: random.chance(0.1) ? random.between(10_000, 70_000) : random.between(10, 6000),
  fails: random.chance(clumsy) ? random.pick([1, 1, 2, 99]) : 0,
  retryable: random.chance(0.8),
});

/** A seed has some kinds of faults and not others, each more or less: many small worlds instead of one average. */
function drawRates(random: Random): Rates {
  const rates = {} as Record<FaultKind, number>;
  const some = (kinds: readonly FaultKind[], levels: readonly number[], often = 0.5) => {
    for (const kind of kinds) rates[kind] = random.chance(often) ? random.pick(levels) : 0;
  };
  some(CALL_FAULTS, [0.003, 0.01, 0.03]);
  some(['conflict'], [0.03, 0.1, 0.3]);
  some(WEAK_FAULTS, [0.1, 0.3]);
  some(DELIVERY_FAULTS, [0.05, 0.2, 0.5]);
  some(AGENT_FAULTS, [0.05, 0.15], 0.4);
  some(PEOPLE_FAULTS, [0.3, 0.8], 0.4);
  return rates;
}
