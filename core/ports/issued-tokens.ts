/** Signatures of an issuer's tokens, by the keys that it publishes now. */
import type { IssuedToken } from '../access/oidc/parse.ts';

/**
 * @returns whether the token is signed by the issuer's key that it names; keys that the issuer no longer publishes count
 *   for no longer than they are kept
 * @throws HiveError TOKEN_KEY_UNKNOWN (401): the issuer publishes no such key; ISSUER_UNREACHABLE (503): it told none
 */
export type VerifyIssued = (token: Pick<IssuedToken, 'alg' | 'kid' | 'text'>) => Promise<boolean>;
