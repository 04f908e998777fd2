/**
 * From whom a call is to what they are: the roles of the deployment, those granted in the ledger, those that their token
 * says, and for a while those of broken glass. Read anew for each call: what is revoked counts no more at once.
 */
import { grantsAggregate } from '../ledger/aggregate.ts';
import type { Clock } from '../ports/clock.ts';
import type { Ledger } from '../ports/ledger.ts';
import { type Caller, ROLES, type Role } from './caller.ts';
import type { GrantsState } from './grants/state.ts';
import { type Identity, nameOfIdentity, principalOf, rolesAmong } from './identity.ts';
import { excludedBy } from './roles.ts';
import type { AccessSettings } from './settings.ts';
import type { StandingRoles } from './standing-roles.ts';

export interface CallersDeps {
  ledger: Pick<Ledger, 'loadState'>;
  clock: Pick<Clock, 'now'>;
  standing: StandingRoles;
  settings: AccessSettings;
}

/** @throws what reading the ledger throws: then nobody is anything */
export type Callers = (identity: Identity) => Promise<Caller>;

export function createCallers({ ledger, clock, standing, settings }: CallersDeps): Callers {
  return async (identity) => {
    const { kind, source } = identity;
    const principal = principalOf(identity);
    const common = { principal, kind, name: nameOfIdentity(identity), source };
    // A local AWS is one person's own: there is nobody to keep out.
    if (kind === 'local') return { ...common, roles: ROLES, tenants: ['*'] };
    const granted = (await ledger.loadState<GrantsState>(grantsAggregate(principal)))?.state;
    const deployed = standing.get(principal);
    const own = [...(deployed?.roles ?? []), ...(granted?.roles.map(({ role }) => role) ?? [])];
    const told = kind === 'oidc' ? rolesAmong(identity.roles) : [];
    const tenants = new Set([...(deployed?.tenants ?? []), ...(granted?.tenants ?? [])]);
    if (kind === 'oidc') for (const tenant of identity.tenants) tenants.add(tenant);
    const roles = segregated([...own, ...told]);
    const until = granted?.break_glass?.until;
    const more = settings.break_glass_roles.filter((role) => !roles.includes(role));
    if (until === undefined || until <= clock.now() || !goesWith(roles, more))
      return { ...common, roles, tenants: [...tenants] };
    return { ...common, roles: [...roles, ...more], tenants: ['*'], break_glass_until: until };
  };
}

/**
 * Who may break the glass, the policies said when it was broken. It adds to what somebody has: nothing to whoever is
 * nothing any more, or has become what excludes it, as an auditor.
 */
const goesWith = (roles: readonly Role[], more: readonly Role[]): boolean =>
  roles.length > 0 && more.every((role) => excludedBy(role, roles).length === 0);

/**
 * Grants are kept apart where they are made; what an issuer says, or a deployment that has changed since, is not. Of roles
 * that exclude each other none counts: it is not ours to say which was meant.
 */
function segregated(roles: readonly Role[]): Role[] {
  const all = [...new Set(roles)];
  return all.filter((role) => excludedBy(role, all).length === 0);
}
