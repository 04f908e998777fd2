/** The lanes of an index by what their tickets want. */
import { getOrMake } from '../../../get-or-make.ts';
import type { QueueEntry } from '../../../schedule/queue-entry.ts';
import type { Wanted } from '../eligible.ts';
import { isSparse, type Lane } from './lane.ts';

export interface Lanes {
  readonly all: Iterable<Lane>;
  /** The ticket's lane; built where there is none yet, or few are left in it. */
  of(entry: QueueEntry): Lane;
}

/** @param most more are not kept: the oldest is built again when it is asked for */
export function createLanes(most: number, build: (entry: QueueEntry) => Lane): Lanes {
  const all = new Set<Lane>();
  /** by kind of work and the first capability: names that are at hand are found quicker than one put together of them */
  const byNames = new Map<string, Map<string, Lane[]>>();

  const alike = ({ task_type, required_capabilities: [first = ''] }: Wants): Lane[] =>
    getOrMake(getOrMake(byNames, task_type, newNames), first, newLanes);

  function drop(lane: Lane): void {
    all.delete(lane);
    const { task_type, wanted } = lane;
    const others = alike({ ...wanted, task_type }).filter((other) => other !== lane);
    const ofType = byNames.get(task_type);
    const [first = ''] = wanted.required_capabilities;
    // No name is kept for longer than a lane of it.
    if (others.length > 0) ofType?.set(first, others);
    else ofType?.delete(first);
    if (ofType?.size === 0) byNames.delete(task_type);
    for (const { member, left } of lane.places) {
      if (left) continue;
      member.places = member.places.filter((place) => place.lane !== lane);
      member.hidden = member.hidden.filter((place) => place.lane !== lane);
    }
  }

  return {
    all,
    of(entry) {
      const known = among(alike(entry), entry);
      if (known !== undefined && !isSparse(known)) return known;
      const oldest = known ?? (all.size >= most ? all.values().next().value : undefined);
      if (oldest !== undefined) drop(oldest);
      const lane = build(entry);
      all.add(lane);
      alike(entry).push(lane);
      return lane;
    },
  };
}

const newNames = () => new Map<string, Lane[]>();
const newLanes = (): Lane[] => [];

function among(lanes: readonly Lane[], wants: Wanted): Lane | undefined {
  for (const lane of lanes) if (wantsThat(lane.wanted, wants)) return lane;
  return undefined;
}

type Wants = Wanted & Pick<QueueEntry, 'task_type'>;

function wantsThat(wanted: Wanted, { security_level, tenant_id, required_capabilities }: Wanted): boolean {
  const own = wanted.required_capabilities;
  if (wanted.security_level !== security_level || wanted.tenant_id !== tenant_id) return false;
  if (own.length !== required_capabilities.length) return false;
  for (let nth = 0; nth < own.length; nth++) if (own[nth] !== required_capabilities[nth]) return false;
  return true;
}
