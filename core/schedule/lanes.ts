/**
 * A pool's queue as lanes: tickets of one priority, tier, tenant and security level wait in one lane, first come, first
 * served. A lane is a range of the queue's keys, so its head is found without reading what waits before it. The level is
 * part of it since tickets that nobody is cleared for would keep those behind them from being read.
 */
import {
  CUSTOMER_TIERS,
  type CustomerTier,
  PRIORITIES,
  type Priority,
  SECURITY_LEVELS,
  type SecurityLevel,
} from '../messages/primitives.ts';

export interface LaneNames {
  readonly priority: Priority;
  readonly customer_tier: CustomerTier;
  readonly tenant_id: string;
  readonly security_level: SecurityLevel;
}

/** A tenant's name in keys has at most so many characters: a key has 1 024 bytes. */
const MAX_TOKEN = 64;
const KEPT_OF_LONG = 40;

/** `<priority><tier>`, both by rank from 0, the highest: what lanes are sorted by. */
export const classOf = ({ priority, customer_tier }: Pick<LaneNames, 'priority' | 'customer_tier'>): string =>
  `${rankIn(PRIORITIES, priority)}${rankIn(CUSTOMER_TIERS, customer_tier)}`;

const rankIn = <T>(ascending: readonly T[], name: T): number => ascending.length - 1 - ascending.indexOf(name);

export const laneOf = (names: LaneNames): string =>
  `${classOf(names)}#${tenantToken(names.tenant_id)}/${rankIn(SECURITY_LEVELS, names.security_level)}`;

/** The lane that an entry of the queue is in: its key without the time and the ticket's id. */
export function laneOfKey(key: string): string {
  const id = key.lastIndexOf('#');
  return key.slice(0, key.lastIndexOf('#', id - 1));
}

export const classOfLane = (lane: string): string => lane.slice(0, lane.indexOf('#'));

/**
 * A tenant's id in the alphabet of RFC 3986's percent-encoding, so that it sorts the same everywhere and never holds a
 * `#`. Ids of up to 64 characters of that have each a token of their own; of longer ones the beginning is kept, with a
 * hash (FNV-1a, 64 bits): should two meet there, the tenants share a lane and their turns, and nothing worse.
 */
export function tenantToken(tenantId: string): string {
  const encoded = encodeURIComponent(tenantId.toWellFormed());
  return encoded.length <= MAX_TOKEN ? encoded : `${encoded.slice(0, KEPT_OF_LONG)}~${fnv1a(encoded)}`;
}

const FNV_OFFSET = 0xcbf29ce484222325n;
const FNV_PRIME = 0x100000001b3n;

function fnv1a(text: string): string {
  let hash = FNV_OFFSET;
  for (let at = 0; at < text.length; at++) hash = BigInt.asUintN(64, (hash ^ BigInt(text.charCodeAt(at))) * FNV_PRIME);
  return hash.toString(16).padStart(16, '0');
}
