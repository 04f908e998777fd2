/** Claims as RFC 7519 and SPIFFE JWT-SVID have them; who they are of is looked at by whoever knows whom to expect. */
import { invalid, refuseToken } from './refusal.ts';
import { isObject, parseStrict } from './strict-json.ts';

/** Times are epoch seconds, as JWT has them. */
export interface Claims {
  readonly sub: string;
  /** one or more */
  readonly aud: string | readonly string[];
  readonly exp: number;
  readonly iss?: string;
  readonly nbf?: number;
  readonly iat?: number;
  readonly jti?: string;
  readonly [name: string]: unknown;
}

export interface Expected {
  /** whom the token has to be meant for: this one */
  readonly audience: string;
  readonly issuer?: string;
  /** where the subject has to be; default: any */
  readonly trust_domain?: string;
  /** epoch ms */
  readonly now: number;
  /** ms by which clocks may differ, for what is not valid yet; what has expired has expired */
  readonly leeway_ms: number;
}

/** A SPIFFE ID (SPIFFE-ID, 2): lower-case trust domain; a path of segments that are neither empty nor dots. */
const SPIFFE_ID = /^spiffe:\/\/([a-z0-9._-]{1,255})((?:\/(?!\.{1,2}(?:\/|$))[A-Za-z0-9._-]+)*)$/;
const MAX_ID_CHARS = 2048;

/** @throws HiveError TOKEN_INVALID · TOKEN_EXPIRED · TOKEN_NOT_YET_VALID (401) */
export function checkClaims(payload: Uint8Array, expected: Expected): Claims {
  const claims = claimsOf(payload);
  const { aud, exp, iss, nbf, iat, sub } = claims;
  if (typeof aud === 'string' ? aud !== expected.audience : !aud.includes(expected.audience))
    throw invalid('audience', 'The token is not meant for this audience.');
  if (expected.issuer !== undefined && iss !== expected.issuer)
    throw invalid('issuer', 'The token is from another issuer.');
  const [, domain] = SPIFFE_ID.exec(sub) ?? [];
  if (domain === undefined || sub.length > MAX_ID_CHARS) throw invalid('subject', 'sub is no SPIFFE ID.');
  if (expected.trust_domain !== undefined && domain !== expected.trust_domain)
    throw invalid('subject', 'sub is of another trust domain.');
  const { now, leeway_ms } = expected;
  if (now >= exp * 1000) throw refuseToken('TOKEN_EXPIRED', undefined, 'The token has expired.');
  const begins = Math.max(nbf ?? 0, iat ?? 0) * 1000;
  if (now + leeway_ms < begins) throw refuseToken('TOKEN_NOT_YET_VALID', undefined, 'The token is not valid yet.');
  if (exp * 1000 <= begins) throw invalid('lifetime', 'The token ends before it begins.');
  return claims;
}

function claimsOf(payload: Uint8Array): Claims {
  let claims: unknown;
  try {
    claims = parseStrict(payload, 'payload');
  } catch (error) {
    const { reason } = (error as { detail?: { reason?: string } }).detail ?? {};
    if (reason === 'duplicate_member') throw error;
    throw invalid('payload_not_claims', 'The payload is no set of claims: no JSON in UTF-8.');
  }
  if (!isObject(claims)) throw invalid('payload_not_claims', 'The payload is no set of claims: no JSON object.');
  for (const name of REQUIRED)
    if (!Object.hasOwn(claims, name)) throw invalid('claim_missing', `The token has no ${name}.`);
  for (const [name, is] of TYPES)
    if (Object.hasOwn(claims, name) && !is(claims[name]))
      throw invalid('claim_type', `${name} is not what it has to be.`);
  return claims as Claims;
}

const isText = (value: unknown) => typeof value === 'string' && value !== '';
/** 2^33 s: the year 2242; beyond is more likely a time in ms. */
const isTime = (value: unknown) => typeof value === 'number' && value >= 0 && value < 2 ** 33;
const isAudience = (value: unknown) =>
  isText(value) || (Array.isArray(value) && value.length > 0 && value.length <= 16 && value.every(isText));

const REQUIRED = ['sub', 'aud', 'exp'];
const TYPES = Object.entries({
  ...{ sub: isText, iss: isText, jti: isText, aud: isAudience },
  ...{ exp: isTime, nbf: isTime, iat: isTime },
});
