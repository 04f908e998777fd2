/** Ids of tokens: UUIDs of version 7 (RFC 9562, 5.7), made of what `node:crypto` has drawn ahead: a third of a microsecond. */
import { randomUUID } from 'node:crypto';

/**
 * One of version 4 with the time for its first 48 bits: 74 random bits are left, so ids of one millisecond are in no order.
 * @param now epoch ms
 */
export function newTokenId(now: number = Date.now()): string {
  const time = now.toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(15)}`;
}
