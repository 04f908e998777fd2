/** A credential as agents carry it, and whether it counts: read from the ledger for each call, so that what is revoked counts no more at once. */
import { HiveError } from '../../errors.ts';
import { credentialAggregate } from '../../ledger/aggregate.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Sha256 } from '../../ports/digest.ts';
import type { Ledger, Standing } from '../../ports/ledger.ts';
import type { Bounds, CredentialState } from './state.ts';

/** Names what it is, for whoever finds it lying about, and whose. */
export const credentialText = (agentId: string, secret: string): string => `nhc.${agentId}.${secret}`;

const FORM = /^nhc\.([A-Za-z0-9_-]{1,48})\.([A-Za-z0-9_-]{43})$/;

export const credentialInvalid = (): HiveError =>
  new HiveError('CREDENTIAL_INVALID', 'The credential is not, or no more, an agent’s: enrol it anew.', { status: 401 });

export interface CheckCredentialDeps {
  ledger: Pick<Ledger, 'loadState'>;
  clock: Pick<Clock, 'now'>;
  sha256: Sha256;
}

export interface Checked {
  readonly bounds: Bounds;
  /** of the secret that was shown */
  readonly digest: string;
  readonly standing: Standing<CredentialState>;
}

/**
 * Unknown, wrong and revoked are told alike: nobody learns which agents there are.
 * @throws HiveError CREDENTIAL_INVALID · CREDENTIAL_EXPIRED (401)
 */
export type CheckCredential = (text: string) => Promise<Checked>;

export function createCheckCredential({ ledger, clock, sha256 }: CheckCredentialDeps): CheckCredential {
  return async (text) => {
    const [, agentId, secret] = FORM.exec(text) ?? [];
    if (agentId === undefined || secret === undefined) throw credentialInvalid();
    const standing = await ledger.loadState<CredentialState>(credentialAggregate(agentId));
    // Digests of 256 random bits: how long it takes to compare them tells nothing of the secret.
    const digest = sha256(secret);
    const { state } = standing ?? {};
    const now = clock.now();
    const renewed = state?.previous?.digest === digest && now < state.previous.until;
    if (standing === undefined || state?.phase !== 'valid' || !(state.digest === digest || renewed))
      throw credentialInvalid();
    if (now >= state.expires_at)
      throw new HiveError('CREDENTIAL_EXPIRED', 'The credential was not renewed in time: enrol the agent anew.', {
        status: 401,
      });
    return { bounds: state.bounds, digest, standing };
  };
}
