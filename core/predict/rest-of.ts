/** From a plan's tickets and the swarm to what remains of the plan, and who may do it. */
import { type AgentRecord, freeSlots } from '../swarm/agent.ts';
import { createEligible } from '../swarm/match/eligible.ts';
import { RETRY_SETTINGS } from '../ticket/retry.ts';
import { isDone, isTerminal, kindOfWork, type TicketSpec, type TicketState } from '../ticket/state.ts';
import { type Estimates, NEUTRAL } from '../trail/estimate.ts';
import { expectedRatio } from './behaviour.ts';
import type { AgentGroup, Rest, RestTask } from './rest.ts';

export interface TicketNow {
  readonly spec: TicketSpec;
  readonly state: TicketState;
}

/** What is known of the swarm. */
export interface SwarmNow {
  readonly agents: readonly AgentRecord[];
  /** of the agents of a pool */
  readonly estimatesOf: (pool: string) => Estimates;
}

export interface PlanRest extends Rest {
  /** tasks that have ended and are not done: the plan is not completed any more */
  readonly lost: readonly string[];
}

/** From a ticket's readiness to its claim by a free agent, ms: a round, a message, a call. */
const HANDOVER_MS = 250;
/** Agents whose speed differs by less than this factor are taken together. */
const ALIKE = 1.25;

/**
 * Slots that work for other plans are taken to go on doing so: the load stays as it is. But no pool is left without one.
 * @param tickets all tasks' tickets of the plan, those that undo others left out
 * @param now epoch ms
 */
export function restOf(tickets: readonly TicketNow[], { agents, estimatesOf }: SwarmNow, now: number): PlanRest {
  const open = tickets.filter(({ state }) => !isTerminal(state));
  const lost = tickets.filter(({ state }) => isTerminal(state) && !isDone(state)).map(({ spec }) => spec.task_id);
  const pools = [...new Set(open.map(({ spec }) => spec.pool))];
  const kinds = [...new Set(open.map(({ spec }) => kindOfWork(spec)))];
  const { groups, groupOf } = groupsOf(open, agents, { pools, kinds, estimatesOf, now });
  const indexOf = new Map(open.map(({ spec }, at) => [spec.ticket_id, at]));

  const taskOf = ({ spec, state }: TicketNow): RestTask => {
    const { task_id, pool, sla, dependencies, risk_band, below_ms, rank_ms, qos } = spec;
    const estimated_ms = Math.max(1, spec.estimated_duration_ms ?? 1);
    const retries = qos.delivery_mode === 'AT_MOST_ONCE' ? 0 : sla.max_retries;
    const has = state.phase === 'assigned' || state.phase === 'running' ? state : undefined;
    const elapsed_ms = state.phase === 'running' ? Math.max(0, now - state.started_at) : 0;
    const group = has && groupOf.get(has.agent_id);
    return {
      ...{ task_id, estimated_ms, timeout_ms: sla.timeout_ms, failures: state.failures },
      kind: kinds.indexOf(kindOfWork(spec)),
      pool: pools.indexOf(pool),
      retries_left: Math.max(0, retries - state.failures),
      backoff_ms: RETRY_SETTINGS.base_ms[risk_band],
      dependencies: [...new Set(dependencies)].flatMap((id) => indexOf.get(id) ?? []),
      rank: rank_ms ?? below_ms + estimated_ms,
      not_before_ms: state.phase === 'backing_off' ? Math.max(0, state.retry_at - now) : 0,
      ...(has && {
        running: {
          estimate: estimatesOf(pool)(has.agent_id, kindOfWork(spec)),
          elapsed_ms,
          ...(group === undefined ? {} : { group }),
        },
      }),
    };
  };
  return { tasks: open.map(taskOf), groups, pools: pools.length, kinds: kinds.length, handover_ms: HANDOVER_MS, lost };
}

interface Known {
  readonly pools: readonly string[];
  readonly kinds: readonly string[];
  readonly estimatesOf: SwarmNow['estimatesOf'];
  readonly now: number;
}

function groupsOf(open: readonly TicketNow[], agents: readonly AgentRecord[], known: Known) {
  const { pools, kinds, estimatesOf, now } = known;
  const first = pools.map((pool) => open.find(({ spec }) => spec.pool === pool)?.spec as TicketSpec);
  const kindsOf = pools.map((pool) => [
    ...new Set(open.flatMap(({ spec }) => (spec.pool === pool ? [kinds.indexOf(kindOfWork(spec))] : []))),
  ]);
  const alike = new Map<string, { group: number; free: number; pools: number[]; estimates: AgentGroup['estimates'] }>();
  const groupOf = new Map<string, number>();
  // Each pool for itself, as matching does: where no other is there, degraded ones serve it, whoever is healthy elsewhere.
  const eligible = createEligible(agents, now);
  const servedBy = first.map((spec) => new Set(eligible(spec)));
  for (const agent of agents) {
    const served = servedBy.flatMap((able, pool) => (able.has(agent) ? [pool] : []));
    if (served.length === 0) continue;
    const estimates = kinds.map((kind, at) => {
      const pool = served.find((one) => kindsOf[one]?.includes(at));
      return pool === undefined ? NEUTRAL : estimatesOf(pools[pool] as string)(agent.agent_id, kind);
    });
    const key = `${served}|${estimates.map((one) => Math.round(Math.log(expectedRatio(one)) / Math.log(ALIKE)))}`;
    const group = alike.get(key) ?? { group: alike.size, free: 0, pools: served, estimates };
    alike.set(key, { ...group, free: group.free + Math.max(0, freeSlots(agent)) });
    groupOf.set(agent.agent_id, group.group);
  }
  const groups = [...alike.values()];
  const ours = new Set(
    open.flatMap(({ state }) =>
      state.phase === 'assigned' || state.phase === 'running' ? (groupOf.get(state.agent_id) ?? []) : [],
    ),
  );
  for (const pool of pools.keys()) {
    const serving = groups.filter((group) => group.pools.includes(pool));
    const has = serving.some(({ group, free }) => free > 0 || ours.has(group));
    if (!has && serving[0] !== undefined) serving[0].free = 1;
  }
  return { groups, groupOf };
}
