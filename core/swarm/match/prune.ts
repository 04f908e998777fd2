/** Which slots a large round looks at: those that are good for no ticket only cost time. */
import type { QueueEntry } from '../../schedule/queue-entry.ts';
import { createLines, type Line, type LinesOf } from './lines.ts';
import type { Slot } from './slots.ts';

/** Slots a kind of work keeps beyond one for each ticket. */
const SPARE = 64;

/**
 * For each kind of work its cheapest slots at its median estimate, as many as there are tickets and some more: no ticket
 * needs more, as the others cannot take all of them, so nobody is served less for it. What it may cost is distance: slots
 * are ranked without it.
 */
export function prune(round: LinesOf & { readonly entries: readonly QueueEntry[] }): Slot[] {
  const { entries, slots } = round;
  const lineOf = createLines(round);
  const estimates = new Map<Line, number[]>();
  const unlike = new Set<string>();
  for (const entry of entries) {
    const line = lineOf(entry);
    const ofLine = estimates.get(line);
    if (ofLine === undefined) estimates.set(line, [entry.estimated_duration_ms]);
    else ofLine.push(entry.estimated_duration_ms);
    for (const agentId of entry.avoid) unlike.add(agentId);
  }
  const kept = new Set<number>();
  const keep = entries.length + unlike.size + SPARE;
  for (const [{ slope, intercept }, ofLine] of estimates) {
    const median = ofLine.sort((a, b) => a - b)[ofLine.length >> 1] as number;
    const cost = (column: number) => median * (slope[column] as number) + (intercept[column] as number);
    const able = [...slots.keys()].filter((column) => intercept[column] !== Infinity);
    for (const column of able.sort((a, b) => cost(a) - cost(b) || a - b).slice(0, keep)) kept.add(column);
  }
  return slots.filter((_, column) => kept.has(column));
}
