/** Whether what is a tenant's may be shown to the caller at all: for lists, of which policies are asked once. */
export const seesTenant = (tenants: readonly string[], tenant: string | undefined): boolean =>
  tenants.includes('*') || (tenant !== undefined && tenants.includes(tenant));

/**
 * Whose bucket a call is counted in: the tenant's whose it is what the call is about, where the caller is of it; else the one
 * that the caller is of. None where they are of several, and the call is about none of them, or of all: those keep the hive
 * for everybody, and no tenant goes short for their work. So a bucket is emptied by its own tenant's callers alone.
 * @param about whose it is what the call is about; undefined: nobody's
 */
export function tenantOfCall(tenants: readonly string[], about: string | undefined): string | undefined {
  if (tenants.includes('*')) return undefined;
  if (about !== undefined && tenants.includes(about)) return about;
  return tenants.length === 1 ? tenants[0] : undefined;
}
