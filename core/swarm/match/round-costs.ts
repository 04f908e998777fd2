/** The costs of a round, as `costOf` has them, for all tickets and slots at once. */
import type { QueueEntry } from '../../schedule/queue-entry.ts';
import type { AgentRecord } from '../agent.ts';
import type { Costs } from './assignment/costs.ts';
import type { Beliefs } from './belief.ts';
import { type CostSettings, distanceOf } from './cost.ts';
import { avoidsStrictly, type Eligible, holds } from './eligible.ts';
import { createLines } from './lines.ts';
import type { Slots } from './slots.ts';

export interface RoundOf extends Slots {
  readonly entries: readonly QueueEntry[];
  readonly now: number;
  readonly eligible: Eligible;
  readonly beliefs: Beliefs;
  readonly settings: CostSettings;
}

/** @param room where the cells go if they fit: a caller's own, written over by its next round */
export function roundCosts(round: RoundOf, room?: Float64Array): Costs {
  const { entries, slots, zones, now, settings } = round;
  const columns = slots.length;
  const size = entries.length * columns;
  const cells = room !== undefined && room.length >= size ? room.subarray(0, size) : new Float64Array(size);
  const zoneOfSlot = Int32Array.from(slots, ({ zone }) => zone);
  const lineOf = createLines(round);
  const far = new Float64Array(zones.length);
  const held = new Set(slots.flatMap(({ agent }) => Object.keys(agent.held)));
  entries.forEach((entry, row) => {
    const { eligible, slope, intercept } = lineOf(entry);
    const offset = row * columns;
    for (let zone = 0; zone < zones.length; zone++)
      far[zone] = distanceOf(entry, zones[zone] as AgentRecord['location'], settings);
    fill(cells, offset, entry.estimated_duration_ms, slope, intercept, zoneOfSlot, far);
    if (entry.avoid.length === 0 && !held.has(entry.ticket_id)) return;
    const strictly = avoidsStrictly(entry, eligible, now);
    slots.forEach(({ agent }, column) => {
      const at = offset + column;
      if (holds(agent, entry)) cells[at] = Infinity;
      if (entry.avoid.includes(agent.agent_id))
        cells[at] = strictly ? Infinity : (cells[at] as number) + settings.avoid_ms;
    });
  });
  return { rows: entries.length, columns, cells };
}

/** One row; by itself, since a loop in a closure takes twice as long. */
function fill(
  cells: Float64Array,
  offset: number,
  estimate: number,
  slope: Float64Array,
  intercept: Float64Array,
  zoneOfSlot: Int32Array,
  far: Float64Array,
): void {
  for (let column = 0; column < slope.length; column++)
    cells[offset + column] =
      estimate * (slope[column] as number) +
      (intercept[column] as number) +
      (far[zoneOfSlot[column] as number] as number);
}
