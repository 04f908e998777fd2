/**
 * Published vectors (Wycheproof's json_web_signature_test.json), where JOSE_VECTORS names the file: what is marked invalid
 * is refused, what is marked valid passes save what docs/tokens.md lists.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { verifyByCrypto } from '../../../../adapters/crypto/token-signatures.ts';
import { keysOf } from '../../../../core/credential/token/key.ts';
import { verifySignature, verifyToken } from '../../../../core/credential/token/verify.ts';
import type { HiveError } from '../../../../core/errors.ts';

interface Vectors {
  readonly testGroups: readonly {
    readonly public?: object;
    readonly private?: object;
    readonly tests: readonly { tcId: number; jws: string; result: 'valid' | 'invalid'; comment: string }[];
  }[];
}

/** Valid by the letter of the RFCs, refused here; by the reason. */
const REFUSED: Readonly<Record<string, readonly number[]>> = {
  // SPIFFE takes no MAC: who can verify could sign.
  alg: [1, 348, 352, 357, 358, 359, 373, 376, 377],
  // A MAC again, and a header that is not base64url.
  base64url: [372],
  // The key is for PS256 and the token says PS384.
  alg_not_of_key: [346, 350],
  // The key says ES521, which there is not.
  key_unfit: [347, 351],
};

const file = process.env.JOSE_VECTORS;
describe.skipIf(file === undefined)('published vectors', () => {
  const { testGroups } = file === undefined ? { testGroups: [] } : (JSON.parse(readFileSync(file, 'utf8')) as Vectors);
  const vectors = testGroups.flatMap(({ tests, ...group }) =>
    tests.map((test) => ({ ...test, keys: keysOf(group.public ?? group.private) })),
  );
  const outcome = ({ jws, keys }: (typeof vectors)[number]) =>
    verifySignature(jws, keys, verifyByCrypto).then(
      () => 'accepted',
      (error: HiveError) => String(error.detail.reason),
    );

  it('refuses every one that is marked invalid', async () => {
    const accepted: number[] = [];
    for (const vector of vectors.filter(({ result }) => result === 'invalid'))
      if ((await outcome(vector)) === 'accepted') accepted.push(vector.tcId);
    expect(accepted).toEqual([]);
  });

  it('takes the signature of every one that is marked valid, save those on the list', async () => {
    const refused: Record<string, number[]> = {};
    for (const vector of vectors.filter(({ result }) => result === 'valid')) {
      const reason = await outcome(vector);
      if (reason !== 'accepted') refused[reason] = [...(refused[reason] ?? []), vector.tcId];
    }
    expect(refused).toEqual(REFUSED);
  });

  it('takes none of them for a token: their payloads are no claims', async () => {
    const expected = { audience: 'anybody', now: 0, leeway_ms: 0 };
    for (const { jws, keys } of vectors)
      await expect(verifyToken(jws, keys, expected, verifyByCrypto)).rejects.toMatchObject({ status: 401 });
  });
});
