/** Which levels of a DAG are shown ticket by ticket and which are folded into a bar, so that all fit a number of lines. */
import { isDone } from '../../core/ticket/state.ts';
import type { TicketRow } from './plan-view.ts';

export interface Level {
  readonly level: number;
  readonly tickets: readonly TicketRow[];
}

export type Block =
  | { readonly kind: 'open'; readonly level: number; readonly tickets: readonly TicketRow[] }
  | { readonly kind: 'folded'; readonly from: number; readonly to: number; readonly tickets: readonly TicketRow[] };

/** The tickets by level, in the order they are in. */
export function levelsIn(tickets: readonly TicketRow[]): Level[] {
  const byLevel = new Map<number, TicketRow[]>();
  for (const ticket of tickets) {
    const list = byLevel.get(ticket.level);
    if (list) list.push(ticket);
    else byLevel.set(ticket.level, [ticket]);
  }
  return [...byLevel].sort(([a], [b]) => a - b).map(([level, list]) => ({ level, tickets: list }));
}

/**
 * Levels where something happens stay open longest. First those that are done are folded, the widest first, then those
 * that nothing has reached, then the rest; if one line a level is still too much, neighbours share a bar.
 * @returns blocks that take at most `lines` lines, every ticket in exactly one; none when there are no lines
 */
export function foldLevels(levels: readonly Level[], lines: number): Block[] {
  if (lines <= 0) return [];
  let total = levels.reduce((sum, { tickets }) => sum + tickets.length, 0);
  const folded = new Set<Level>();
  for (const level of [...levels].sort(byInterest)) {
    if (total <= lines) break;
    if (level.tickets.length === 1) continue;
    folded.add(level);
    total -= level.tickets.length - 1;
  }
  const blocks = levels.map((level): Block => (folded.has(level) ? bar([level]) : { kind: 'open', ...level }));
  return blocks.length <= lines ? blocks : share(levels, lines);
}

function byInterest(a: Level, b: Level): number {
  return interest(a) - interest(b) || b.tickets.length - a.tickets.length;
}

function interest({ tickets }: Level): number {
  if (tickets.every(({ state }) => isOver(state))) return 0;
  return tickets.every(({ state }) => state.phase === 'created') ? 1 : 2;
}

/** Nothing happens in it, and nothing in it needs a look. */
const isOver = (state: TicketRow['state']): boolean =>
  state.phase !== 'compensating' && (isDone(state) || state.phase === 'cancelled');

function share(levels: readonly Level[], lines: number): Block[] {
  const perLine = Math.ceil(levels.length / lines);
  const blocks: Block[] = [];
  for (let start = 0; start < levels.length; start += perLine) blocks.push(bar(levels.slice(start, start + perLine)));
  return blocks;
}

function bar(levels: readonly Level[]): Block {
  const from = levels[0]?.level ?? 0;
  return { kind: 'folded', from, to: levels.at(-1)?.level ?? from, tickets: levels.flatMap(({ tickets }) => tickets) };
}
