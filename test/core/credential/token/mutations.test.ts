import fc from 'fast-check';
import { expect, it } from 'vitest';
import { verifyByCrypto } from '../../../../adapters/crypto/token-signatures.ts';
import { keysOf } from '../../../../core/credential/token/key.ts';
import { parseStrictText } from '../../../../core/credential/token/strict-json.ts';
import { verifyToken } from '../../../../core/credential/token/verify.ts';
import { HiveError } from '../../../../core/errors.ts';
import { mutatedToken } from '../../../support/mutated-tokens.ts';
import { EXPECTED, ecKey, token } from '../../../support/tokens.ts';

it('takes no token but the one that was signed, whatever is changed in it', async () => {
  const ec = ecKey('ec-1');
  const good = token(ec.key);
  const keys = keysOf({ keys: [ec.jwk] });
  const property = fc.asyncProperty(mutatedToken(good), async (mutated) => {
    const refused = await verifyToken(mutated, keys, EXPECTED, verifyByCrypto).then(
      () => undefined,
      (error: unknown) => error,
    );
    if (mutated === good) return;
    expect(refused).toBeInstanceOf(HiveError);
    expect((refused as HiveError).code).toMatch(/^TOKEN_/);
  });
  await fc.assert(property, { numRuns: 20_000, seed: 8725 });
});

it('finds a member that comes twice however it is written, and no other', () => {
  const unique = fc.jsonValue({ maxDepth: 3 });
  fc.assert(
    fc.property(unique, (value) => {
      const text = JSON.stringify(value);
      expect(parseStrictText(text, 'text')).toEqual(JSON.parse(text));
    }),
    { numRuns: 2000, seed: 8725 },
  );
  fc.assert(
    fc.property(fc.string(), unique, fc.boolean(), (name, value, further) => {
      const escaped = [...name].every((char) => char.length === 1)
        ? `"${[...name].map((char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`).join('')}"`
        : JSON.stringify(name);
      const twice = `{${JSON.stringify(name)}:${JSON.stringify(value)},${escaped}:1}`;
      expect(() => parseStrictText(further ? `[{"a":${twice}}]` : twice, 'text')).toThrow('twice');
    }),
    { numRuns: 2000, seed: 8725 },
  );
});
