/**
 * One ticket at a time, quickly: agents stay in tournaments by what they cost, so a decision looks at a few of them, and a
 * lesson learnt moves one agent in O(log n) for each kind of ticket it may run. A heartbeat or a slot moves nothing: one
 * that is come by without a slot is hidden then, and shown again when it has one.
 *
 * What is approximated: exploration. The cost of every agent at its mean is exact, but beliefs are drawn only of the `best`
 * cheapest ones and `others` at random, not of all, so an agent that is little known gets its chance less often than under
 * full Thompson sampling. Tickets are not held back for busy agents.
 */
import type { QueueEntry } from '../../../schedule/queue-entry.ts';
import { type Estimate, type Estimates, NEUTRAL } from '../../../trail/estimate.ts';
import { type AgentRecord, healthOf } from '../../agent.ts';
import type { Match } from '../../match.ts';
import { AVOID_FOR_MS } from '../../match.ts';
import { drawBelief, type Exploration, meanBelief } from '../belief.ts';
import { COST_SETTINGS, type CostSettings, costOf, distanceOf, zoneOf } from '../cost.ts';
import { mayRun } from '../eligible.ts';
import { CANDIDATES_TOLD, type Candidate, explain } from '../explain.ts';
import { interceptOf, slopeOf } from '../lines.ts';
import { createCheapest } from './cheapest.ts';
import {
  createLane,
  hide,
  join,
  know,
  type Lane,
  leave,
  type Place,
  recall,
  reopen,
  show,
  showOpened,
} from './lane.ts';
import { createLanes } from './lanes.ts';
import { createRoster, discharge, enlist, healthyUntil, type Member, update, type Zone } from './roster.ts';

export interface StandingSettings {
  readonly cost: CostSettings;
  readonly exploration: Exploration;
  /** the cheapest agents that beliefs are drawn of, and those at random besides */
  readonly best: number;
  readonly others: number;
  /** kinds of tickets that are kept ready; of more the oldest are built again when asked for */
  readonly lanes: number;
  readonly strategy: string;
}

export const STANDING_SETTINGS: StandingSettings = {
  cost: COST_SETTINGS,
  exploration: 'thompson',
  best: 3,
  others: 1,
  lanes: 1024,
  strategy: 'expected-completion',
};

const UNTAKEN = { wait_ms: 0, taken: 0, taken_in_zone: 0 };

export interface StandingIndex {
  /** The agent as it is now: registered, heard of, with a slot taken or freed. */
  put(agent: AgentRecord): void;
  remove(agentId: string): void;
  /** The estimate of the agent at this kind of work has changed. */
  learn(agentId: string, taskType: string): void;
  /** The agent to give it to, or undefined. No slot is taken by it: `put` the agent when it is. @param now epoch ms */
  decide(entry: QueueEntry, now: number): Match | undefined;
}

