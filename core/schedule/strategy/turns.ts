/**
 * Turns by stride scheduling (Waldspurger & Weihl, "Stride Scheduling: Deterministic Proportional-Share Resource
 * Management", 1995), hierarchically: the class that is furthest behind in service over weight is next, in it the client
 * that is furthest behind, and of it the ticket that the strategy puts first. Stride, and not deficit round robin: its
 * error is one ticket's cost however many wait, where a deficit round serves a whole quantum of one client at a time, and
 * a round of ours has often a single slot to give.
 *
 * Leads are kept relative to virtual time, which is where the furthest behind of those stands that wait (as the start
 * tags of start-time fair queueing, Goyal, Vin & Cheng, 1996). Who is absent, or cannot be served, is carried along by
 * it: an absence earns nothing, and who is level with it need not be remembered, so what is kept stays small by itself.
 */
import { AGING, overdueOf } from '../aging.ts';
import { priorityOf } from '../priority.ts';
import type { QueueEntry } from '../queue-entry.ts';
import { charge, chargeFor, sharesOf } from './accounts.ts';
import type { StrategyName } from './names.ts';
import type { RankContext, Ranked, Strategy } from './strategy.ts';

/** What makes a strategy. */
export interface Policy {
  readonly name: StrategyName;
  readonly classOf: (entry: QueueEntry) => string;
  /** of a class, > 0: classes that wait are served in this proportion */
  readonly weightOf: (name: string) => number;
  /** clients of a class are served alike */
  readonly clientOf: (entry: QueueEntry) => string;
  /** what a turn is charged, > 0 */
  readonly costOf: (entry: QueueEntry, context: RankContext) => number;
  /** sorts the tickets of one client, the next one first */
  readonly compare: (a: Candidate, b: Candidate, context: RankContext) => number;
}

export interface Candidate extends Pick<Ranked, 'entry' | 'priority'> {
  /** its score had it waited as long as the longest waiting ticket of its plan: waits put no plan's own tickets out of order */
  readonly plan_score: number;
}

interface Client {
  readonly name: string;
  /** the next one last */
  readonly waiting: Candidate[];
  /** the longest overdue last */
  readonly overdue: Candidate[];
  lead: number;
  sinceAged: number;
}

interface Class {
  readonly name: string;
  readonly clients: Map<string, Client>;
  lead: number;
}

export const createStrategy = (policy: Policy): Strategy => ({
  name: policy.name,
  rank: (entries, context) => rank(policy, entries, context),
  charge: (served, context) => charge(policy, served, context),
});

function rank(policy: Policy, entries: readonly QueueEntry[], context: RankContext): Ranked[] {
  const every = (context.aging ?? AGING).every;
  const classes = classesOf(policy, entries, context);
  const ranked: Ranked[] = [];
  const placed = new Set<Candidate>();
  while (ranked.length < entries.length) {
    const of = leastOf(classes.filter(hasWaiting), byWeight(policy)) as Class;
    const client = leastOf([...of.clients.values()].filter(hasOwnWaiting), byHead) as Client;
    const aged = client.sinceAged + 1 >= every && client.overdue.length > 0;
    client.sinceAged = aged ? 0 : client.sinceAged + 1;
    for (const candidate of aged ? longestOverdue(client.overdue, placed) : client.waiting.slice(-1)) {
      placed.add(candidate);
      const { entry, priority } = candidate;
      ranked.push({ entry, priority, turn: aged ? 'age' : 'order' });
      const cost = chargeFor(policy, entry, context);
      of.lead += cost / policy.weightOf(of.name);
      client.lead += cost;
    }
    dropLast(client.waiting, placed);
    dropLast(client.overdue, placed);
  }
  return ranked;
}

function classesOf(policy: Policy, entries: readonly QueueEntry[], context: RankContext): Class[] {
  const { now, aging = AGING } = context;
  const shares = sharesOf(policy, context);
  const classes = new Map<string, Class>();
  const candidates = new Map<string, Candidate>();
  const clientOf = (entry: QueueEntry): Client => {
    const className = policy.classOf(entry);
    const kept = shares?.classes[className];
    const of: Class = classes.get(className) ?? { name: className, clients: new Map(), lead: kept?.lead ?? 0 };
    classes.set(className, of);
    const name = policy.clientOf(entry);
    const { lead = 0, since_aged: sinceAged = 0 } = kept?.clients[name] ?? {};
    const client: Client = of.clients.get(name) ?? { name, waiting: [], overdue: [], lead, sinceAged };
    of.clients.set(name, client);
    return client;
  };
  const since = earliestByPlan(entries);
  for (const entry of entries) {
    const options = { aging, predict: context.predictRemaining };
    const priority = priorityOf(entry, now, options);
    const ready_at = since.get(entry.plan_id) ?? entry.ready_at;
    const plan_score =
      ready_at < entry.ready_at ? priorityOf({ ...entry, ready_at }, now, options).score : priority.score;
    const candidate = { entry, priority, plan_score };
    candidates.set(entry.key, candidate);
    clientOf(entry).waiting.push(candidate);
  }
  for (const entry of overdueOf(entries, now, aging).toReversed())
    clientOf(entry).overdue.push(candidates.get(entry.key) as Candidate);
  for (const { clients } of classes.values())
    for (const { waiting } of clients.values()) waiting.sort((a, b) => policy.compare(b, a, context));
  return [...classes.values()];
}

/** By plan, since when one of its tickets has waited, epoch ms. */
function earliestByPlan(entries: readonly QueueEntry[]): ReadonlyMap<string, number> {
  const since = new Map<string, number>();
  for (const { plan_id, ready_at } of entries) since.set(plan_id, Math.min(ready_at, since.get(plan_id) ?? ready_at));
  return since;
}

function dropLast(list: Candidate[], placed: ReadonlySet<Candidate>): void {
  for (let last = list.at(-1); last !== undefined && placed.has(last); last = list.at(-1)) list.pop();
}

const hasOwnWaiting = ({ waiting }: Client): boolean => waiting.length > 0;
const hasWaiting = ({ clients }: Class): boolean => [...clients.values()].some(hasOwnWaiting);

function leastOf<T extends { lead: number }>(list: readonly T[], tie: (a: T, b: T) => number): T | undefined {
  let least: T | undefined;
  for (const one of list)
    if (least === undefined || one.lead < least.lead || (one.lead === least.lead && tie(one, least) < 0)) least = one;
  return least;
}

const byWeight =
  ({ weightOf }: Policy) =>
  (a: Class, b: Class): number =>
    weightOf(b.name) - weightOf(a.name);

const byHead = (a: Client, b: Client): number =>
  (a.waiting.at(-1)?.entry.ready_at ?? 0) - (b.waiting.at(-1)?.entry.ready_at ?? 0) || (a.name < b.name ? -1 : 1);

/** One of each security level: what an agent is cleared for is the reason that stays why a ticket cannot be assigned. */
function longestOverdue(overdue: readonly Candidate[], placed: ReadonlySet<Candidate>): Candidate[] {
  const found = new Map<string, Candidate>();
  for (const candidate of overdue.toReversed())
    if (!placed.has(candidate) && !found.has(candidate.entry.security_level))
      found.set(candidate.entry.security_level, candidate);
  return [...found.values()];
}
