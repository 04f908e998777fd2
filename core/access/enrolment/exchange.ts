/**
 * An enrolment becomes the agent's credential, once. Both are written in one commit: either the agent has it, or the
 * enrolment is as it was. Whoever comes with a secret that was used is refused, and that is a signal: the answer was lost,
 * in which case the agent is enrolled anew, or somebody else had the secret too.
 */
import { HiveError } from '../../errors.ts';
import { credentialAggregate, enrolmentAggregate } from '../../ledger/aggregate.ts';
import { retryOnConflict } from '../../ledger/retry.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Sha256 } from '../../ports/digest.ts';
import type { Ledger } from '../../ports/ledger.ts';
import type { RecordRefusal } from '../refusal.ts';
import { appendToCredential, appendToEnrolment } from './append.ts';
import { credentialText } from './credential.ts';
import { ENROLMENT, type EnrolmentSettings } from './settings.ts';
import type { CredentialState, EnrolmentState } from './state.ts';

export interface ExchangeDeps {
  ledger: Pick<Ledger, 'loadState' | 'commit'>;
  clock: Clock;
  sha256: Sha256;
  /** 256 random bits, base64url */
  newSecret: () => string;
  recordRefusal: RecordRefusal;
  /** somebody names an enrolment that there is not */
  onUnknown?: () => void;
  settings?: EnrolmentSettings;
}

export interface Exchanged {
  /** it is kept nowhere */
  readonly credential: string;
  /** epoch ms */
  readonly expires_at: number;
}

/**
 * @throws HiveError ENROLMENT_INVALID · ENROLMENT_EXPIRED (401) · ENROLMENT_USED · ENROLMENT_WITHDRAWN (403) ·
 *   ENROLMENT_SUPERSEDED (409), recorded where there is such an enrolment; REFUSAL_NOT_RECORDED (503)
 */
export type ExchangeEnrolment = (id: string, secret: string, source?: string) => Promise<Exchanged>;

export function createExchangeEnrolment(deps: ExchangeDeps): ExchangeEnrolment {
  const { ledger, clock, sha256, newSecret, recordRefusal, onUnknown, settings = ENROLMENT } = deps;

  async function exchange(id: string, secret: string, source?: string): Promise<Exchanged> {
    const now = clock.now();
    const enrolment = await ledger.loadState<EnrolmentState>(enrolmentAggregate(id));
    const { agent_id, capabilities, clearance, tenants, enrolment_id, replaces } = requireOpen(
      enrolment?.state,
      sha256(secret),
      now,
    );
    const bounds = { agent_id, capabilities, clearance, tenants };
    const before = await ledger.loadState<CredentialState>(credentialAggregate(agent_id));
    // Somebody else was let in under this id since: whoever made this enrolment did not know of them.
    if (before?.state.enrolment_id !== replaces)
      throw new HiveError('ENROLMENT_SUPERSEDED', 'The agent was enrolled anew since: have it enrolled again.', {
        status: 409,
      });
    const [own, expires_at] = [newSecret(), now + settings.credential_ms];
    const issued = { type: 'CredentialIssued', enrolment_id, bounds, digest: sha256(own), expires_at } as const;
    const used = { type: 'EnrolmentUsed', ...(source !== undefined && { source }) } as const;
    await ledger.commit([
      appendToEnrolment(id, enrolment, used, now, sha256),
      appendToCredential(agent_id, before, issued, now, sha256),
    ]);
    return { credential: credentialText(agent_id, own), expires_at };
  }

  return async (id, secret, source) => {
    // Ids are made up by whoever likes: they are counted, and nothing is kept of them. An enrolment that is there stays there.
    if ((await ledger.loadState(enrolmentAggregate(id))) === undefined) {
      onUnknown?.();
      throw enrolmentInvalid();
    }
    try {
      // Of two that come at once, the one that loses the race reads again, and finds it used.
      return await retryOnConflict(clock, () => exchange(id, secret, source));
    } catch (error) {
      if (error instanceof HiveError && error.code.startsWith('ENROLMENT_') && error.status < 500)
        await recordRefusal({
          ...{ code: error.code, message: error.message, source, action: 'EnrolAgent' },
          ...{ principal: `enrolment:${id}`, resource: 'Hive::"hive"' },
        });
      throw error;
    }
  };
}

const enrolmentInvalid = (): HiveError =>
  new HiveError('ENROLMENT_INVALID', 'There is no such enrolment, or its secret is another.', { status: 401 });

/** Who does not know the secret learns nothing of the enrolment. */
function requireOpen(state: EnrolmentState | undefined, digest: string, now: number): EnrolmentState {
  if (state === undefined || state.digest !== digest) throw enrolmentInvalid();
  if (state.phase === 'used')
    throw new HiveError(
      'ENROLMENT_USED',
      'The enrolment was exchanged before. If the answer was lost, have the agent enrolled anew; if not, somebody else has it.',
      { status: 403 },
    );
  if (state.phase === 'withdrawn')
    throw new HiveError('ENROLMENT_WITHDRAWN', 'The enrolment was withdrawn: have the agent enrolled anew.', {
      status: 403,
    });
  if (now >= state.expires_at)
    throw new HiveError('ENROLMENT_EXPIRED', 'The enrolment has expired: have the agent enrolled anew.', {
      status: 401,
    });
  return state;
}
