/**
 * A ticket's token checked: is it ours, is it valid, and is it of this ticket, attempt and agent. Usually nothing is read for
 * it: the ring is at hand. Whether the attempt still runs is said by the ticket itself, with the call that the token is for.
 */
import { TOKEN_HEADER } from '../messages/agent-api.ts';
import type { Clock } from '../ports/clock.ts';
import type { VerifyToken } from '../ports/token-signatures.ts';
import type { KeyRingInForce } from './key-ring/in-force.ts';
import { KEY_RING, type KeyRingSettings } from './key-ring/settings.ts';
import { isPublished, type KeyRingState, keyOf, type RingKey } from './key-ring/state.ts';
import { audienceOf, type Grant, grantOf, issuerOf, subjectOf, type TrustDomain } from './ticket-claims.ts';
import { type Claims, checkClaims } from './token/claims.ts';
import { type CheckedKey, checkKey } from './token/key.ts';
import { parseToken } from './token/parse.ts';
import { invalid, refuseToken } from './token/refusal.ts';
import { verifyParsed } from './token/verify.ts';

/** Whom the call is about. */
export interface Bearer {
  readonly ticket_id: string;
  readonly attempt: number;
  readonly agent_id: string;
  /** what the call is: `ticket:report`; absent: what the token is for is looked at by the call itself */
  readonly scope?: string;
}

export interface CheckTokenDeps {
  ring: KeyRingInForce;
  verify: VerifyToken;
  clock: Pick<Clock, 'now'>;
  trustDomain: TrustDomain;
  settings?: KeyRingSettings;
}

export interface CheckToken {
  /** @throws HiveError TOKEN_… (401), never anything of the ticket */
  forCall(token: string | undefined, bearer: Bearer): Promise<Grant & { readonly expires_at: number }>;
  /** Signature and claims alone. @throws HiveError TOKEN_… (401) */
  claimsOf(token: string): Promise<Claims>;
}

export function createCheckToken(deps: CheckTokenDeps): CheckToken {
  const { ring, verify, clock, trustDomain, settings = KEY_RING } = deps;
  const audience = audienceOf(trustDomain);
  const issuer = issuerOf(trustDomain);
  const leeway_ms = settings.leeway_ms;

  async function claimsOf(token: string): Promise<Claims> {
    const parsed = parseToken(token);
    const { kid } = parsed.header;
    if (kid === undefined) throw invalid('kid', 'The token does not name its key.');
    const now = clock.now();
    const key = publishedKey(await ring.knowing(kid), kid, now);
    await verifyParsed(parsed, [checkedKey(key)], verify);
    return checkClaims(parsed.payload, { audience, issuer, trust_domain: trustDomain.name, now, leeway_ms });
  }

  return {
    claimsOf,
    async forCall(token, { ticket_id, attempt, agent_id, scope }) {
      if (token === undefined || token === '')
        throw refuseToken('TOKEN_MISSING', undefined, `Calls for a claimed ticket carry its token: ${TOKEN_HEADER}.`);
      const claims = await claimsOf(token);
      const grant = grantOf(claims);
      if (grant.ticket_id !== ticket_id)
        throw refuseToken('TOKEN_OF_ANOTHER_TICKET', undefined, 'The token is of another ticket.');
      if (claims.sub !== subjectOf(trustDomain, agent_id))
        throw refuseToken('TOKEN_OF_ANOTHER_AGENT', undefined, 'The token is of another agent.');
      if (grant.attempt !== attempt)
        throw refuseToken('TOKEN_OF_ANOTHER_ATTEMPT', undefined, 'The token is of another attempt of the ticket.');
      if (scope !== undefined && !grant.scopes.includes(scope))
        throw invalid('scope', `The token is not for ${scope}.`);
      return { ...grant, agent_id, expires_at: claims.exp * 1000 };
    },
  };
}

/** Keys do not change: what has been looked at once is not looked at with every token. */
const checked = new WeakMap<RingKey, CheckedKey>();

function checkedKey(key: RingKey): CheckedKey {
  const before = checked.get(key);
  if (before !== undefined) return before;
  const made = checkKey({ ...key.public_jwk, kid: key.kid, alg: 'ES256', use: 'jwt-svid' });
  checked.set(key, made);
  return made;
}

function publishedKey(ring: KeyRingState, kid: string, now: number): RingKey {
  const key = keyOf(ring, kid);
  if (key === undefined)
    throw refuseToken('TOKEN_KEY_UNKNOWN', undefined, 'The token is signed by a key that is not ours.');
  // What the schedule has not retired yet, being late, is over all the same.
  const over = key.phase === 'verifying' && now >= (key.verify_until ?? 0);
  if (!isPublished(key) || over)
    throw refuseToken(
      'TOKEN_KEY_RETIRED',
      undefined,
      `The token is signed by a key that is ${over ? 'retired' : key.phase}.`,
    );
  return key;
}
