/** All agents that may run one kind of ticket, ready to be asked for the cheapest. */
import type { Estimate, LnRatio, Success } from '../../../trail/estimate.ts';
import type { Wanted } from '../eligible.ts';
import { doubled } from './doubled.ts';
import type { Member, Zone } from './roster.ts';
import { createTournament, setLeaf, type Tournament } from './tournament.ts';

/** Where a member is in a lane. */
export interface Place {
  readonly lane: Lane;
  readonly member: Member;
  /** the number of its zone's tree in the lane */
  readonly tree: number;
  readonly leaf: number;
  /** its number among all of the lane's */
  readonly nth: number;
  hidden: boolean;
  /** hidden, and among those that `showOpened` looks at */
  opened: boolean;
  left: boolean;
}

export interface Lane {
  readonly task_type: string;
  readonly wanted: Wanted;
  readonly zones: Zone[];
  readonly trees: Tournament[];
  /** by tree and leaf: the place, and its member's number */
  readonly byLeaf: Place[][];
  readonly numbers: number[][];
  /** all there ever were */
  readonly places: Place[];
  /** those hidden whose agents have been open since: shown when the lane is asked next, if they still are */
  readonly opened: Place[];
  /** of each place what is known, see `know`: objects far apart take longer to read than to reckon with */
  known: Float64Array;
  degraded: number;
  /** places that nobody is at any more */
  left: number;
}

/** Numbers known of a place: its line by the mean of what is believed and with no slot taken, and the estimate. */
const KNOWN = 8;
const SMALLEST = 8;

export const createLane = (task_type: string, wanted: Wanted): Lane => ({
  ...{ task_type, wanted, zones: [], trees: [], byLeaf: [], numbers: [], places: [], opened: [] },
  known: new Float64Array(SMALLEST * KNOWN),
  ...{ degraded: 0, left: 0 },
});

export function join(lane: Lane, member: Member): Place {
  let tree = lane.zones.indexOf(member.zone);
  if (tree < 0) {
    tree = lane.zones.push(member.zone) - 1;
    lane.trees.push(createTournament());
    lane.byLeaf.push([]);
    lane.numbers.push([]);
  }
  const leaves = lane.byLeaf[tree] as Place[];
  const nth = lane.places.length;
  if ((nth + 1) * KNOWN > lane.known.length) lane.known = doubled(lane.known);
  const place: Place = { lane, member, tree, leaf: leaves.length, nth, hidden: false, opened: false, left: false };
  leaves.push(place);
  (lane.numbers[tree] as number[]).push(member.number);
  lane.places.push(place);
  member.places.push(place);
  return place;
}

export function know({ lane: { known }, nth }: Place, slope: number, intercept: number, estimate: Estimate): void {
  const { ln_ratio, success } = estimate;
  const at = nth * KNOWN;
  known[at] = slope;
  known[at + 1] = intercept;
  known[at + 2] = ln_ratio.mean;
  known[at + 3] = ln_ratio.kappa;
  known[at + 4] = ln_ratio.alpha;
  known[at + 5] = ln_ratio.beta;
  known[at + 6] = success.a;
  known[at + 7] = success.b;
}

/** An estimate that is written over by the next one recalled. */
export interface Recalled {
  readonly ln_ratio: { -readonly [Key in keyof LnRatio]: LnRatio[Key] };
  readonly success: { -readonly [Key in keyof Success]: Success[Key] };
}

export function recall({ lane: { known }, nth }: Place, { ln_ratio, success }: Recalled): void {
  const at = nth * KNOWN;
  ln_ratio.mean = known[at + 2] as number;
  ln_ratio.kappa = known[at + 3] as number;
  ln_ratio.alpha = known[at + 4] as number;
  ln_ratio.beta = known[at + 5] as number;
  success.a = known[at + 6] as number;
  success.b = known[at + 7] as number;
}

/** For good: its leaf stays empty. */
export function leave(place: Place): void {
  hide(place);
  place.left = true;
  place.lane.left++;
}

/** Time to build it again: more have left than are there. */
export const isSparse = ({ left, places }: Lane): boolean => 2 * left > places.length;

export function show(place: Place): void {
  place.hidden = false;
  const { lane, tree, leaf, nth } = place;
  const { known } = lane;
  setLeaf(lane.trees[tree] as Tournament, leaf, known[nth * KNOWN] as number, known[nth * KNOWN + 1] as number);
}

/** Its agent is open: most of the time it will be busy again before the lane is asked, and nothing will have moved. */
export function reopen(place: Place): void {
  place.opened = true;
  place.lane.opened.push(place);
}

/** @returns nothing is left to be looked at: what is not open any more is hidden as before */
export function showOpened({ opened }: Lane, isOpen: (member: Member) => boolean): void {
  for (const place of opened) {
    place.opened = false;
    if (place.left) continue;
    if (isOpen(place.member)) show(place);
    else place.member.hidden.push(place);
  }
  opened.length = 0;
}

export function hide(place: Place): void {
  place.hidden = true;
  setLeaf(place.lane.trees[place.tree] as Tournament, place.leaf, Infinity, Infinity);
}
