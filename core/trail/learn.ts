/**
 * From trails to estimates: a hierarchical model, learnt by empirical Bayes. Of ln(duration ÷ estimate), an agent's mean at a
 * kind of work is the mean of that kind + what the agent is off at every kind + what it is off at this one. So an agent that
 * nobody has seen at this kind of work is expected to be like the others, and one that is slow elsewhere to be slow here.
 * Failures likewise: the rate of the kind, times how much more than expected the agent fails elsewhere (a gamma-Poisson
 * relative risk; Clayton & Kaldor 1987).
 */
import { getOrMake } from '../get-or-make.ts';
import { type Cell, presentOf } from './change.ts';
import { trailKind } from './deposit.ts';
import { type Estimate, type Estimates, NEUTRAL } from './estimate.ts';
import { addOffset, addPair, noOffsets, type Offsets, shareOfAgent } from './offsets.ts';
import { betweenAgents, durationsOver, failuresOver, type Kind } from './population.ts';
import { lnRatioOf, successOf } from './posterior.ts';
import {
  addStatistics,
  EPOCH_MS,
  type Evaporation,
  evaporationOver,
  noStatistics,
  type Statistics,
  statisticsOf,
  type TrailRow,
} from './sums.ts';

/** Statistics by kind of work and agent. */
export type Trails = Map<string, Map<string, Statistics>>;

const UNKNOWN: Kind = { durations: durationsOver([]), failures: failuresOver([]) };

export function estimatesOf(rows: Iterable<TrailRow>, now: number): Estimates {
  const trails: Trails = new Map();
  const left = new Map<number, Evaporation>();
  for (const { agent_id, task_type, epoch, sums } of rows) {
    const evaporation = getOrMake(left, epoch, () => evaporationOver(now - epoch * EPOCH_MS));
    gather(trails, agent_id, task_type, statisticsOf(sums), evaporation);
  }
  return learn(trails);
}

/** Adds up what is known of the same agent and kind of work. */
export function gather(into: Trails, agentId: string, taskType: string, more: Statistics, left?: Evaporation): void {
  const agents = getOrMake(into, taskType, newMap<Statistics>);
  addStatistics(getOrMake(agents, agentId, noStatistics), more, left);
}

const newMap = <V>(): Map<string, V> => new Map();

interface Learnt extends Kind {
  readonly cells: ReadonlyMap<string, Cell>;
}

function learnKind(agents: ReadonlyMap<string, Statistics>): Learnt {
  const cells = new Map<string, Cell>();
  const all: Cell[] = [];
  for (const [agentId, statistics] of agents) {
    const cell = presentOf(statistics);
    cells.set(agentId, cell);
    all.push(cell);
  }
  return { cells, durations: durationsOver(all), failures: failuresOver(all) };
}

/**
 * @param trails as of the moment that the estimates are for
 * @returns O(trails) at once; then each estimate is made when it is first asked for, and kept
 */
export function learn(trails: Trails): Estimates {
  const kinds = new Map<string, Learnt>();
  const agents = new Map<string, Offsets>();
  for (const [taskType, of] of trails) {
    kinds.set(taskType, learnKind(of));
  }
  const between = betweenAgents(kinds.values());
  for (const kind of kinds.values())
    for (const [agentId, cell] of kind.cells) addPair(getOrMake(agents, agentId, noOffsets), cell, kind, between);
  const by = { between, own: shareOfAgent(agents.values()) };
  for (const kind of kinds.values())
    for (const [agentId, cell] of kind.cells) addOffset(agents.get(agentId) as Offsets, cell, kind, by);

  function estimate(agent: Offsets | undefined, kind: Kind, cell: Cell | undefined): Estimate {
    return {
      ln_ratio: lnRatioOf(kind.durations, agent, cell?.runs, by),
      success: successOf(kind.failures, agent, cell?.tries),
      evidence: cell?.evidence ?? 0,
    };
  }

  const made = new Map<string, Map<string, Estimate>>();
  const strangers = new Map<string, Estimate>();
  return (agentId, taskType) => {
    const name = trailKind(taskType);
    const kind = kinds.get(name);
    const agent = agents.get(agentId);
    if (agent === undefined) {
      if (kind === undefined) return NEUTRAL;
      return getOrMake(strangers, name, () => estimate(undefined, kind, undefined));
    }
    const known = getOrMake(made, name, newMap<Estimate>);
    const found = known.get(agentId);
    if (found !== undefined) return found;
    const estimated = estimate(agent, kind ?? UNKNOWN, kind?.cells.get(agentId));
    known.set(agentId, estimated);
    return estimated;
  };
}
