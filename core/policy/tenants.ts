/** Tenants as policies see them, made of the data of the policy set. */
import type { Entity, PolicyValue } from './access.ts';
import type { TenantData } from './policy-set.ts';

export function tenantEntity(id: string, { listed, unlisted, least_estimate_ms }: TenantData): Entity {
  const rules = Object.hasOwn(listed, id) ? listed[id] : unlisted;
  const attrs: Record<string, PolicyValue> = {
    permitted: rules?.permitted ?? true,
    least_estimate_ms: rules?.least_estimate_ms ?? least_estimate_ms,
    ...(rules?.capabilities && { capabilities: rules.capabilities }),
    ...(rules?.regions && { regions: rules.regions }),
  };
  return { uid: { type: 'Tenant', id }, attrs, parents: [] };
}

/** The entities of a question, with the tenants that they are in. */
export function withTenants(entities: readonly Entity[], tenantOf: (id: string) => Entity): Entity[] {
  const ids = new Set<string>();
  for (const { parents } of entities) for (const { type, id } of parents) if (type === 'Tenant') ids.add(id);
  for (const { uid } of entities) if (uid.type === 'Tenant') ids.delete(uid.id);
  return [...entities, ...[...ids].map(tenantOf)];
}
