/** Events of several aggregates in one order: each aggregate's own by version, those of different ones by their times. */
import type { EventRef, PartOfEvent } from '../ports/plan-reader.ts';

export interface Lane {
  readonly aggregate: string;
  /** version of the last event that was told; 0: none */
  readonly told: number;
  /** version of its last event */
  readonly version: number;
}

export interface Merged {
  /** at most `limit`, sorted by time, then aggregate, then version */
  readonly events: readonly PartOfEvent[];
  /** by aggregate, the version of the last event that was told by now */
  readonly told: ReadonlyMap<string, number>;
}

/** Events of a lane that are read ahead, at least: reading them one by one would be a call apiece. */
const MIN_AHEAD = 2;

/**
 * The next events of all lanes (a k-way merge): always the earliest of those that come next in their lanes, so a clock that
 * went backwards within an aggregate cannot hide an event.
 */
export function createMerge(load: (refs: readonly EventRef[]) => Promise<PartOfEvent[]>) {
  return async (all: readonly Lane[], limit: number): Promise<Merged> => {
    const told = new Map(all.map(({ aggregate, told }) => [aggregate, told]));
    const lanes = all.filter(({ told, version }) => told < version);
    const ahead = Math.min(limit, Math.max(MIN_AHEAD, Math.ceil((2 * limit) / (lanes.length || 1))));
    const waiting = new Map<string, PartOfEvent[]>(lanes.map(({ aggregate }) => [aggregate, []]));
    const versions = new Map(lanes.map(({ aggregate, version }) => [aggregate, version]));
    const events: PartOfEvent[] = [];
    const nextOf = (aggregate: string): number => (told.get(aggregate) ?? 0) + 1;

    /** Reads on in the lanes that have nothing waiting. */
    async function fill(dry: readonly string[]): Promise<void> {
      const refs = dry.flatMap((aggregate) => {
        const from = nextOf(aggregate);
        const to = Math.min(versions.get(aggregate) ?? 0, from + ahead - 1);
        return Array.from({ length: to - from + 1 }, (_, index) => ({ aggregate, version: from + index }));
      });
      for (const event of await load(refs)) waiting.get(event.aggregate)?.push(event);
      for (const aggregate of dry) waiting.get(aggregate)?.sort((a, b) => b.version - a.version);
    }

    await fill([...waiting.keys()]);
    while (events.length < limit) {
      const next = earliest(waiting);
      if (next === undefined) break;
      events.push(next);
      told.set(next.aggregate, next.version);
      const lane = waiting.get(next.aggregate);
      lane?.pop();
      const isDry = lane?.length === 0 && next.version < (versions.get(next.aggregate) ?? 0);
      if (isDry && events.length < limit) await fill([next.aggregate]);
    }
    return { events: events.sort(compare), told };
  };
}

function earliest(waiting: ReadonlyMap<string, readonly PartOfEvent[]>): PartOfEvent | undefined {
  let best: PartOfEvent | undefined;
  for (const lane of waiting.values()) {
    const next = lane.at(-1);
    if (next !== undefined && (best === undefined || compare(next, best) < 0)) best = next;
  }
  return best;
}

const compare = (a: PartOfEvent, b: PartOfEvent): number =>
  a.at - b.at || (a.aggregate < b.aggregate ? -1 : a.aggregate > b.aggregate ? 1 : a.version - b.version);
