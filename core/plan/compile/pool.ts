/** Pools: the tickets that the same agents can run wait in one line, an SQS FIFO message group. */
import type { Sha256 } from '../../ports/digest.ts';

const MAX_POOL = 128;
const PLAIN = /^[A-Za-z0-9_.:/-]+$/;

/**
 * The pool of a ticket: its capabilities sorted, without duplicates, joined with `+`; `any` when it needs none. What
 * would not be a legal or an unambiguous MessageGroupId (1–128 of alphanumerics and ASCII punctuation) becomes a readable
 * beginning, `~` and a hash; `~` occurs in no other pool, so two sets of capabilities never share one.
 */
export function poolOf(requiredCapabilities: readonly string[], sha256: Sha256): string {
  if (requiredCapabilities.length === 0) return 'any';
  const sorted = [...new Set(requiredCapabilities)].sort((a, b) => (a < b ? -1 : 1));
  const name = sorted.join('+');
  if (name.length <= MAX_POOL && name !== 'any' && sorted.every((capability) => PLAIN.test(capability))) return name;
  const readable = name.slice(0, 64).replace(/[^A-Za-z0-9_.:/+-]+/g, '_');
  return `${readable}~${sha256(JSON.stringify(sorted)).slice(0, 16)}`;
}
