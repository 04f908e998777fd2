/** A credential is renewed by the agent that has it, and revoked by whoever enrols. */
import { HiveError } from '../../errors.ts';
import { credentialAggregate } from '../../ledger/aggregate.ts';
import { retryOnConflict } from '../../ledger/retry.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Sha256 } from '../../ports/digest.ts';
import type { Ledger } from '../../ports/ledger.ts';
import type { ByOperator } from '../../ticket/events.ts';
import type { Caller } from '../caller.ts';
import { appendToCredential } from './append.ts';
import { createCheckCredential, credentialText } from './credential.ts';
import type { Exchanged } from './exchange.ts';
import { requireTenants } from './make.ts';
import { ENROLMENT, type EnrolmentSettings } from './settings.ts';
import type { CredentialState } from './state.ts';

export interface KeepCredentialDeps {
  ledger: Pick<Ledger, 'loadState' | 'commit'>;
  clock: Clock;
  sha256: Sha256;
  settings?: EnrolmentSettings;
}

/**
 * What it was renewed with counts for a while yet: whoever did not get the answer renews again.
 * @throws HiveError CREDENTIAL_INVALID · CREDENTIAL_EXPIRED (401)
 */
export function createRenewCredential(deps: KeepCredentialDeps & { newSecret: () => string }) {
  const { ledger, clock, sha256, newSecret, settings = ENROLMENT } = deps;
  const check = createCheckCredential(deps);
  return (text: string): Promise<Exchanged> =>
    retryOnConflict(clock, async () => {
      const { bounds, digest, standing } = await check(text);
      const [now, secret] = [clock.now(), newSecret()];
      // A renewal does not let what is about to end count for longer.
      const { previous: before } = standing.state;
      const most = before?.digest === digest ? before.until : standing.state.expires_at;
      const previous = { digest, until: Math.min(most, now + settings.overlap_ms) };
      const expires_at = now + settings.credential_ms;
      const event = { type: 'CredentialRenewed', digest: sha256(secret), expires_at, previous } as const;
      await ledger.commit([appendToCredential(bounds.agent_id, standing, event, now, sha256)]);
      return { credential: credentialText(bounds.agent_id, secret), expires_at };
    });
}

/** Counts from the next call on. What is revoked already stays so. @throws HiveError CREDENTIAL_UNKNOWN (404) · ENROLMENT_BEYOND_TENANTS (403) */
export function createRevokeCredential({ ledger, clock, sha256 }: KeepCredentialDeps) {
  return (
    caller: Pick<Caller, 'tenants'>,
    agentId: string,
    operator: ByOperator,
  ): Promise<{ readonly changed: boolean }> =>
    retryOnConflict(clock, async () => {
      const standing = await ledger.loadState<CredentialState>(credentialAggregate(agentId));
      if (standing === undefined)
        throw new HiveError('CREDENTIAL_UNKNOWN', `Agent ${JSON.stringify(agentId)} never had a credential.`, {
          status: 404,
        });
      requireTenants(caller, standing.state.bounds);
      if (standing.state.phase === 'revoked') return { changed: false };
      const event = { type: 'CredentialRevoked', ...operator } as const;
      await ledger.commit([appendToCredential(agentId, standing, event, clock.now(), sha256)]);
      return { changed: true };
    });
}
