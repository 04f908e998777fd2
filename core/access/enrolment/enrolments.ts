/** What the API does about agents' enrolments. */
import type { VerbAnswer } from '../../messages/monitoring-api.ts';
import type { ByOperator } from '../../ticket/events.ts';
import type { AskedBy } from '../access-control.ts';
import { credentialPrincipal } from '../identity.ts';
import { createRevokeCredential, type KeepCredentialDeps } from './keep.ts';
import { createMakeEnrolment, type EnrolmentMade, type MakeEnrolmentDeps } from './make.ts';
import type { Bounds } from './state.ts';
import { createListEnrolments, createWithdrawEnrolment, type WithdrawEnrolmentDeps } from './withdraw.ts';

export interface StandDownDeps {
  /** drains the principal's agent, and takes what it holds; may be called again. Resolves to whether that changed anything */
  readonly standDown: (agentId: string, principal: string, operator: ByOperator) => Promise<boolean>;
}

export type EnrolmentsDeps = MakeEnrolmentDeps & KeepCredentialDeps & WithdrawEnrolmentDeps & StandDownDeps;
export type Enrolments = ReturnType<typeof createEnrolments>;

export function createEnrolments(deps: EnrolmentsDeps) {
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

    /**
     * First its calls count no more, then the agent stands down. Whoever dies in between asks again; until then the agent is
     * silent, so what it holds is lost to it when its leases are over.
     * @throws as `createRevokeCredential`
     */
    async revoke(asked: AskedBy, agentId: string): Promise<VerbAnswer> {
      const operator = operatorOf(asked);
      const { changed } = await revoke(asked.caller, agentId, operator);
      const why = `its credential was revoked: ${asked.why}`;
      const stoodDown = await deps.standDown(agentId, credentialPrincipal(agentId), { ...operator, why });
      return { id: agentId, phase: 'credential revoked', changed: changed || stoodDown };
    },
  };
}
