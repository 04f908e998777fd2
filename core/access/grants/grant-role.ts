/** Roles are granted and revoked: by somebody else than who gets them, and never two that are to be kept apart. */
import { HiveError } from '../../errors.ts';
import { grantsAggregate } from '../../ledger/aggregate.ts';
import { retryOnConflict } from '../../ledger/retry.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Sha256 } from '../../ports/digest.ts';
import type { Ledger } from '../../ports/ledger.ts';
import type { ByOperator } from '../../ticket/events.ts';
import type { Caller, Role } from '../caller.ts';
import type { GrantEvent } from '../events.ts';
import { requireSegregated } from '../roles.ts';
import type { StandingRoles } from '../standing-roles.ts';
import { appendToGrants } from './append.ts';
import { type GrantsState, noGrants } from './state.ts';

export interface GrantRoleDeps {
  ledger: Pick<Ledger, 'loadState' | 'commit'>;
  clock: Clock;
  sha256: Sha256;
  standing: StandingRoles;
}

export interface Granted {
  readonly state: GrantsState;
  readonly changed: boolean;
}

/** @param tenants that the principal gets beside those it has; `*`: all. May be called again: what stands is not written again. */
export type GrantRole = (
  caller: Caller,
  principal: string,
  grant: { readonly role: Role; readonly tenants: readonly string[] },
  operator: ByOperator,
) => Promise<Granted>;
export type RevokeRole = (caller: Caller, principal: string, role: Role, operator: ByOperator) => Promise<Granted>;

/** @throws HiveError GRANT_TO_ONESELF (403) · ROLES_EXCLUSIVE (409) */
export function createGrantRole({ ledger, clock, sha256, standing }: GrantRoleDeps): GrantRole {
  return (caller, principal, { role, tenants }, operator) => {
    requireAnother(caller, principal);
    requireOwn(caller, tenants);
    return change({ ledger, clock, sha256 }, principal, (state) => {
      const deployed = standing.get(principal)?.roles ?? [];
      const others = [...deployed, ...state.roles.map((granted) => granted.role)].filter((other) => other !== role);
      requireSegregated(principal, role, others);
      const has = state.roles.some((granted) => granted.role === role);
      if (has && tenants.every((tenant) => state.tenants.includes(tenant))) return undefined;
      return { type: 'RoleGranted', role, tenants, ...operator };
    });
  };
}

/** Whoever has none is left as they are. @throws HiveError ROLE_OF_DEPLOYMENT (409): it is not the ledger's to revoke */
export function createRevokeRole({ ledger, clock, sha256, standing }: GrantRoleDeps): RevokeRole {
  return (caller, principal, role, operator) => {
    if (standing.get(principal)?.roles.includes(role))
      throw new HiveError(
        'ROLE_OF_DEPLOYMENT',
        `${principal} is ${role} by the deployment: take it out of its roles (-c roles=…) and deploy.`,
        { status: 409, detail: { principal, role } },
      );
    return change({ ledger, clock, sha256 }, principal, (state) => {
      if (!state.roles.some((granted) => granted.role === role)) return undefined;
      requireOwn(caller, state.tenants);
      return { type: 'RoleRevoked', role, ...operator };
    });
  };
}

/** Whoever keeps the access of some tenants says nothing of others'. */
function requireOwn({ tenants: own }: Caller, tenants: readonly string[]): void {
  if (own.includes('*') || tenants.every((tenant) => own.includes(tenant))) return;
  const message = `Roles for tenants that are yours are yours to say: ${own.join(', ') || 'none'}.`;
  throw new HiveError('GRANT_BEYOND_TENANTS', message, { status: 403, detail: { yours: own } });
}

function requireAnother(caller: Caller, principal: string): void {
  if (caller.principal !== principal) return;
  throw new HiveError('GRANT_TO_ONESELF', 'Nobody grants a role to themselves: ask somebody else who may.', {
    status: 403,
    detail: { principal },
  });
}

/** Whoever loses a race reads again and decides again. */
export function change(
  { ledger, clock, sha256 }: Pick<GrantRoleDeps, 'ledger' | 'clock' | 'sha256'>,
  principal: string,
  decide: (state: GrantsState) => GrantEvent | undefined,
): Promise<Granted> {
  return retryOnConflict(clock, async () => {
    const standing = await ledger.loadState<GrantsState>(grantsAggregate(principal));
    const before = standing?.state ?? noGrants(principal);
    const event = decide(before);
    if (event === undefined) return { state: before, changed: false };
    const { write, state } = appendToGrants(principal, standing, event, clock.now(), sha256);
    await ledger.commit([write]);
    return { state, changed: true };
  });
}
