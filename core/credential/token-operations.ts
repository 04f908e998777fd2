/** What operators and services ask of tokens and of the keys that sign them. */
import { seesTenant } from '../access/tenants.ts';
import { HiveError } from '../errors.ts';
import { KEY_RING_AGGREGATE } from '../ledger/aggregate.ts';
import { retryOnConflict } from '../ledger/retry.ts';
import type { IntrospectionAnswer, KeyRingView } from '../messages/token-api.ts';
import type { Clock } from '../ports/clock.ts';
import type { Sha256 } from '../ports/digest.ts';
import type { Ledger } from '../ports/ledger.ts';
import type { ByOperator } from '../ticket/events.ts';
import { type CheckToken, type CheckTokenDeps, createCheckToken } from './check.ts';
import { appendToKeyRing } from './key-ring/append.ts';
import { createKeyRingInForce } from './key-ring/in-force.ts';
import { revoke, rotateNow } from './key-ring/rotate.ts';
import { type KeyRingEvent, type KeyRingState, NO_KEYS } from './key-ring/state.ts';
import { grantOf, subjectOf, type TrustDomain } from './ticket-claims.ts';

export interface TokenOperations {
  /**
   * RFC 7662: whether the token would be taken now, for a call of its attempt; why not is nobody's business.
   * @param tenants of whoever asks, `*` is all: of others' tickets no token is known
   */
  introspect(token: string, tenants: readonly string[]): Promise<IntrospectionAnswer>;
  keys(): Promise<KeyRingView>;
  /** The key on standby signs from now on. @throws HiveError KEY_STANDBY_MISSING · KEY_STANDBY_TOO_YOUNG (409) */
  rotateKeys(operator: ByOperator): Promise<KeyRingView>;
  /** Nothing counts that the key has signed. @throws HiveError KEY_UNKNOWN (404) */
  revokeKey(kid: string, operator: ByOperator): Promise<KeyRingView>;
}

export interface TokenOperationsDeps {
  ledger: Ledger;
  clock: Clock;
  sha256: Sha256;
  verify: CheckTokenDeps['verify'];
  trustDomain: TrustDomain;
}

const INACTIVE: IntrospectionAnswer = { active: false };

/** The ring is read at each call: whoever revokes a key wants to see it. Losing a race, a verb decides again. */
export function createTokenOperations(deps: TokenOperationsDeps): TokenOperations {
  const { ledger, clock, sha256, trustDomain } = deps;
  const checkNow = (): CheckToken => createCheckToken({ ...deps, ring: createKeyRingInForce(deps) });

  async function change(decide: (state: KeyRingState) => readonly KeyRingEvent[]): Promise<KeyRingView> {
    return retryOnConflict(clock, async () => {
      const standing = await ledger.loadState<KeyRingState>(KEY_RING_AGGREGATE);
      const events = decide(standing?.state ?? NO_KEYS);
      if (events.length === 0) return viewOf(standing?.state ?? NO_KEYS);
      const { write, state } = appendToKeyRing(standing, events, clock.now(), sha256);
      await ledger.commit([write]);
      return viewOf(state);
    });
  }

  return {
    async introspect(token, tenants) {
      try {
        const claims = await checkNow().claimsOf(token);
        const { ticket_id, plan_id, attempt, scopes } = grantOf(claims);
        const ticket = await ledger.loadTicket(ticket_id);
        if (ticket === undefined || !seesTenant(tenants, ticket.spec.tenant_id)) return INACTIVE;
        const { state } = ticket;
        const runs =
          state.phase === 'running' &&
          state.attempt === attempt &&
          claims.sub === subjectOf(trustDomain, state.agent_id) &&
          !state.revoked_attempts?.includes(attempt);
        if (!runs) return INACTIVE;
        const { sub, aud, iss, exp, iat, nbf, jti } = claims;
        const scope = scopes.join(' ');
        return {
          ...{ active: true, token_type: 'JWT-SVID', scope, client_id: state.agent_id },
          ...{ sub, aud, iss, exp, iat, nbf, jti },
          ...{ plan_id, ticket_id, attempt },
        } as IntrospectionAnswer;
      } catch (error) {
        if (error instanceof HiveError && error.code.startsWith('TOKEN_')) return INACTIVE;
        throw error;
      }
    },
    async keys() {
      return viewOf((await ledger.loadState<KeyRingState>(KEY_RING_AGGREGATE))?.state ?? NO_KEYS);
    },
    rotateKeys: (operator) => change((state) => [rotateNow(state, clock.now(), operator)]),
    revokeKey: (kid, operator) => change((state) => revoke(state, kid, clock.now(), operator)),
  };
}

/** Without private parts, wrapped or not. */
const viewOf = ({ keys, sequence }: KeyRingState): KeyRingView => ({
  sequence,
  keys: keys.map(({ kid, phase, added_at, activated_at, verify_until, ended_at }) => ({
    ...{ kid, phase, added_at, activated_at, verify_until, ended_at },
  })),
});
