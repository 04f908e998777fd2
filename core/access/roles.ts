/** Which roles one principal may have at once (segregation of duties, domain.md): pure. */
import { HiveError } from '../errors.ts';
import { ROLES, type Role } from './caller.ts';

const others = (...but: readonly Role[]): readonly Role[] => ROLES.filter((role) => !but.includes(role));

/** Roles that go with none of these. */
const EXCLUDES: Readonly<Partial<Record<Role, readonly Role[]>>> = {
  // Who says what is allowed does not deploy, and the other way round.
  security: ['platform', 'auditor', 'agent'],
  platform: ['security', 'auditor', 'agent'],
  // Who verifies changes nothing.
  auditor: others('auditor'),
  // Its own tickets only.
  agent: others('agent'),
};

/** Those among them that exclude the role. */
export const excludedBy = (role: Role, roles: readonly Role[]): Role[] =>
  roles.filter((other) => EXCLUDES[role]?.includes(other) || EXCLUDES[other]?.includes(role));

/** @throws HiveError ROLES_EXCLUSIVE (409) */
export function requireSegregated(principal: string, role: Role, roles: readonly Role[]): void {
  const against = excludedBy(role, roles);
  if (against.length === 0) return;
  throw new HiveError(
    'ROLES_EXCLUSIVE',
    `${principal} is ${against.join(', ')}: whoever is that is not ${role} as well. Revoke the one before granting the other, or grant it to somebody else.`,
    { status: 409, detail: { principal, role, against } },
  );
}
