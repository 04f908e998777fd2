import { generateKeyPairSync } from 'node:crypto';
import { CompactSign } from 'jose';
import { describe, expect, it } from 'vitest';
import { createSignToken, verifyByCrypto } from '../../adapters/crypto/token-signatures.ts';
import type { PublicJwk, RingKey } from '../../core/credential/key-ring/state.ts';
import { checkKey, isFit, type VerifyingKey } from '../../core/credential/token/key.ts';
import { ALGORITHMS, type ParsedToken, parseToken } from '../../core/credential/token/parse.ts';
import { createSignToken as createSignWithJose, verifyWithJose } from '../support/jose-signatures.ts';

const made = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const { kty, crv, x, y } = made.publicKey.export({ format: 'jwk' });
const ringKey: RingKey = { kid: 'key-1', phase: 'signing', added_at: 0, public_jwk: { kty, crv, x, y } as PublicJwk };
const unwrap = async () => new Uint8Array(made.privateKey.export({ format: 'der', type: 'pkcs8' }));
const keyOf = (jwk: object): VerifyingKey => {
  const key = checkKey(jwk);
  if (!isFit(key)) throw new Error(key.unfit);
  return key;
};
const own = keyOf(ringKey.public_jwk);

describe('signatures of tokens', () => {
  it('by one are good for the other, and the text is the same up to the signature', async () => {
    const claims = { sub: 'spiffe://hive/agent/ä', exp: 1, scopes: ['a', 'ü'] };
    const [ours, theirs] = [
      await createSignToken(unwrap)(claims, ringKey),
      await createSignWithJose(unwrap)(claims, ringKey),
    ];
    for (const token of [ours, theirs])
      for (const verify of [verifyByCrypto, verifyWithJose]) expect(await verify(parseToken(token), own)).toBe(true);
    expect(parseToken(ours).signed).toBe(parseToken(theirs).signed);
  });

  it.each(ALGORITHMS)('of %s are taken as jose takes them, and not when a bit differs', async (alg) => {
    const namedCurve = { ES256: 'P-256', ES384: 'P-384', ES512: 'P-521' }[alg as string];
    const pair = namedCurve
      ? generateKeyPairSync('ec', { namedCurve })
      : generateKeyPairSync('rsa', { modulusLength: 2048 });
    const key = keyOf(pair.publicKey.export({ format: 'jwk' }));
    const token = await new CompactSign(Buffer.from('{}')).setProtectedHeader({ alg }).sign(pair.privateKey);
    const parsed = parseToken(token);
    const flipped = (at: number) => parsed.signature.map((byte, nth) => (nth === at ? byte ^ 1 : byte));
    const all: [ParsedToken, boolean][] = [
      [parsed, true],
      [{ ...parsed, signed: `${parsed.signed}A` }, false],
      [{ ...parsed, signature: parsed.signature.slice(1) }, false],
      [{ ...parsed, signature: new Uint8Array(parsed.signature.length) }, false],
      ...[0, 31, parsed.signature.length - 1].map((at): [ParsedToken, boolean] => [
        { ...parsed, signature: flipped(at) },
        false,
      ]),
    ];
    for (const [of, good] of all)
      for (const verify of [verifyByCrypto, verifyWithJose]) expect(await verify(of, key)).toBe(good);
    expect(await verifyByCrypto(parsed, { ...key, algorithms: ALGORITHMS.filter((other) => other !== alg) })).toBe(
      false,
    );
  });

  it('are of no key whose point does not lie on its curve', async () => {
    const token = parseToken(await createSignToken(unwrap)({}, ringKey));
    const off = keyOf({ kty: 'EC', crv: 'P-256', x, y: x });
    for (const verify of [verifyByCrypto, verifyWithJose]) expect(await verify(token, off)).toBe(false);
  });

  it('are made with the key unwrapped once, and wiped where it was handed over', async () => {
    const handed: Uint8Array[] = [];
    const sign = createSignToken(async () => {
      handed.push(await unwrap());
      return handed.at(-1) as Uint8Array;
    });
    for (let nth = 0; nth < 3; nth++) await sign({ nth }, ringKey);
    expect(handed.map((der) => der.some((byte) => byte !== 0))).toEqual([false]);
  });

  it('are not made with a key of another curve, and a key that could not be unwrapped is asked for again', async () => {
    const other = generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey.export({
      format: 'der',
      type: 'pkcs8',
    });
    const answers = [async () => new Uint8Array(other), async () => Promise.reject(new Error('KMS')), unwrap];
    const sign = createSignToken(async () => (await answers.shift()?.()) as Uint8Array);
    await expect(sign({}, ringKey)).rejects.toThrow('P-256');
    await expect(sign({}, ringKey)).rejects.toThrow('KMS');
    expect(await sign({}, ringKey)).toContain('.');
  });
});
