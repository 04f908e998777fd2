/** Conditional requests (RFC 9110 §13): strong entity tags from the content. */
import { HiveError } from '../../core/errors.ts';
import { canonicalJson } from '../../core/ledger/canonical.ts';
import type { Sha256 } from '../../core/ports/digest.ts';

const TAG_DIGITS = 32;

/** The same value has the same bytes, so the tag is strong. */
export function represent(value: unknown, sha256: Sha256): { body: string; etag: string } {
  const body = canonicalJson(value);
  return { body, etag: `"${sha256(body).slice(0, TAG_DIGITS)}"` };
}

const tagsOf = (header: string): string[] => header.match(/\*|(W\/)?"[^"]*"/g) ?? [];

/** Whether a GET is to be answered with 304 (weak comparison). */
export function isUnchanged(ifNoneMatch: string | null, etag: string): boolean {
  const tags = tagsOf(ifNoneMatch ?? '').map((tag) => tag.replace(/^W\//, ''));
  return tags.includes('*') || tags.includes(etag);
}

/** @throws HiveError PRECONDITION_FAILED (412): what the caller saw has changed since (strong comparison) */
export function requireMatch(ifMatch: string, etag: string): void {
  const tags = tagsOf(ifMatch);
  if (tags.includes('*') || tags.includes(etag)) return;
  throw new HiveError('PRECONDITION_FAILED', 'It is not as you saw it any more: read it again and decide again.', {
    status: 412,
    detail: { etag },
  });
}
