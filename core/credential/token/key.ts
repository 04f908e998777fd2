/**
 * Whether a public key may verify tokens, and with which algorithms: what the key says of itself, and what it is. A key is
 * for one algorithm (RFC 8725, 3.1), so none is taken from the token alone.
 */
import { fromBase64Url } from '../../monitor/base64url.ts';
import { ALGORITHMS, type Algorithm } from './parse.ts';
import { hasRocaFingerprint } from './roca.ts';
import { isObject } from './strict-json.ts';

/** A JWK (RFC 7517) that passed; only what is needed of it. */
export type VerifyingKey = { readonly kid?: string; readonly algorithms: readonly Algorithm[] } & (
  | { readonly kty: 'EC'; readonly crv: string; readonly x: string; readonly y: string }
  | { readonly kty: 'RSA'; readonly n: string; readonly e: string }
);

/** `unfit`: why it may not. */
export type CheckedKey = VerifyingKey | { readonly kid?: string; readonly unfit: string };

const CURVES: Readonly<Record<string, { alg: Algorithm; bytes: number }>> = {
  'P-256': { alg: 'ES256', bytes: 32 },
  'P-384': { alg: 'ES384', bytes: 48 },
  'P-521': { alg: 'ES512', bytes: 66 },
};
const RSA_ALGORITHMS = ALGORITHMS.filter((alg) => !alg.startsWith('ES'));
const MIN_RSA_BITS = 2048;
const MAX_RSA_BITS = 8192;
const MIN_EXPONENT = 65_537n;
/** `sig` (RFC 7517) or SPIFFE's own */
const USES = ['sig', 'jwt-svid'];
/** Parts of a private key, or a secret: whoever has such a file could have signed anything. */
const PRIVATE = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'];

export const isFit = (key: CheckedKey): key is VerifyingKey => !('unfit' in key);

export function checkKey(jwk: unknown): CheckedKey {
  if (!isObject(jwk)) return { unfit: 'it is no JSON object' };
  const kid = typeof jwk.kid === 'string' ? { kid: jwk.kid } : {};
  const { use, key_ops, kty, alg } = jwk;
  const unfit = (why: string): CheckedKey => ({ ...kid, unfit: why });
  if ('kid' in jwk && typeof jwk.kid !== 'string') return unfit('its kid is no text');
  if (kty !== 'EC' && kty !== 'RSA') return unfit('kty is neither EC nor RSA');
  if (PRIVATE.some((name) => name in jwk)) return unfit('it has private parts');
  if (use !== undefined && !USES.some((known) => known === use)) return unfit('its use is not to sign');
  if (key_ops !== undefined && !(Array.isArray(key_ops) && key_ops.includes('verify')))
    return unfit('its key_ops do not have verify');
  const own = kty === 'EC' ? pointOf(jwk) : modulusOf(jwk);
  if (typeof own === 'string') return unfit(own);
  const algorithms = alg === undefined ? own.algorithms : own.algorithms.filter((fits) => fits === alg);
  if (algorithms.length === 0) return unfit('its alg is none that it can be used with');
  return { ...kid, ...own, algorithms };
}

function pointOf({ crv, x, y }: Readonly<Record<string, unknown>>) {
  const curve = typeof crv === 'string' && Object.hasOwn(CURVES, crv) ? CURVES[crv] : undefined;
  if (curve === undefined) return 'its curve is none of P-256, P-384, P-521';
  const { alg, bytes } = curve;
  // Whether it lies on the curve is seen by whoever imports it.
  if (octets(x)?.length !== bytes || octets(y)?.length !== bytes) return `its point is not ${bytes} bytes a coordinate`;
  return { kty: 'EC', crv: crv as string, x: x as string, y: y as string, algorithms: [alg] } as const;
}

function modulusOf({ n, e }: Readonly<Record<string, unknown>>) {
  const [modulus, exponent] = [integerOf(n), integerOf(e)];
  if (modulus === undefined || exponent === undefined) return 'n or e is no Base64urlUInt';
  const bits = modulus.toString(2).length;
  if (bits < MIN_RSA_BITS || bits > MAX_RSA_BITS) return `its modulus has ${bits} bits: ${MIN_RSA_BITS} at least`;
  if (modulus % 2n === 0n) return 'its modulus is even';
  if (exponent < MIN_EXPONENT || exponent % 2n === 0n || exponent >= modulus) return 'its exponent is unsafe';
  if (hasRocaFingerprint(modulus)) return 'it bears the fingerprint of CVE-2017-15361 (ROCA)';
  return { kty: 'RSA', n: n as string, e: e as string, algorithms: RSA_ALGORITHMS } as const;
}

const octets = (text: unknown): Uint8Array | undefined => (typeof text === 'string' ? fromBase64Url(text) : undefined);

/** Base64urlUInt (RFC 7518, 2): the fewest octets, so no zero in front. */
function integerOf(text: unknown): bigint | undefined {
  const bytes = octets(text);
  if (bytes === undefined || bytes.length === 0 || bytes[0] === 0) return undefined;
  return BigInt(`0x${[...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`);
}

/**
 * The keys of a set, or a key by itself.
 * @throws HiveError TOKEN_INVALID: key_unfit, where it is neither
 */
export function keysOf(document: unknown): readonly CheckedKey[] {
  if (isObject(document) && Array.isArray(document.keys)) return document.keys.map(checkKey);
  return [checkKey(document)];
}
