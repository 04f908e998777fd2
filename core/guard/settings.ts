/** Every limit of the guards, in one place. */
import type { BucketLimit } from './bucket.ts';
import type { CountSettings } from './failures.ts';

/** Whose calls a bucket counts. */
export const SCOPES = ['user', 'tenant', 'global', 'agent'] as const;
export type Scope = (typeof SCOPES)[number];

export interface ScopeSettings extends BucketLimit {
  /** items that the bucket is split over, each with its share: a partition of DynamoDB takes 1 000 writes a second */
  readonly shards: number;
  /** tokens that a process takes at once, at most; it begins with one and doubles while it uses them up */
  readonly lease_most: number;
  /** calls in `LEASE_MS` that a process lets pass without a bucket: a write for each heartbeat would cost as much as the heartbeat */
  readonly unmetered: number;
}

/** Tokens that a process has taken and not used are lost after this long, ms. */
export const LEASE_MS = 10_000;

const MINUTE_MS = 60_000;

export const LIMITS: Readonly<Record<Scope, ScopeSettings>> = {
  user: { limit: 60, burst: 60, period_ms: MINUTE_MS, shards: 1, lease_most: 8, unmetered: 0 },
  tenant: { limit: 100, burst: 100, period_ms: MINUTE_MS, shards: 1, lease_most: 8, unmetered: 0 },
  global: { limit: 1000, burst: 1000, period_ms: MINUTE_MS, shards: 8, lease_most: 16, unmetered: 0 },
  /** An agent beats every 5 s, and so does each of its tickets: 600 are far above, and none of theirs is shared with people. */
  agent: { limit: 600, burst: 200, period_ms: MINUTE_MS, shards: 1, lease_most: 32, unmetered: 10 },
};

export interface BreakerSettings extends CountSettings {
  /** ms that it stays open before one ticket may try */
  readonly open_ms: number;
  /** ms beyond a ticket's timeout after which a ticket that tried is given up for lost */
  readonly probe_grace_ms: number;
}

export const BREAKER: BreakerSettings = {
  failures: 5,
  window_ms: 10 * MINUTE_MS,
  open_ms: 60_000,
  probe_grace_ms: 120_000,
};

/** How old what a process knows of open breakers may be, ms. */
export const KNOWN_FOR_MS = 2_000;
