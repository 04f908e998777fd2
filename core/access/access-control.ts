/** What the API does about access: shows who may what, what was refused and what it is a sign of; grants, revokes, breaks glass. */
import type { VerbAnswer } from '../messages/monitoring-api.ts';
import type { Authorization } from '../policy/decision.ts';
import type { Clock } from '../ports/clock.ts';
import type { Sha256 } from '../ports/digest.ts';
import type { Ledger } from '../ports/ledger.ts';
import type { Caller, Role } from './caller.ts';
import { createBreakGlass } from './grants/break-glass.ts';
import { createGrantRole, createRevokeRole } from './grants/grant-role.ts';
import type { GrantsState } from './grants/state.ts';
import { GRANTS_LIST, newestRefusals, SIGNALS_LIST } from './lists.ts';
import type { RefusalState } from './record-refusal.ts';
import type { AccessSettings } from './settings.ts';
import type { SignalState } from './signals/raise.ts';
import type { StandingRoles } from './standing-roles.ts';

export interface AccessControlDeps {
  ledger: Pick<Ledger, 'loadState' | 'listStates' | 'commit'>;
  clock: Clock;
  sha256: Sha256;
  standing: StandingRoles;
  settings: AccessSettings;
}

/** Who asks for a change, why, and what the policies allowed it by. */
export interface AskedBy {
  readonly caller: Caller;
  readonly why: string;
  readonly on_behalf_of?: string | undefined;
  readonly authorization: Authorization;
}

export type AccessControl = ReturnType<typeof createAccessControl>;

export function createAccessControl(deps: AccessControlDeps) {
  const { ledger, standing, clock } = deps;
  const [grantRole, revokeRole, breakGlass] = [createGrantRole(deps), createRevokeRole(deps), createBreakGlass(deps)];
  const operatorOf = ({ caller, why, on_behalf_of, authorization }: AskedBy) => ({
    ...{ by: on_behalf_of === undefined ? caller.name : `${caller.name} for ${on_behalf_of}`, why, authorization },
  });

  return {
    /** Those of the deployment first, then those of the ledger. */
    async listGrants(limit: number) {
      const deployed = [...standing].map(([principal, { roles, tenants }]) => ({
        ...{ principal, tenants },
        roles: roles.map((role) => ({ role, by: 'the deployment' })),
      }));
      const granted = await ledger.listStates<GrantsState>(GRANTS_LIST, limit);
      const now = clock.now();
      const told = granted.map(({ break_glass, ...state }) => ({
        ...state,
        ...(break_glass !== undefined && break_glass.until > now && { break_glass }),
      }));
      return { items: [...deployed, ...told] };
    },

    listRefusals: async (limit: number) => ({ items: await newestRefusals<RefusalState>(ledger, limit) }),

    listSignals: async (limit: number) => ({ items: await ledger.listStates<SignalState>(SIGNALS_LIST, limit) }),

    /** @throws as `createGrantRole` */
    async grant(asked: AskedBy, principal: string, role: Role, tenants: readonly string[]): Promise<VerbAnswer> {
      const { changed } = await grantRole(asked.caller, principal, { role, tenants }, operatorOf(asked));
      return { id: principal, phase: role, changed };
    },

    /** @throws as `createRevokeRole` */
    async revoke(asked: AskedBy, principal: string, role: Role): Promise<VerbAnswer> {
      const { changed } = await revokeRole(asked.caller, principal, role, operatorOf(asked));
      return { id: principal, phase: `not ${role}`, changed };
    },

    /** @throws as `createBreakGlass` */
    async breakGlass(asked: AskedBy, forMs: number | undefined): Promise<VerbAnswer> {
      const { state, changed } = await breakGlass(asked.caller, forMs, operatorOf(asked));
      const until = new Date(state.break_glass?.until ?? 0).toISOString();
      return { id: state.principal, phase: `until ${until}`, changed };
    },
  };
}
