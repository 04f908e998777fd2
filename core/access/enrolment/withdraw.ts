/** An enrolment that was not exchanged yet lets nobody in any more; and those that there are, as they stand. */
import { HiveError } from '../../errors.ts';
import { enrolmentAggregate } from '../../ledger/aggregate.ts';
import { retryOnConflict } from '../../ledger/retry.ts';
import type { EnrolmentView } from '../../messages/enrolment-api.ts';
import type { Page, PageRequest } from '../../messages/monitoring-api.ts';
import { pageOf } from '../../monitor/page.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Sha256 } from '../../ports/digest.ts';
import type { Ledger, Listed } from '../../ports/ledger.ts';
import type { ByOperator } from '../../ticket/events.ts';
import type { Caller } from '../caller.ts';
import { ENROLMENTS_LIST } from '../lists.ts';
import { appendToEnrolment } from './append.ts';
import { isWithinTenants, requireTenants } from './make.ts';
import type { EnrolmentState } from './state.ts';

export interface WithdrawEnrolmentDeps {
  ledger: Pick<Ledger, 'loadState' | 'sliceStates' | 'commit'>;
  clock: Clock;
  sha256: Sha256;
}

/**
 * Counts at once. Of a withdrawal and an exchange that come together, one commits; the other reads again, and is told of it.
 * What was withdrawn stays so: asked again, nothing is written. One that has expired may be withdrawn too, which says why.
 * @throws HiveError ENROLMENT_UNKNOWN (404) · ENROLMENT_BEYOND_TENANTS (403) · ENROLMENT_USED (409): revoke the credential
 */
export function createWithdrawEnrolment({ ledger, clock, sha256 }: WithdrawEnrolmentDeps) {
  return (caller: Pick<Caller, 'tenants'>, id: string, operator: ByOperator): Promise<{ readonly changed: boolean }> =>
    retryOnConflict(clock, async () => {
      const standing = await ledger.loadState<EnrolmentState>(enrolmentAggregate(id));
      if (standing === undefined)
        throw new HiveError('ENROLMENT_UNKNOWN', `There is no enrolment ${JSON.stringify(id)}.`, { status: 404 });
      const { agent_id, phase } = standing.state;
      requireTenants(caller, standing.state);
      if (phase === 'withdrawn') return { changed: false };
      if (phase === 'used')
        throw new HiveError(
          'ENROLMENT_USED',
          `The enrolment was exchanged: revoke the credential that it became (hive agent revoke ${agent_id}).`,
          { status: 409, detail: { agent_id } },
        );
      const event = { type: 'EnrolmentWithdrawn', ...operator } as const;
      await ledger.commit([appendToEnrolment(id, standing, event, clock.now(), sha256)]);
      return { changed: true };
    });
}

/**
 * Newest first, those of the caller's tenants; nothing of their secrets is told, nor a digest. A page holds fewer, and may hold
 * none, where others' lie between, and tells where it goes on.
 * @throws HiveError CURSOR_INVALID
 */
export function createListEnrolments({ ledger, clock }: Pick<WithdrawEnrolmentDeps, 'ledger' | 'clock'>) {
  return (caller: Pick<Caller, 'tenants'>, request: PageRequest): Promise<Page<EnrolmentView>> => {
    const now = clock.now();
    return pageOf(
      { list: 'enrolments', ...request },
      async (slice) => {
        const { items, ...rest } = await ledger.sliceStates<EnrolmentState>(ENROLMENTS_LIST, slice);
        return { ...rest, items: items.filter(({ state }) => isWithinTenants(caller, state)) };
      },
      ({ state }) => viewOf(state, now),
      ({ by }: Listed<EnrolmentState>) => by,
    );
  };
}

function viewOf(state: EnrolmentState, now: number): EnrolmentView {
  const { enrolment_id, agent_id, capabilities, clearance, tenants, expires_at, phase, by, why } = state;
  return {
    ...{ enrolment_id, agent_id, capabilities: [...capabilities], clearance, tenants: [...tenants], expires_at },
    ...{ phase: phase === 'open' && now >= expires_at ? 'expired' : phase, by, why },
  };
}
