/** What clients and classes have had, after each round: the bookkeeping of turns.ts. */
import { AGING } from '../aging.ts';
import { laneOfKey } from '../lanes.ts';
import type { QueueEntry } from '../queue-entry.ts';
import type { ClassShares, ClientShares, RankContext, Served, Shares } from './strategy.ts';
import type { Policy } from './turns.ts';

/** Clients of a class that are remembered, the furthest ahead, at most: what is forgotten beyond is less than any of them. */
const MAX_CLIENTS = 100;
/** Nobody pays longer than this for what it has had, ms of service over weight; the longest ticket runs for two hours. */
const MAX_LEAD = 4 * 3_600_000;
/** Turns are of one busy time of the pool. No slot of a busy one is taken for as long as this by one ticket. */
const FORGET_AFTER_MS = 3 * 3_600_000;

/** The shares as far as they are this strategy's, and of this busy time. */
export const sharesOf = ({ name }: Pick<Policy, 'name'>, { shares, now }: RankContext): Shares | undefined =>
  shares?.strategy === name && now - shares.at < FORGET_AFTER_MS ? shares : undefined;

export const chargeFor = ({ costOf }: Policy, entry: QueueEntry, context: RankContext): number =>
  Math.max(1, costOf(entry, context));

interface Account {
  lead: number;
  served: boolean;
  passedOver: boolean;
  waits: boolean;
}

interface ClientAccount extends Account {
  since: number;
  /** some of its tickets were ranked */
  read: boolean;
}

interface ClassAccount extends Account {
  readonly clients: Map<string, ClientAccount>;
}

const account = (lead: number): Account => ({ lead, served: false, passedOver: false, waits: false });

const clientAccount = ({ lead, since_aged }: ClientShares): ClientAccount => ({
  ...account(lead),
  ...{ since: since_aged, read: false },
});

const classAccount = ({ lead, clients }: ClassShares): ClassAccount => ({
  ...account(lead),
  clients: new Map(Object.entries(clients).map(([name, of]) => [name, clientAccount(of)])),
});

export function charge(policy: Policy, served: Served, context: RankContext): Shares {
  const { ranked, assigned, open, cursors } = served;
  const every = (context.aging ?? AGING).every;
  const before = sharesOf(policy, context);
  const classes = new Map(Object.entries(before?.classes ?? {}).map(([name, of]) => [name, classAccount(of)]));
  const lastServed = ranked.findLastIndex(({ entry }) => assigned.has(entry.ticket_id));
  ranked.forEach(({ entry, turn }, at) => {
    const className = policy.classOf(entry);
    const of = classes.get(className) ?? classAccount({ lead: 0, clients: {} });
    classes.set(className, of);
    const name = policy.clientOf(entry);
    const client = of.clients.get(name) ?? clientAccount({ lead: 0, since_aged: 0 });
    of.clients.set(name, client);
    client.read = true;
    const got = assigned.has(entry.ticket_id);
    for (const one of [of, client]) {
      if (got) one.served = true;
      else if (at < lastServed) one.passedOver = true;
      if (!got || open.has(laneOfKey(entry.key))) one.waits = true;
    }
    if (!got) return;
    const cost = chargeFor(policy, entry, context);
    of.lead += cost / policy.weightOf(className);
    client.lead += cost;
    client.since = turn === 'age' ? 0 : Math.min(client.since + 1, every - 1);
  });
  const now = virtualTime([...classes.values()]);
  const kept = [...classes].map(([name, of]): [string, ClassShares] => [
    name,
    { lead: leadAfter(of, now), clients: clientsAfter(of.clients) },
  ]);
  const worthKeeping = ({ lead, clients }: ClassShares) => lead > 0 || Object.keys(clients).length > 0;
  return {
    strategy: policy.name,
    at: assigned.size > 0 ? context.now : (before?.at ?? context.now),
    classes: Object.fromEntries(kept.filter(([, of]) => worthKeeping(of))),
    cursors,
  };
}

/** It waits for its turn. One that had its turn, and whose tickets nobody can run, does not. */
const isBehind = ({ waits, served, passedOver }: Account): boolean => waits && (served || !passedOver);

/** Where the furthest behind of those that wait stands. With nobody left waiting everything is paid. */
const virtualTime = (accounts: readonly Account[]): number =>
  Math.min(...accounts.filter(isBehind).map(({ lead }) => lead));

const exact = (value: number): number => Math.round(value * 1000) / 1000;
const leadAfter = ({ lead }: Account, now: number): number => exact(Math.min(MAX_LEAD, Math.max(0, lead - now)));

function clientsAfter(accounts: ReadonlyMap<string, ClientAccount>): Record<string, ClientShares> {
  const now = virtualTime([...accounts.values()]);
  const after = [...accounts].map(([name, one]): [string, ClientShares] => {
    // What counts its turns ends with its last ticket; of one that was not read nobody knows.
    const since_aged = one.read && !one.waits ? 0 : one.since;
    return [name, { lead: leadAfter(one, now), since_aged }];
  });
  const kept = after
    .filter(([, { lead, since_aged }]) => lead > 0 || since_aged > 0)
    .sort(([a, one], [b, other]) => other.lead - one.lead || other.since_aged - one.since_aged || (a < b ? -1 : 1));
  return Object.fromEntries(kept.slice(0, MAX_CLIENTS));
}
