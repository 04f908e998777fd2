/** The costs of a kind of work as lines: a ticket's cost of a slot is linear in the ticket's estimate. */
import type { QueueEntry } from '../../schedule/queue-entry.ts';
import type { AgentRecord } from '../agent.ts';
import type { Beliefs } from './belief.ts';
import { type Belief, type CostSettings, LEAST_SUCCESS, type Standing } from './cost.ts';
import { type Eligible, wantedKey } from './eligible.ts';
import type { Slot } from './slots.ts';

/** One kind of work that is wanted of the same agents, slot by slot; `intercept` Infinity: not this slot. */
export interface Line {
  readonly eligible: readonly AgentRecord[];
  readonly slope: Float64Array;
  readonly intercept: Float64Array;
  /** whether it may have every slot */
  readonly isFull: boolean;
}

export const slopeOf = (
  { ratio, success }: Belief,
  { taken, taken_in_zone }: Standing,
  settings: CostSettings,
): number =>
  ratio / Math.max(LEAST_SUCCESS, success) + settings.agent_spread * taken + settings.zone_spread * taken_in_zone;

export function interceptOf({ success: believed }: Belief, wait_ms: number, { failure_ms }: CostSettings): number {
  const success = Math.max(LEAST_SUCCESS, believed);
  return (wait_ms + failure_ms * (1 - success)) / success;
}

export interface LinesOf {
  readonly slots: readonly Slot[];
  readonly eligible: Eligible;
  readonly beliefs: Beliefs;
  readonly settings: CostSettings;
}

export function createLines({ slots, eligible, beliefs, settings }: LinesOf): (entry: QueueEntry) => Line {
  const known = new Map<string, Map<string, Line>>();
  const columnsOf = columnsByAgent(slots);
  const spreads = Float64Array.from(
    slots,
    ({ taken, taken_in_zone }) => settings.agent_spread * taken + settings.zone_spread * taken_in_zone,
  );
  // Many kinds of work are wanted of the same agents.
  const ofEligible = new Map<readonly AgentRecord[], Able[]>();
  const ableOf = (eligible: readonly AgentRecord[]): Able[] => {
    const before = ofEligible.get(eligible);
    if (before !== undefined) return before;
    const able = eligible.flatMap((agent): Able[] => {
      const columns = columnsOf.get(agent);
      return columns === undefined ? [] : [{ agent_id: agent.agent_id, columns }];
    });
    ofEligible.set(eligible, able);
    return able;
  };
  const lineOf = (entry: QueueEntry): Line => {
    const able = eligible(entry);
    const slope = new Float64Array(slots.length);
    const intercept = new Float64Array(slots.length).fill(Infinity);
    let count = 0;
    for (const { agent_id, columns } of ableOf(able)) {
      count += columns.length;
      const belief = beliefs(agent_id, entry.task_type);
      const attempts = 1 / Math.max(LEAST_SUCCESS, belief.success);
      const failure = interceptOf(belief, 0, settings);
      for (const column of columns) {
        slope[column] = belief.ratio * attempts + (spreads[column] as number);
        intercept[column] = (slots[column] as Slot).wait_ms * attempts + failure;
      }
    }
    return { eligible: able, slope, intercept, isFull: count === slots.length };
  };
  return (entry) => {
    let ofType = known.get(entry.task_type);
    if (ofType === undefined) {
      ofType = new Map();
      known.set(entry.task_type, ofType);
    }
    const key = wantedKey(entry);
    let line = ofType.get(key);
    if (line === undefined) {
      line = lineOf(entry);
      ofType.set(key, line);
    }
    return line;
  };
}

/** One that has slots free, and which. */
interface Able {
  readonly agent_id: string;
  readonly columns: readonly number[];
}

/** So that a line looks only at the agents that are eligible, and once at each. */
function columnsByAgent(slots: readonly Slot[]): Map<AgentRecord, number[]> {
  const columnsOf = new Map<AgentRecord, number[]>();
  slots.forEach(({ agent }, column) => {
    const columns = columnsOf.get(agent);
    if (columns === undefined) columnsOf.set(agent, [column]);
    else columns.push(column);
  });
  return columnsOf;
}
