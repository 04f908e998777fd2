/** What an issuer's verified claims make of a caller. Only what passes here is anybody. */
import { invalid, refuseToken } from '../../credential/token/refusal.ts';
import { isObject } from '../../credential/token/strict-json.ts';
import { type Identity, rolesAmong } from '../identity.ts';
import type { OidcTrust } from './trust.ts';

/** Clocks of an issuer and ours may differ by as much. */
export const LEEWAY_S = 60;
/** What a token may list: more does not fit what a gateway's authorizer may answer. */
const MAX_ITEMS = 100;
const MAX_ITEM_CHARS = 64;
/** OpenID Connect Core 1.0, 2: at most 255 ASCII characters. */
const SUBJECT = /^[\x20-\x7e]{1,255}$/;

type Claims = Readonly<Record<string, unknown>>;
type OidcIdentity = Extract<Identity, { kind: 'oidc' }>;

/**
 * @param now epoch ms
 * @throws HiveError TOKEN_INVALID · TOKEN_EXPIRED · TOKEN_NOT_YET_VALID (401)
 */
export function identityOfClaims(claims: Claims, trust: OidcTrust, now: number): OidcIdentity {
  if (claims.iss !== trust.issuer) throw invalid('issuer', 'The token is from another issuer.');
  const audience = [claims.aud].flat();
  if (!audience.every((item) => typeof item === 'string')) throw invalid('claim_type', 'aud is not what it has to be.');
  if (!audience.includes(trust.audience)) throw invalid('audience', 'The token is not meant for this audience.');
  const { sub } = claims;
  if (typeof sub !== 'string' || !SUBJECT.test(sub)) throw invalid('subject', 'sub is no text of 1-255 characters.');
  checkTimes(claims, now);
  // A token that ends a session (Back-Channel Logout 1.0, 2.4) names the same issuer, audience and subject.
  if (Object.hasOwn(claims, 'events')) throw invalid('typ', 'The token tells of an event: it signs nobody in.');
  // Bound to a key that nobody proves to have here (RFC 7800): as a bearer's token it counts for nothing.
  if (Object.hasOwn(claims, 'cnf')) throw invalid('typ', 'The token is bound to a key: send one that is not.');
  const roles = rolesAmong(listIn(claims, trust.roles_claim));
  return { kind: 'oidc', issuer: trust.issuer, subject: sub, roles, tenants: listIn(claims, trust.tenants_claim) };
}

function checkTimes(claims: Claims, now: number): void {
  const now_s = now / 1000;
  const exp = timeIn(claims, 'exp');
  if (exp === undefined) throw invalid('claim_missing', 'The token has no exp.');
  if (now_s >= exp + LEEWAY_S) throw refuseToken('TOKEN_EXPIRED', undefined, 'The token has expired.');
  const begins = Math.max(timeIn(claims, 'nbf') ?? 0, timeIn(claims, 'iat') ?? 0);
  if (now_s + LEEWAY_S < begins) throw refuseToken('TOKEN_NOT_YET_VALID', undefined, 'The token is not valid yet.');
  if (exp <= begins) throw invalid('lifetime', 'The token ends before it begins.');
}

/** @returns epoch s. 2^33 is the year 2242; beyond is more likely a time in ms. */
function timeIn(claims: Claims, name: string): number | undefined {
  if (!Object.hasOwn(claims, name)) return undefined;
  const value = claims[name];
  if (typeof value !== 'number' || !(value >= 0 && value < 2 ** 33))
    throw invalid('claim_type', `${name} is not what it has to be.`);
  return value;
}

/** A list of texts, or words in one text as `scope` has them; nothing where there is no such claim. */
function listIn(claims: Claims, name: string): string[] {
  const value = valueAt(claims, name);
  if (value === undefined || value === null) return [];
  const items: unknown[] = typeof value === 'string' ? value.split(' ').filter(Boolean) : [value].flat();
  const fits = (item: unknown) => typeof item === 'string' && item.length <= MAX_ITEM_CHARS;
  if (items.length > MAX_ITEMS || !items.every(fits))
    throw invalid('claim_type', `${name} is no list of at most ${MAX_ITEMS} texts of ${MAX_ITEM_CHARS} characters.`);
  return [...new Set(items as string[])];
}

/** The claim of that very name (`https://example.com/roles`), else what the path leads to (`realm_access.roles`). */
function valueAt(claims: Claims, name: string): unknown {
  if (Object.hasOwn(claims, name)) return claims[name];
  let at: unknown = claims;
  for (const part of name.split('.')) at = isObject(at) && Object.hasOwn(at, part) ? at[part] : undefined;
  return at;
}
