/**
 * A compact JWS (RFC 7515, 3.1) taken apart, strictly: one text for one token. What is lenient elsewhere is refused here:
 * padding, other digits, bits that mean nothing, members twice, and every member of the header that is not needed.
 */
import { fromBase64Url } from '../../monitor/base64url.ts';
import { invalid } from './refusal.ts';
import { isObject, parseStrict } from './strict-json.ts';

/** A ticket's token is about 1 kB; what is longer is not even decoded. */
export const MAX_TOKEN_CHARS = 8192;
const MAX_KID_CHARS = 256;

/** What SPIFFE allows (JWT-SVID, 2.1): signatures by a key pair only. No `none`, no secret that both sides know. */
export const ALGORITHMS = [
  ...['RS256', 'RS384', 'RS512'],
  ...['ES256', 'ES384', 'ES512'],
  ...['PS256', 'PS384', 'PS512'],
] as const satisfies readonly string[];
export type Algorithm = (typeof ALGORITHMS)[number];

/** All that a header may have: nothing that names a key from elsewhere (`jku`, `x5u`, `jwk`, `x5c`) or changes what is signed (`crit`, `b64`, `zip`). */
export interface TokenHeader {
  readonly alg: Algorithm;
  readonly typ?: 'JWT' | 'JOSE';
  readonly kid?: string;
}
const MEMBERS = ['alg', 'typ', 'kid'];
const TYPES = ['JWT', 'JOSE'];

export interface ParsedToken {
  readonly header: TokenHeader;
  readonly payload: Uint8Array;
  readonly signature: Uint8Array;
  /** what was signed: the first two parts and the dot between them */
  readonly signed: string;
}

/** @throws HiveError TOKEN_INVALID (401), with the reason */
export function parseToken(token: string): ParsedToken {
  if (token.length > MAX_TOKEN_CHARS) throw invalid('size', `The token is longer than ${MAX_TOKEN_CHARS} characters.`);
  const first = token.indexOf('.');
  const second = token.indexOf('.', first + 1);
  if (first < 0 || second < 0 || token.includes('.', second + 1))
    throw invalid('parts', 'The token does not have three parts (a compact JWS).');
  if (first === 0 || second + 1 === token.length) throw invalid('parts', 'A part of the token is empty.');
  const header = readHeader(token.slice(0, first));
  const [payload, signature] = [bytesOf(token.slice(first + 1, second)), bytesOf(token.slice(second + 1))];
  return { header, payload, signature, signed: token.slice(0, second) };
}

/** Headers that were read before, by their text: all tokens of a key have the same. What comes from outside may push them out. */
const HEADERS = new Map<string, TokenHeader>();
const KEPT = 64;

function readHeader(text: string): TokenHeader {
  const known = HEADERS.get(text);
  if (known !== undefined) return known;
  const header = Object.freeze(headerOf(parseStrict(bytesOf(text), 'header')));
  if (HEADERS.size >= KEPT) HEADERS.delete(HEADERS.keys().next().value as string);
  HEADERS.set(text, header);
  return header;
}

function bytesOf(part: string): Uint8Array {
  const bytes = fromBase64Url(part);
  if (bytes === undefined) throw invalid('base64url', 'A part of the token is not base64url as RFC 7515 writes it.');
  return bytes;
}

function headerOf(header: unknown): TokenHeader {
  if (!isObject(header)) throw invalid('json', 'The header is no JSON object.');
  const { alg, typ, kid } = header;
  if (!ALGORITHMS.some((known) => known === alg)) throw invalid('alg', `alg is none of ${ALGORITHMS.join(', ')}.`);
  if (Object.keys(header).some((name) => !MEMBERS.includes(name)))
    throw invalid('header_member', `The header has more than ${MEMBERS.join(', ')}.`);
  if ('typ' in header && !TYPES.some((known) => known === typ)) throw invalid('typ', 'typ is neither JWT nor JOSE.');
  if ('kid' in header && (typeof kid !== 'string' || kid === '' || kid.length > MAX_KID_CHARS))
    throw invalid('kid', `kid is no text of 1-${MAX_KID_CHARS} characters.`);
  return header as unknown as TokenHeader;
}