export function createStandingIndex(
  { estimates, random }: { readonly estimates: Estimates; readonly random: () => number },
  changes: Partial<StandingSettings> = {},
): StandingIndex {
  const settings: StandingSettings = { ...STANDING_SETTINGS, ...changes };
  const explores = settings.exploration === 'thompson';
  const best = explores ? settings.best : CANDIDATES_TOLD;
  const roster = createRoster();
  const members = new Map<string, Member>();
  const zones = new Map<string, Zone>();
  const lanes = createLanes(settings.lanes, (entry) => {
    const able = [...members.values()].filter(({ agent }) => mayRun(agent, entry));
    const known = able.map((member) => {
      const estimate = estimates(member.agent.agent_id, entry.task_type);
      return { member, estimate, slope: slopeOf(meanBelief(estimate), UNTAKEN, settings.cost) };
    });
    const lane = createLane(entry.task_type, entry);
    // Alike side by side: what a node says of those below it is the closer.
    for (const { member, estimate } of known.sort((a, b) => a.slope - b.slope)) enter(lane, member, estimate);
    return lane;
  });

  function enter(lane: Lane, member: Member, estimate: Estimate): void {
    if (member.degraded) lane.degraded++;
    believe(join(lane, member), estimate);
  }

  function believe(place: Place, estimate: Estimate): void {
    const belief = meanBelief(estimate);
    know(place, slopeOf(belief, UNTAKEN, settings.cost), interceptOf(belief, 0, settings.cost), estimate);
    if (!place.hidden) show(place);
  }

  function zoneAt(location: AgentRecord['location']): Zone {
    const name = zoneOf(location);
    const zone = zones.get(name) ?? { location, capacity: 0, held: 0 };
    zones.set(name, zone);
    return zone;
  }

  function remove(agentId: string): void {
    const member = members.get(agentId);
    if (member === undefined) return;
    members.delete(agentId);
    count(member, -1);
    for (const place of member.places) {
      if (member.degraded) place.lane.degraded--;
      leave(place);
    }
    discharge(roster, member);
  }

  function add(agent: AgentRecord): void {
    const member = enlist(roster, agent, zoneAt(agent.location));
    members.set(agent.agent_id, member);
    count(member, 1);
    for (const lane of lanes.all)
      if (mayRun(agent, lane.wanted)) enter(lane, member, estimates(agent.agent_id, lane.task_type));
  }

  const candidateOf = (entry: QueueEntry, place: Place): Candidate<Member> => {
    const { member } = place;
    const { agent_id, free, zone, number } = member;
    const { location } = zone;
    recall(place, recalled);
    const belief = explores ? drawBelief(recalled, random) : meanBelief(recalled);
    const taken = roster.taken[number] as number;
    const standing = { wait_ms: 0, taken, taken_in_zone: zone.held / zone.capacity };
    return { agent: member, free, cost: costOf(entry, { agent_id, location }, belief, standing, settings.cost) };
  };

  const recalled = { ln_ratio: { ...NEUTRAL.ln_ratio }, success: { ...NEUTRAL.success }, evidence: 0 };
  const ofRecalled: Estimates = () => recalled;

  // The search that is under way; what it needs is kept from one to the next.
  const cheapest = createCheapest();
  const found: Place[] = [];
  const more: number[] = [];
  let asked: QueueEntry;
  let lane: Lane;
  let now = 0;
  let strictly = false;
  let spread = 0;

  const isOpen = ({ number }: Member): boolean => now < (roster.openUntil[number] as number);
  const isAvoided = ({ member }: Place): boolean => asked.avoid.includes(member.agent_id);
  const may = (place: Place): boolean => !holds(place.member, asked) && !(strictly && isAvoided(place));
  const placeAt = (tree: number, leaf: number): Place => (lane.byLeaf[tree] as Place[])[leaf] as Place;
  const visitor = {
    extra(tree: number, leaf: number): number {
      const number = (lane.numbers[tree] as number[])[leaf] as number;
      if (!(now < (roster.openUntil[number] as number))) {
        const place = placeAt(tree, leaf);
        hide(place);
        place.member.hidden.push(place);
        return Infinity;
      }
      const cost = spread * (roster.taken[number] as number);
      if (asked.avoid.length === 0) return cost;
      return isAvoided(placeAt(tree, leaf)) ? cost + settings.cost.avoid_ms : cost;
    },
    may: (tree: number, leaf: number): boolean => may(placeAt(tree, leaf)),
  };

  function lookAt(): void {
    found.length = 0;
    showOpened(lane, isOpen);
    strictly = avoidsStrictly(isHealthy);
    const estimate = asked.estimated_duration_ms;
    const { cost } = settings;
    spread = estimate * cost.agent_spread;
    for (let tree = 0; tree < lane.trees.length; tree++) {
      const { location, held, capacity } = lane.zones[tree] as Zone;
      const inZone = capacity > 0 ? (cost.zone_spread * held) / capacity : 0;
      more[tree] = distanceOf(asked, location, cost) + estimate * inZone;
    }
    cheapest.search(lane.trees, more, estimate, best, visitor);
    for (let nth = 0; nth < cheapest.size; nth++)
      found.push(placeAt(cheapest.trees[nth] as number, cheapest.leaves[nth] as number));
    if (explores) lookAtOthers();
    if (found.length === 0 && lane.degraded > 0) lastResort();
  }

  function lookAtOthers(): void {
    const { places } = lane;
    for (let nth = 0; nth < settings.others && places.length > best; nth++) {
      const place = places[Math.floor(random() * places.length)] as Place;
      if (!place.left && isOpen(place.member) && !found.includes(place) && may(place)) found.push(place);
    }
  }

  const isHealthy = ({ agent }: Member): boolean => now < healthyUntil(agent);
  const isLastResort = ({ agent }: Member): boolean => healthOf(agent, now) === 'DEGRADED';

  /** As `avoidsStrictly` of `eligible.ts`, but it ends at the first other one. */
  function avoidsStrictly(isEligible: (member: Member) => boolean): boolean {
    if (asked.avoid.length === 0 || now - asked.ready_at >= AVOID_FOR_MS) return false;
    return lane.places.some((place) => !place.left && !isAvoided(place) && isEligible(place.member));
  }

  function lastResort(): void {
    if (lane.places.some(({ left, member }) => !left && isOpen(member))) return;
    strictly = avoidsStrictly((member) => isHealthy(member) || isLastResort(member));
    for (const place of lane.places)
      if (!place.left && place.member.free > 0 && isLastResort(place.member) && may(place)) found.push(place);
  }

  return {
    put(agent) {
      const member = members.get(agent.agent_id);
      if (member === undefined || !isAlike(member.agent, agent)) {
        remove(agent.agent_id);
        add(agent);
        return;
      }
      const before = member.degraded;
      count(member, -1);
      update(roster, member, agent);
      count(member, 1);
      if (member.degraded !== before) for (const { lane } of member.places) lane.degraded += before ? -1 : 1;
      if (member.hidden.length === 0 || roster.openUntil[member.number] === -Infinity) return;
      for (const place of member.hidden) reopen(place);
      member.hidden.length = 0;
    },
    remove,
    learn(agentId, taskType) {
      const member = members.get(agentId);
      if (member === undefined) return;
      for (const place of member.places)
        if (place.lane.task_type === taskType) believe(place, estimates(agentId, taskType));
    },
    decide(entry, at) {
      lane = lanes.of(entry);
      asked = entry;
      now = at;
      lookAt();
      if (found.length === 0) return undefined;
      // In order as they come, equals as they were found: there are a few.
      const order: Candidate<Member>[] = [];
      let first = found[0] as Place;
      for (const place of found) {
        const candidate = candidateOf(entry, place);
        let at = order.length;
        for (; at > 0 && (order[at - 1] as Candidate<Member>).cost.cost_ms > candidate.cost.cost_ms; at--)
          order[at] = order[at - 1] as Candidate<Member>;
        order[at] = candidate;
        if (at === 0) first = place;
      }
      const chosen = order.shift() as Candidate<Member>;
      recall(first, recalled);
      const choice = { entry, position: 0, queue_length: 1, chosen, others: order, method: 'single' as const };
      const explanation = explain(choice, settings.strategy, { now, estimates: ofRecalled, random });
      return { entry, agent: chosen.agent.agent, explanation };
    },
  };
}

function count({ zone, capacity, free }: Member, sign: 1 | -1): void {
  zone.capacity += sign * capacity;
  zone.held += sign * (capacity - free);
}

function holds({ held }: Member, { ticket_id }: QueueEntry): boolean {
  for (const id of held) if (id === ticket_id) return true;
  return false;
}

/** What decides which tickets it may run, and where, is the same. */
const isAlike = (a: AgentRecord, b: AgentRecord): boolean =>
  a.clearance === b.clearance &&
  (a.location === b.location || (a.location.region === b.location.region && a.location.zone === b.location.zone)) &&
  areAlike(a.capabilities, b.capabilities) &&
  areAlike(a.tenants, b.tenants);

const areAlike = (a: readonly string[] = NONE, b: readonly string[] = NONE): boolean =>
  a === b || (a.length === b.length && a.every((name) => b.includes(name)));
const NONE: readonly string[] = [];
