/**
 * Roles that the deployment itself gives: with an empty ledger nobody could grant anything. They are part of the stack, so
 * they change where it is deployed, and are checked like any other.
 */
import { z } from 'zod';
import { HiveError } from '../errors.ts';
import { ROLES, type Role } from './caller.ts';
import { requireSegregated } from './roles.ts';

const standing = z.record(
  z.string().min(1).max(512),
  z.union([
    z.array(z.enum(ROLES)).min(1),
    z.object({ roles: z.array(z.enum(ROLES)).min(1), tenants: z.array(z.string().min(1).max(256)).default(['*']) }),
  ]),
);

export interface Standing {
  readonly roles: readonly Role[];
  readonly tenants: readonly string[];
}
/** By principal. */
export type StandingRoles = ReadonlyMap<string, Standing>;

/**
 * `{"arn:aws:iam::123456789012:role/Admin": ["security"], "…": {"roles": ["operator"], "tenants": ["acme"]}}`
 * @throws HiveError STANDING_ROLES_INVALID, ROLES_EXCLUSIVE
 */
export function parseStandingRoles(json: string): StandingRoles {
  let value: unknown;
  try {
    value = JSON.parse(json || '{}');
  } catch (cause) {
    throw new HiveError('STANDING_ROLES_INVALID', 'The roles of the deployment are not JSON.', { cause });
  }
  const parsed = standing.safeParse(value);
  if (!parsed.success)
    throw new HiveError(
      'STANDING_ROLES_INVALID',
      `The roles of the deployment are not as they should be: ${parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ')}`,
    );
  return new Map(
    Object.entries(parsed.data).map(([principal, given]) => {
      const { roles, tenants } = Array.isArray(given) ? { roles: given, tenants: ['*'] } : given;
      for (const [at, role] of roles.entries()) requireSegregated(principal, role, roles.slice(0, at));
      return [principal, { roles, tenants }];
    }),
  );
}
