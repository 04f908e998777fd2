/**
 * Tokens of a scope's bucket, taken in small leases so that few calls cost a write.
 *
 *  - Over: in any w ms all processes together admit at most burst + (w + LEASE_MS) / interval, as a lease is used within
 *    LEASE_MS or lost; and of `unmetered` calls, those beside. A process that dies loses tokens and makes none.
 *  - Under: a lease doubles only when the one before was used up, and begins with one again when it was not: a process
 *    loses at most as many tokens as it uses, and one.
 *  - A bucket in shards is asked at two of them, drawn from those not known to be empty; that a shard is empty is known
 *    until it can have a token, and costs no call until then. A refusal may come while another shard has tokens.
 */
import type { Clock } from '../ports/clock.ts';
import type { Buckets } from '../ports/guards.ts';
import { shareOf } from './bucket.ts';
import { LEASE_MS, LIMITS, type Scope, type ScopeSettings } from './settings.ts';

/** `give_back`: for a call that another bucket refuses; it stays in this process. `retry_at`: epoch ms. */
export type Token =
  | { readonly ok: true; readonly giveBack: () => void }
  | { readonly ok: false; readonly retry_at: number };

export type TakeToken = (scope: Scope, key: string) => Promise<Token>;

/** Buckets that a process remembers; the one not used for longest is forgotten, with what was leased of it. */
const REMEMBERED = 5_000;
const CHOICES = 2;

interface Lease {
  left: number;
  readonly size: number;
  readonly until: number;
}

interface Known {
  lease: Lease;
  readonly empty_until: Map<number, number>;
  unmetered: { since: number; calls: number };
}

export const bucketName = (scope: Scope, key: string, shard: number): string => `${scope}#${key}#${shard}`;

/** What the returned function throws is the store's: it says nothing about the limit. */
export function createTakeToken(deps: {
  buckets: Pick<Buckets, 'take'>;
  clock: Pick<Clock, 'now' | 'random'>;
  limits?: Readonly<Record<Scope, ScopeSettings>>;
}): TakeToken {
  const { buckets, clock, limits = LIMITS } = deps;
  const remembered = new Map<string, Known>();

  function recall(name: string): Known {
    const known = remembered.get(name) ?? {
      lease: { left: 0, size: 0, until: 0 },
      empty_until: new Map<number, number>(),
      unmetered: { since: Number.NEGATIVE_INFINITY, calls: 0 },
    };
    // The last in the map is the one used last.
    remembered.delete(name);
    remembered.set(name, known);
    const [oldest] = remembered.keys();
    if (remembered.size > REMEMBERED && oldest !== undefined) remembered.delete(oldest);
    return known;
  }

  return async function takeToken(scope, key) {
    const settings = limits[scope];
    const known = recall(`${scope}#${key}`);
    const now = clock.now();
    if (passesUnmetered(known, settings, now)) return { ok: true, giveBack: () => {} };
    const { lease } = known;
    if (lease.left > 0 && now < lease.until) return use(lease);
    const want = lease.left === 0 && now < lease.until ? Math.min(settings.lease_most, 2 * lease.size) : 1;
    const share = shareOf(settings, settings.shards);
    for (const shard of draw(settings.shards, known, now, clock)) {
      const { granted, next_at } = await buckets.take(bucketName(scope, key, shard), want, share, now);
      if (granted > 0) {
        known.lease = { left: granted, size: granted, until: now + LEASE_MS };
        return use(known.lease);
      }
      known.empty_until.set(shard, next_at);
    }
    return { ok: false, retry_at: Math.max(now + 1, Math.min(...known.empty_until.values())) };
  };
}

function use(lease: Lease): Token {
  lease.left--;
  return { ok: true, giveBack: () => void lease.left++ };
}

function passesUnmetered({ unmetered }: Known, settings: ScopeSettings, now: number): boolean {
  if (now - unmetered.since >= LEASE_MS) Object.assign(unmetered, { since: now, calls: 0 });
  unmetered.calls++;
  return unmetered.calls <= settings.unmetered;
}

/** Shards to ask, none twice; those known to be empty are not asked. */
function draw(shards: number, { empty_until }: Known, now: number, clock: Pick<Clock, 'random'>): number[] {
  const open = Array.from({ length: shards }, (_, shard) => shard).filter(
    (shard) => (empty_until.get(shard) ?? now) <= now,
  );
  const drawn: number[] = [];
  while (drawn.length < CHOICES && open.length > 0)
    drawn.push(...open.splice(Math.floor(clock.random() * open.length), 1));
  return drawn;
}
