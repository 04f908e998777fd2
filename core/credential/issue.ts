/** Tokens made: for one attempt, for as short as will do, by the key that signs now. */
import { HiveError } from '../errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { SignToken } from '../ports/token-signatures.ts';
import type { KeyRingInForce } from './key-ring/in-force.ts';
import { KEY_RING, type KeyRingSettings } from './key-ring/settings.ts';
import { type KeyRingState, signingKey } from './key-ring/state.ts';
import { audienceOf, type Grant, issuerOf, subjectOf, type TrustDomain } from './ticket-claims.ts';

export interface Issued {
  readonly token: string;
  /** epoch ms */
  readonly token_expires_at: number;
}

/** @throws HiveError TOKEN_KEY_MISSING (503); what signing fails with */
export type IssueToken = (grant: Grant) => Promise<Issued>;

export interface IssueTokenDeps {
  ring: KeyRingInForce;
  sign: SignToken;
  clock: Pick<Clock, 'now'>;
  newId: () => string;
  trustDomain: TrustDomain;
  /** Makes the first key where the ring has none: a claim may come sooner after a deployment than the schedule does. */
  makeFirstKey?: () => Promise<KeyRingState>;
  settings?: KeyRingSettings;
}

/** A report may come in this long after the attempt's time, to be told that it was too late. */
export const GRACE_S = 60;

/** Said twice for the same attempt, two tokens that are equally good: they differ in when they end. */
export function createIssueToken(deps: IssueTokenDeps): IssueToken {
  const { ring, sign, clock, newId, trustDomain, makeFirstKey, settings = KEY_RING } = deps;
  const iss = issuerOf(trustDomain);
  const aud = audienceOf(trustDomain);
  return async ({ plan_id, ticket_id, attempt, agent_id, scopes, attempt_ends }) => {
    const key = signingKey(await ring.signing()) ?? (makeFirstKey && signingKey(await makeFirstKey()));
    if (key === undefined) throw keyMissing();
    const now = Math.floor(clock.now() / 1000);
    const last = Math.min(attempt_ends + GRACE_S, now + Math.floor(settings.token_life_ms / 1000));
    // An attempt whose time is over is told so by the ticket, not by its token.
    const exp = Math.max(last, now + 1);
    const sub = subjectOf(trustDomain, agent_id);
    const times = { iat: now, nbf: now, exp };
    const claims = { iss, sub, aud, ...times, jti: newId(), plan_id, ticket_id, attempt, scopes, attempt_ends };
    return { token: await sign(claims, key), token_expires_at: exp * 1000 };
  };
}

export const keyMissing = (): HiveError =>
  new HiveError('TOKEN_KEY_MISSING', 'No key signs tokens yet: one is made within a minute. Try again.', {
    status: 503,
  });
