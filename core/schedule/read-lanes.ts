/**
 * What waits in a pool, as a round needs it: all of a short queue; of a long one the first tickets of each lane, however
 * many wait before them. Within a lane it is first come, first served, so the longest waiting of all are among those.
 * Where a class has more lanes than a round reads, they take turns: n lanes have each been read after n ÷ limit rounds.
 *
 * A long queue is read by jumps (a skip scan, as databases do it over an index's leading columns): a query for a lane's
 * first tickets, and the next one begins behind all of that lane.
 */
import type { ReadyQueue } from '../ports/ready-queue.ts';
import { classOfLane, laneOfKey } from './lanes.ts';
import type { QueueEntry } from './queue-entry.ts';

export interface LaneLimits {
  /** a queue shorter than this is read whole, by one query */
  readonly page: number;
  /** tickets of a lane, at least 1 */
  readonly per_lane: number;
  /** tenants of one priority and tier in a round; the next ones have their turn in the next round */
  readonly lanes_per_class: number;
}

/** Where the next round goes on in classes of more tenants than a round reads: by class, a place among its lanes. */
export type Cursors = Readonly<Record<string, string>>;

export interface Backlog {
  /** in order of their keys */
  readonly entries: readonly QueueEntry[];
  /** lanes in which more may wait than these */
  readonly open: ReadonlySet<string>;
  /** nothing else waits */
  readonly whole: boolean;
  readonly cursors: Cursors;
}

/** Behind every key of a lane or class, before every other: `$` is what follows `#`. */
const END = '$';

/** @param loadCursors what the last round of the pool answered; asked only where the queue is long */
export async function readLanes(
  queue: Pick<ReadyQueue, 'list'>,
  pool: string,
  { page, per_lane, lanes_per_class }: LaneLimits,
  loadCursors: () => Promise<Cursors>,
): Promise<Backlog> {
  const first = await queue.list(pool, page);
  const last = first.at(-1);
  if (last === undefined || first.length < page) return { entries: first, open: new Set(), whole: true, cursors: {} };

  const cursors = await loadCursors();
  const cut = classOfLane(laneOfKey(last.key));
  // Of the class that the page ends in, only the lanes whose turn it is: the first ones would have one in every round.
  const before = first.filter(({ key }) => classOfLane(laneOfKey(key)) !== cut);
  const found = new Map(before.map((entry) => [entry.key, entry]));
  const open = new Set<string>();
  const next: Record<string, string> = {};

  /** Lanes of a class from a place on, up to another one or so many. */
  async function readClass(name: string, from: string, until: string | undefined, lanes: number) {
    let after = `${name}${from}`;
    for (let seen = 0; ; ) {
      const entries = await queue.list(pool, per_lane, after);
      const own = entries.filter(({ key }) => classOfLane(laneOfKey(key)) === name);
      const inOrder = [...new Set(own.map(({ key }) => laneOfKey(key)))];
      const ended = entries.length < per_lane || own.length < entries.length;
      // The last lane of a page that others share is read again, from its head.
      const whole = ended || inOrder.length === 1 ? inOrder : inOrder.slice(0, -1);
      for (const lane of whole) {
        const place = lane.slice(name.length);
        if (until !== undefined && place >= until) return { seen, ended: true };
        if (seen === lanes) return { seen, ended: false, at: place };
        for (const entry of own) if (laneOfKey(entry.key) === lane) found.set(entry.key, entry);
        seen++;
        after = `${lane}${END}`;
      }
      if (ended) return { seen, ended };
      if (inOrder.length === 1) open.add(inOrder[0] as string);
    }
  }

  for (let name: string | undefined = cut; name !== undefined; ) {
    const from: string = cursors[name] ?? '';
    const { seen, ended, at } = await readClass(name, from, undefined, lanes_per_class);
    if (!ended && at !== undefined) next[name] = at;
    else if (from === '' && name === cut)
      // No lane of the class goes without: what the page has read of it beyond the lanes' first tickets is welcome.
      for (const entry of first) found.set(entry.key, entry);
    else if (from !== '') {
      const wrapped = await readClass(name, '', from, lanes_per_class - seen);
      if (wrapped.at !== undefined) next[name] = wrapped.at;
    }
    const [behind]: QueueEntry[] = await queue.list(pool, 1, `${name}${END}`);
    name = behind === undefined ? undefined : classOfLane(laneOfKey(behind.key));
  }
  const entries = [...found.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
  return { entries, open, whole: false, cursors: next };
}
