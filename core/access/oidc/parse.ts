/**
 * An issuer's token taken apart: a compact JWS as strict as tickets' own in what is read of it. Issuers write more into
 * headers than we need (`x5t`, `nonce`): that is let pass and never looked at, unless it changes what is signed.
 */

import { MAX_TOKEN_CHARS } from '../../credential/token/parse.ts';
import { invalid } from '../../credential/token/refusal.ts';
import { isObject, parseStrict } from '../../credential/token/strict-json.ts';
import { fromBase64Url } from '../../monitor/base64url.ts';

/** Signatures by a key pair only: no `none`, no secret that could be a public key. */
export const OIDC_ALGORITHMS = ['RS256', 'PS256', 'ES256', 'EdDSA'] as const satisfies readonly string[];
export type OidcAlgorithm = (typeof OIDC_ALGORITHMS)[number];

export interface IssuedToken {
  readonly alg: OidcAlgorithm;
  readonly kid: string;
  readonly claims: Readonly<Record<string, unknown>>;
  /** the whole of it, as it came */
  readonly text: string;
}

/** ID tokens have JWT or none, access tokens at+jwt (RFC 9068, 2.1); what is made for something else says so. */
const TYPES = ['jwt', 'at+jwt', 'application/at+jwt'];
/** Members that change what is signed, or how it is read (RFC 7515, 4.1.11; RFC 7797; RFC 7516). */
const REFUSED = ['crit', 'b64', 'zip', 'enc'];
const MAX_KID_CHARS = 256;

/** @throws HiveError TOKEN_INVALID (401), with the reason */
export function parseIssued(text: string): IssuedToken {
  if (text.length > MAX_TOKEN_CHARS) throw invalid('size', `The token is longer than ${MAX_TOKEN_CHARS} characters.`);
  const parts = text.split('.').map(bytesOf);
  const [head, body, tail] = parts;
  if (parts.length !== 3 || !head?.length || !body?.length || !tail?.length)
    throw invalid('parts', 'The token does not have three parts (a compact JWS).');
  const header = parseStrict(head, 'header');
  if (!isObject(header)) throw invalid('json', 'The header is no JSON object.');
  const { alg, kid, typ } = header;
  if (!OIDC_ALGORITHMS.some((known) => known === alg))
    throw invalid('alg', `alg is none of ${OIDC_ALGORITHMS.join(', ')}.`);
  if (REFUSED.some((name) => Object.hasOwn(header, name)))
    throw invalid('header_member', `The header has one of ${REFUSED.join(', ')}.`);
  if (typ !== undefined && !(typeof typ === 'string' && TYPES.includes(typ.toLowerCase())))
    throw invalid('typ', 'typ says that the token is for something else.');
  if (typeof kid !== 'string' || kid === '' || kid.length > MAX_KID_CHARS)
    throw invalid('kid', `kid is no text of 1-${MAX_KID_CHARS} characters.`);
  const claims = parseStrict(body, 'payload');
  if (!isObject(claims)) throw invalid('payload_not_claims', 'The payload is no set of claims: no JSON object.');
  return { alg: alg as OidcAlgorithm, kid, claims, text };
}

function bytesOf(part: string): Uint8Array {
  const bytes = fromBase64Url(part);
  if (bytes === undefined) throw invalid('base64url', 'A part of the token is not base64url as RFC 7515 writes it.');
  return bytes;
}
