/** Whom a bearer's token is of: its text, its signature, and only then what it claims. Nothing is kept of it. */
import { invalid } from '../../credential/token/refusal.ts';
import type { Clock } from '../../ports/clock.ts';
import type { VerifyIssued } from '../../ports/issued-tokens.ts';
import { identityOfClaims } from './claims.ts';
import { parseIssued } from './parse.ts';
import type { OidcTrust } from './trust.ts';

export interface SignInDeps {
  readonly trust: OidcTrust;
  readonly verify: VerifyIssued;
  readonly clock: Pick<Clock, 'now'>;
}

/** @throws HiveError TOKEN_… (401), ISSUER_UNREACHABLE (503): in either case nobody is signed in */
export type SignIn = (token: string) => Promise<ReturnType<typeof identityOfClaims>>;

export function createSignIn({ trust, verify, clock }: SignInDeps): SignIn {
  return async (text) => {
    const token = parseIssued(text);
    // Told before a key is looked for: nobody has the issuer asked by a token that is not its own.
    if (token.claims.iss !== trust.issuer) throw invalid('issuer', 'The token is from another issuer.');
    if (!(await verify(token))) throw invalid('signature', 'The signature is not by the key that it names.');
    return identityOfClaims(token.claims, trust, clock.now());
  };
}

/** The token of a header `Authorization: Bearer …` (RFC 6750, 2.1). */
export const bearerOf = (header: string | undefined): string | undefined =>
  /^bearer ([\w.-]+)$/i.exec(header ?? '')?.[1];
