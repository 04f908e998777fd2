/** Somebody who may says which agent may come, and what it may be; what they are shown once, lets it in once. */
import { HiveError } from '../../errors.ts';
import { credentialAggregate } from '../../ledger/aggregate.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Sha256 } from '../../ports/digest.ts';
import type { Ledger } from '../../ports/ledger.ts';
import type { ByOperator } from '../../ticket/events.ts';
import type { Caller } from '../caller.ts';
import { appendToEnrolment } from './append.ts';
import { ENROLMENT, type EnrolmentSettings } from './settings.ts';
import type { Bounds, CredentialState } from './state.ts';

export interface MakeEnrolmentDeps {
  ledger: Pick<Ledger, 'commit' | 'loadState'>;
  clock: Pick<Clock, 'now'>;
  sha256: Sha256;
  /** UUID v7 */
  newId: () => string;
  /** 256 random bits, base64url */
  newSecret: () => string;
  settings?: EnrolmentSettings;
}

export interface EnrolmentMade {
  readonly enrolment_id: string;
  /** to be given to the agent: it is kept nowhere */
  readonly secret: string;
  /** epoch ms */
  readonly expires_at: number;
}

/**
 * Each call makes another one: whoever did not get the answer makes another, and the first expires unused.
 * @param forMs how long it may be exchanged; default: the setting
 * @throws HiveError ENROLMENT_TOO_LONG (422) · ENROLMENT_BEYOND_TENANTS (403)
 */
export type MakeEnrolment = (
  caller: Pick<Caller, 'tenants'>,
  bounds: Bounds,
  operator: ByOperator,
  forMs?: number,
) => Promise<EnrolmentMade>;

export function createMakeEnrolment(deps: MakeEnrolmentDeps): MakeEnrolment {
  const { ledger, clock, sha256, newId, newSecret, settings = ENROLMENT } = deps;
  return async (caller, bounds, operator, forMs = settings.enrolment_ms) => {
    if (forMs > settings.enrolment_most_ms)
      throw new HiveError(
        'ENROLMENT_TOO_LONG',
        `An enrolment lasts ${settings.enrolment_most_ms / 3_600_000} h at most.`,
        { status: 422, detail: { for_ms: forMs, most_ms: settings.enrolment_most_ms } },
      );
    requireTenants(caller, bounds);
    // Whoever is enrolled anew takes the place of who was before: that is for whoever may say so of both.
    const before = (await ledger.loadState<CredentialState>(credentialAggregate(bounds.agent_id)))?.state;
    if (before !== undefined) requireTenants(caller, before.bounds);
    const replaces = before?.enrolment_id;
    const [enrolment_id, secret, now] = [newId(), newSecret(), clock.now()];
    const expires_at = now + forMs;
    const event = {
      type: 'EnrolmentMade',
      ...bounds,
      ...operator,
      ...(replaces && { replaces }),
      digest: sha256(secret),
      expires_at,
    } as const;
    await ledger.commit([appendToEnrolment(enrolment_id, undefined, event, now, sha256)]);
    return { enrolment_id, secret, expires_at };
  };
}

/** @throws HiveError ENROLMENT_BEYOND_TENANTS (403) */
export function requireTenants(caller: Pick<Caller, 'tenants'>, bounds: Pick<Bounds, 'tenants'>): void {
  if (isWithinTenants(caller, bounds)) return;
  throw new HiveError('ENROLMENT_BEYOND_TENANTS', 'The agent is, or would be, of tenants that are not yours.', {
    status: 403,
    detail: { yours: caller.tenants },
  });
}

export function isWithinTenants(caller: Pick<Caller, 'tenants'>, { tenants }: Pick<Bounds, 'tenants'>): boolean {
  if (caller.tenants.includes('*')) return true;
  return tenants.length > 0 && tenants.every((tenant) => caller.tenants.includes(tenant));
}
