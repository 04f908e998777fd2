/** Tokens signed and verified by `jose`, over WebCrypto: what our own signatures are compared with. */
import { CompactSign, compactVerify, importJWK, importPKCS8, type JWK } from 'jose';
import type { RingKey } from '../../core/credential/key-ring/state.ts';
import type { Algorithm } from '../../core/credential/token/parse.ts';
import { toBase64Url } from '../../core/monitor/base64url.ts';
import type { SignToken, UnwrapKey, VerifyToken } from '../../core/ports/token-signatures.ts';

/** The algorithm is the header's, which is one of the key's own. */
export const verifyWithJose: VerifyToken = async ({ header, signature, signed }, { kid: _, algorithms, ...of }) => {
  if (!algorithms.includes(header.alg)) return false;
  try {
    const key = await imported(of, header.alg);
    await compactVerify(`${signed}.${toBase64Url(signature)}`, key, { algorithms: [header.alg] });
    return true;
  } catch {
    return false;
  }
};

type Imported = Awaited<ReturnType<typeof importJWK>>;
/** Keys imported lately: importing costs about as much as verifying. */
const KEPT = 32;
const keys = new Map<string, Imported>();

async function imported(jwk: JWK, alg: Algorithm): Promise<Imported> {
  const name = JSON.stringify([alg, jwk]);
  const known = keys.get(name);
  if (known !== undefined) return known;
  const key = await importJWK(jwk, alg);
  if (keys.size >= KEPT) keys.delete(keys.keys().next().value as string);
  keys.set(name, key);
  return key;
}

/** Keys in the clear are kept in memory, as long as they sign, in a form that cannot be exported again. */
const UNWRAPPED = 4;

export function createSignToken(unwrap: UnwrapKey): SignToken {
  const clear = new Map<string, Promise<Awaited<ReturnType<typeof importPKCS8>>>>();

  async function open(key: RingKey) {
    const der = await unwrap(key);
    const pem = `-----BEGIN PRIVATE KEY-----\n${Buffer.from(der).toString('base64')}\n-----END PRIVATE KEY-----`;
    der.fill(0);
    return importPKCS8(pem, 'ES256', { extractable: false });
  }
  function keyOf(key: RingKey) {
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
    const header = { alg: 'ES256', typ: 'JWT', kid: key.kid };
    const payload = new TextEncoder().encode(JSON.stringify(claims));
    return new CompactSign(payload).setProtectedHeader(header).sign(await keyOf(key));
  };
}
