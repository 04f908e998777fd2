/**
 * The estimates of a pool as its trails stand, read anew at most once a second. Past epochs never change, so a process reads
 * them once; how much it keeps is bounded.
 */
import type { Clock } from '../ports/clock.ts';
import type { Trails as TrailsPort } from '../ports/trails.ts';
import { gatherAll } from './book.ts';
import type { Estimates } from './estimate.ts';
import { gather, learn, type Trails } from './learn.ts';
import { EPOCH_MS, EPOCHS_READ, epochOf, statisticsOf } from './sums.ts';

/** Fails as the port does. */
export type ReadEstimates = (pool: string) => Promise<Estimates>;

/** Estimates are made anew when they are older than this. */
const FRESH_MS = 1000;
/** An attempt that ended just before midnight may be committed after it. */
const SETTLED_MS = 60_000;
/** Rows (an agent at a kind of work in an epoch) that are kept, some 300 bytes each; pools used longest ago go first. */
const MAX_ROWS = 200_000;

interface Known {
  at: number;
  estimates?: Promise<Estimates>;
  /** past epochs, as of their start */
  readonly past: Map<number, Trails>;
  rows: number;
}

export function createReadEstimates({ trails, clock }: { trails: TrailsPort; clock: Clock }): ReadEstimates {
  /** those used last at the end */
  const pools = new Map<string, Known>();

  async function readEpoch(pool: string, epoch: number): Promise<Trails> {
    const read: Trails = new Map();
    for (const { agent_id, task_type, sums } of await trails.read(pool, epoch))
      gather(read, agent_id, task_type, statisticsOf(sums));
    return read;
  }

  async function make(pool: string, known: Known, now: number): Promise<Estimates> {
    const today = epochOf(now);
    const epochs = Array.from({ length: EPOCHS_READ }, (_, back) => today - back);
    for (const epoch of known.past.keys()) if (!epochs.includes(epoch)) known.past.delete(epoch);
    const read = await Promise.all(
      epochs.map(async (epoch) => ({ epoch, of: known.past.get(epoch) ?? (await readEpoch(pool, epoch)) })),
    );
    const all: Trails = new Map();
    known.rows = 0;
    for (const { epoch, of } of read) {
      gatherAll(all, of, now - epoch * EPOCH_MS);
      for (const kinds of of.values()) known.rows += kinds.size;
      if (now >= (epoch + 1) * EPOCH_MS + SETTLED_MS) known.past.set(epoch, of);
    }
    forget(pool);
    return learn(all);
  }

  function forget(used: string): void {
    let rows = 0;
    for (const known of pools.values()) rows += known.rows;
    for (const [pool, known] of pools) {
      if (rows <= MAX_ROWS) return;
      if (pool === used) continue;
      pools.delete(pool);
      rows -= known.rows;
    }
  }

  return (pool) => {
    const now = clock.now();
    const known: Known = pools.get(pool) ?? { at: 0, past: new Map(), rows: 0 };
    pools.delete(pool);
    pools.set(pool, known);
    if (known.estimates !== undefined && now - known.at < FRESH_MS) return known.estimates;
    const made = make(pool, known, now);
    known.at = now;
    known.estimates = made;
    // A read that failed is not what others are to be answered with.
    made.catch(() => delete known.estimates);
    return made;
  };
}
