/** Whether what is a tenant's may be shown to the caller at all: for lists, of which policies are asked once. */
export const seesTenant = (tenants: readonly string[], tenant: string | undefined): boolean =>
  tenants.includes('*') || (tenant !== undefined && tenants.includes(tenant));
