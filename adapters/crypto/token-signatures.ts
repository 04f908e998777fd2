/**
 * Tokens signed and verified by `node:crypto`, at once and on this thread: handing so little to another one takes longer.
 * What may be signed how has been decided before (core/credential/token).
 */
import {
  constants,
  createPrivateKey,
  createPublicKey,
  type KeyObject,
  type SignKeyObjectInput,
  sign,
  verify,
} from 'node:crypto';
import type { RingKey } from '../../core/credential/key-ring/state.ts';
import type { VerifyingKey } from '../../core/credential/token/key.ts';
import { ALGORITHMS, type Algorithm } from '../../core/credential/token/parse.ts';
import type { SignToken, UnwrapKey, VerifyToken } from '../../core/ports/token-signatures.ts';

/** Of ECDSA a signature is two numbers, each as long as the curve's order (RFC 7518, 3.4). */
const POINTS = { ES256: 64, ES384: 96, ES512: 132 } as const;
const HASHES = Object.fromEntries(ALGORITHMS.map((alg) => [alg, `sha${alg.slice(2)}`])) as Record<Algorithm, string>;
const PSS = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST };

/** The algorithm is the header's, which is one of the key's own. */
export const verifyByCrypto: VerifyToken = async ({ header: { alg }, signature, signed }, key) => {
  if (!key.algorithms.includes(alg)) return false;
  try {
    const of = imported(key);
    if (alg === 'ES256' || alg === 'ES384' || alg === 'ES512') {
      if (signature.length !== POINTS[alg]) return false;
      return verify(HASHES[alg], Buffer.from(signed), { key: of, dsaEncoding: 'ieee-p1363' }, signature);
    }
    return verify(HASHES[alg], Buffer.from(signed), alg.startsWith('PS') ? { key: of, ...PSS } : of, signature);
  } catch {
    return false;
  }
};

/** Keys imported: importing costs about as much as verifying. One is there as long as who checked it has it. */
const keys = new WeakMap<VerifyingKey, KeyObject>();

/** @throws Error when it is no key: a point that does not lie on its curve */
function imported(key: VerifyingKey): KeyObject {
  const known = keys.get(key);
  if (known !== undefined) return known;
  const jwk = key.kty === 'EC' ? { kty: 'EC', crv: key.crv, x: key.x, y: key.y } : { kty: 'RSA', n: key.n, e: key.e };
  const made = createPublicKey({ key: jwk, format: 'jwk' });
  keys.set(key, made);
  return made;
}

/** Keys in the clear are kept in memory, as long as they sign. */
const UNWRAPPED = 4;

/** A key in the clear, and how the text of each token begins that it signs. */
interface Opened {
  readonly head: string;
  readonly own: SignKeyObjectInput;
}

const partOf = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

export function createSignToken(unwrap: UnwrapKey): SignToken {
  const clear = new Map<string, Promise<Opened>>();

  async function open(key: RingKey): Promise<Opened> {
    const der = await unwrap(key);
    try {
      const made = createPrivateKey({
        key: Buffer.from(der.buffer, der.byteOffset, der.length),
        format: 'der',
        type: 'pkcs8',
      });
      if (made.asymmetricKeyDetails?.namedCurve !== 'prime256v1') throw new Error(`Key ${key.kid} is not on P-256.`);
      const head = `${partOf({ alg: 'ES256', typ: 'JWT', kid: key.kid })}.`;
      return { head, own: { key: made, dsaEncoding: 'ieee-p1363' } };
    } finally {
      der.fill(0);
    }
  }
  function keyOf(key: RingKey): Promise<Opened> {
    const known = clear.get(key.kid);
    if (known !== undefined) return known;
    const opening = open(key);
    if (clear.size >= UNWRAPPED) clear.delete(clear.keys().next().value as string);
    clear.set(key.kid, opening);
    // One that could not be opened is tried again by whoever asks next.
    opening.catch(() => clear.delete(key.kid));
    return opening;
  }

  return async (claims, key) => {
    const { head, own } = await keyOf(key);
    const signed = head + partOf(claims);
    return `${signed}.${sign('sha256', Buffer.from(signed), own).toString('base64url')}`;
  };
}
