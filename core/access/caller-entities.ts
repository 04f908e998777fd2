/** Who calls, and the hive as a whole, as the policies know them. */
import type { Entity, EntityRef } from '../policy/access.ts';
import type { Caller } from './caller.ts';

export const HIVE: EntityRef = { type: 'Hive', id: 'hive' };

export const userRef = ({ principal }: Pick<Caller, 'principal'>): EntityRef => ({ type: 'User', id: principal });

/** In its roles and its tenants; a caller of all tenants is in none by name. */
export function userEntity(caller: Caller): Entity {
  const { principal, kind, roles, tenants, break_glass_until } = caller;
  return {
    uid: userRef(caller),
    attrs: {
      ...{ principal, kind },
      all_tenants: tenants.includes('*'),
      break_glass: break_glass_until !== undefined,
    },
    parents: [
      ...roles.map((id): EntityRef => ({ type: 'Role', id })),
      ...tenants.filter((tenant) => tenant !== '*').map((id): EntityRef => ({ type: 'Tenant', id })),
    ],
  };
}

export const hiveEntity: Entity = { uid: HIVE, attrs: {}, parents: [] };

/** Whether what is a tenant's may be shown to the caller at all: for lists, of which policies are asked once. */
export const seesTenant = (tenants: readonly string[], tenant: string | undefined): boolean =>
  tenants.includes('*') || (tenant !== undefined && tenants.includes(tenant));
