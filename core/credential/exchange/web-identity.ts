/**
 * The token that AWS is shown for an attempt: made for it, of the hive's issuer, and good for a minute. It never leaves the
 * function, says what the ticket's own token says, and neither passes for the other: issuer and audience differ.
 */
import type { Clock } from '../../ports/clock.ts';
import type { SignToken } from '../../ports/token-signatures.ts';
import { keyMissing } from '../issue.ts';
import type { KeyRingInForce } from '../key-ring/in-force.ts';
import { signingKey } from '../key-ring/state.ts';
import { type Grant, subjectOf, type TrustDomain } from '../ticket-claims.ts';

/** Whom roles trust the token for. */
export const AWS_AUDIENCE = 'sts.amazonaws.com';
const LIFE_S = 60;

export interface WebIdentityDeps {
  ring: KeyRingInForce;
  sign: SignToken;
  clock: Pick<Clock, 'now'>;
  newId: () => string;
  trustDomain: TrustDomain;
  /** https URL below which the discovery document lies */
  issuer: string;
}

/** @throws HiveError TOKEN_KEY_MISSING (503) */
export type IssueWebIdentity = (of: Pick<Grant, 'plan_id' | 'ticket_id' | 'attempt' | 'agent_id'>) => Promise<string>;

export function createIssueWebIdentity(deps: WebIdentityDeps): IssueWebIdentity {
  const { ring, sign, clock, newId, trustDomain, issuer } = deps;
  return async ({ agent_id, plan_id, ticket_id, attempt }) => {
    const key = signingKey(await ring.signing());
    if (key === undefined) throw keyMissing();
    const now = Math.floor(clock.now() / 1000);
    return sign(
      {
        ...{ iss: issuer, sub: subjectOf(trustDomain, agent_id), aud: AWS_AUDIENCE },
        ...{ iat: now, nbf: now, exp: now + LIFE_S, jti: newId() },
        ...{ plan_id, ticket_id, attempt },
      },
      key,
    );
  };
}
