/** The costs of a round, as `costOf` has them, for all tickets and slots at once. */
import type { QueueEntry } from '../../schedule/queue-entry.ts';
import type { AgentRecord } from '../agent.ts';
import type { Costs } from './assignment/costs.ts';
import type { Beliefs } from './belief.ts';
import { type CostSettings, distanceOf } from './cost.ts';
import { avoidsStrictly, type Eligible, holds } from './eligible.ts';
import { createLines, type Line } from './lines.ts';
import type { Slot, Slots } from './slots.ts';

export interface RoundOf extends Slots {
  readonly entries: readonly QueueEntry[];
  readonly agents: readonly AgentRecord[];
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
  const stretches = stretchesOf(slots);
  const far = new Float64Array(stretches.length);
  const lineOf = createLines(round);
  const held = new Set(round.agents.flatMap((agent) => Object.keys(agent.held)));
  const weights = new Float64Array(entries.length);
  let isFull = true;
  // Line by line, so that its numbers stay with the processor.
  const rowsOf = new Map<Line, number[]>();
  entries.forEach((entry, row) => {
    weights[row] = entry.estimated_duration_ms;
    const line = lineOf(entry);
    const rows = rowsOf.get(line);
    if (rows === undefined) rowsOf.set(line, [row]);
    else rows.push(row);
  });
  for (const [line, rows] of rowsOf) {
    if (!line.isFull) isFull = false;
    for (const row of rows) {
      const entry = entries[row] as QueueEntry;
      for (let nth = 0; nth < stretches.length; nth++)
        far[nth] = distanceOf(entry, zones[(stretches[nth] as Stretch).zone] as AgentRecord['location'], settings);
      fill(cells, row * columns, entry.estimated_duration_ms, line, stretches, far);
    }
  }
  entries.forEach((entry, row) => {
    if (entry.avoid.length === 0 && !held.has(entry.ticket_id)) return;
    const strictly = avoidsStrictly(entry, lineOf(entry).eligible, now);
    slots.forEach(({ agent }, column) => {
      const at = row * columns + column;
      if (holds(agent, entry)) cells[at] = Infinity;
      if (entry.avoid.includes(agent.agent_id))
        cells[at] = strictly ? Infinity : (cells[at] as number) + settings.avoid_ms;
      if (cells[at] === Infinity) isFull = false;
    });
  });
  return { rows: entries.length, columns, cells, weights, isFull };
}

/** Slots side by side in one zone. */
interface Stretch {
  readonly zone: number;
  readonly from: number;
  /** the first one that is not in it */
  readonly to: number;
}

function stretchesOf(slots: readonly Slot[]): Stretch[] {
  const stretches: Stretch[] = [];
  let from = 0;
  slots.forEach(({ zone }, column) => {
    if (slots[column + 1]?.zone === zone) return;
    stretches.push({ zone, from, to: column + 1 });
    from = column + 1;
  });
  return stretches;
}

/** One row; by itself, since a loop in a closure takes twice as long. */
function fill(
  cells: Float64Array,
  offset: number,
  estimate: number,
  { slope, intercept }: Line,
  stretches: readonly Stretch[],
  far: Float64Array,
): void {
  for (let nth = 0; nth < stretches.length; nth++) {
    const { from, to } = stretches[nth] as Stretch;
    fillStretch(cells, offset, estimate, slope, intercept, from, to, far[nth] as number);
  }
}

/** By twos, which takes three quarters of the time. */
function fillStretch(
  cells: Float64Array,
  offset: number,
  estimate: number,
  slope: Float64Array,
  intercept: Float64Array,
  from: number,
  to: number,
  distance: number,
): void {
  let column = from;
  for (const last = to - 1; column < last; column += 2) {
    const next = column + 1;
    cells[offset + column] = estimate * (slope[column] as number) + (intercept[column] as number) + distance;
    cells[offset + next] = estimate * (slope[next] as number) + (intercept[next] as number) + distance;
  }
  if (column < to)
    cells[offset + column] = estimate * (slope[column] as number) + (intercept[column] as number) + distance;
}
