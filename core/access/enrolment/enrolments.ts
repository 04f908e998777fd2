/** What the API does about agents' enrolments. */
import type { VerbAnswer } from '../../messages/monitoring-api.ts';
import type { AskedBy } from '../access-control.ts';
import { createRevokeCredential, type KeepCredentialDeps } from './keep.ts';
import { createMakeEnrolment, type EnrolmentMade, type MakeEnrolmentDeps } from './make.ts';
import type { Bounds } from './state.ts';
import { createListEnrolments, createWithdrawEnrolment, type WithdrawEnrolmentDeps } from './withdraw.ts';

export type Enrolments = ReturnType<typeof createEnrolments>;

export function createEnrolments(deps: MakeEnrolmentDeps & KeepCredentialDeps & WithdrawEnrolmentDeps) {
  const [make, revoke] = [createMakeEnrolment(deps), createRevokeCredential(deps)];
  const [list, withdraw] = [createListEnrolments(deps), createWithdrawEnrolment(deps)];
  const operatorOf = ({ caller, why, on_behalf_of, authorization }: AskedBy) => ({
    ...{ by: on_behalf_of === undefined ? caller.name : `${caller.name} for ${on_behalf_of}`, why, authorization },
  });
  return {
    /** @throws as `createMakeEnrolment` */
    enrol: (asked: AskedBy, bounds: Bounds, forMs: number | undefined): Promise<EnrolmentMade> =>
      make(asked.caller, bounds, operatorOf(asked), forMs),

    list,

    /** @throws as `createWithdrawEnrolment` */
    async withdraw(asked: AskedBy, enrolmentId: string): Promise<VerbAnswer> {
      const { changed } = await withdraw(asked.caller, enrolmentId, operatorOf(asked));
      return { id: enrolmentId, phase: 'withdrawn', changed };
    },

    /** @throws as `createRevokeCredential` */
    async revoke(asked: AskedBy, agentId: string): Promise<VerbAnswer> {
      const { changed } = await revoke(asked.caller, agentId, operatorOf(asked));
      return { id: agentId, phase: 'credential revoked', changed };
    },
  };
}
