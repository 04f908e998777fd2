/** A token verified: its text, its key, its signature, and only then what it claims. */
import type { VerifyToken } from '../../ports/token-signatures.ts';
import { type Claims, checkClaims, type Expected } from './claims.ts';
import { type CheckedKey, isFit, type VerifyingKey } from './key.ts';
import { type ParsedToken, parseToken, type TokenHeader } from './parse.ts';
import { invalid, refuseToken } from './refusal.ts';

/** @throws HiveError TOKEN_INVALID · TOKEN_KEY_UNKNOWN (401) */
export async function verifySignature(
  token: string,
  keys: readonly CheckedKey[],
  verify: VerifyToken,
): Promise<ParsedToken> {
  return verifyParsed(parseToken(token), keys, verify);
}

/** @throws HiveError as `verifySignature` */
export async function verifyParsed(
  parsed: ParsedToken,
  keys: readonly CheckedKey[],
  verify: VerifyToken,
): Promise<ParsedToken> {
  const key = keyFor(parsed.header, keys);
  if (!(await verify(parsed, key))) throw invalid('signature', 'The signature is not by the key that it names.');
  return parsed;
}

/** @throws HiveError as `verifySignature` and `checkClaims` */
export async function verifyToken(
  token: string,
  keys: readonly CheckedKey[],
  expected: Expected,
  verify: VerifyToken,
): Promise<Claims> {
  const { payload } = await verifySignature(token, keys, verify);
  return checkClaims(payload, expected);
}

/**
 * The one key that the header means. It is named by `kid`; a key without one is meant only where it is alone, and a header
 * without one means a key only where no other fits.
 */
export function keyFor({ kid, alg }: TokenHeader, keys: readonly CheckedKey[]): VerifyingKey {
  const named = kid === undefined ? keys : keys.filter((key) => key.kid === kid);
  const meant = named.length === 0 && keys.length === 1 && keys[0]?.kid === undefined ? keys : named;
  if (meant.length === 0) throw refuseToken('TOKEN_KEY_UNKNOWN', undefined, 'No key has the id that the token names.');
  const fit = meant.filter(isFit);
  if (fit.length === 0) {
    const [{ unfit } = { unfit: '' }] = meant.filter((key) => !isFit(key)) as { unfit: string }[];
    throw invalid('key_unfit', `The key may not verify tokens: ${unfit}.`);
  }
  const able = fit.filter(({ algorithms }) => algorithms.includes(alg));
  const [key, other] = able;
  if (key === undefined) throw invalid('alg_not_of_key', 'The key is for another algorithm than the token names.');
  if (other !== undefined) throw invalid('key_ambiguous', 'More than one key may be meant: the token has to name it.');
  return key;
}
