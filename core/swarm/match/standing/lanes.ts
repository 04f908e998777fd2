/** The lanes of an index by what their tickets want. */
import type { QueueEntry } from '../../../schedule/queue-entry.ts';
import { isSparse, type Lane } from './lane.ts';

export interface Lanes {
  readonly all: Iterable<Lane>;
  /** The ticket's lane; built where there is none yet, or few are left in it. */
  of(entry: QueueEntry): Lane;
}

/** @param most more are not kept: the oldest is built again when it is asked for */
export function createLanes(most: number, build: (entry: QueueEntry) => Lane): Lanes {
  const lanes = new Map<string, Lane>();

  function drop(key: string): void {
    const lane = lanes.get(key) as Lane;
    lanes.delete(key);
    for (const { member, left } of lane.places) {
      if (left) continue;
      member.places = member.places.filter((place) => place.lane !== lane);
      member.hidden = member.hidden.filter((place) => place.lane !== lane);
    }
  }

  return {
    all: { [Symbol.iterator]: () => lanes.values() },
    of(entry) {
      const key = keyOf(entry);
      const known = lanes.get(key);
      if (known !== undefined && !isSparse(known)) return known;
      const oldest = known !== undefined ? key : lanes.size >= most ? lanes.keys().next().value : undefined;
      if (oldest !== undefined) drop(oldest);
      const lane = build(entry);
      lanes.set(key, lane);
      return lane;
    },
  };
}

/** Every name with its length before it: no two of what is wanted share a key, whatever their names are. */
function keyOf({ task_type, security_level, required_capabilities }: QueueEntry): string {
  let key = `${security_level} ${task_type.length} ${task_type}`;
  for (const capability of required_capabilities) key += ` ${capability.length} ${capability}`;
  return key;
}
