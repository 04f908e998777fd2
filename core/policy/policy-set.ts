/** A set of policies: their texts by id, and the data they go by. Versioned, deployed and rolled back as one. */
import { z } from 'zod';
import { canonicalJson } from '../ledger/canonical.ts';
import type { Sha256 } from '../ports/digest.ts';

const names = z.array(z.string().min(1)).max(1000);

/** What is said of a tenant; whatever is left out is not limited. */
export const tenantRules = z.strictObject({
  permitted: z.boolean().optional(),
  /** its tasks may require no others */
  capabilities: names.optional(),
  /** its work stays there */
  regions: names.optional(),
  /** ms; default: that of all tenants */
  least_estimate_ms: z.int().nonnegative().optional(),
});

export const tenantData = z.strictObject({
  listed: z.record(z.string().min(1), tenantRules),
  unlisted: tenantRules,
  /** ms: no task is estimated shorter */
  least_estimate_ms: z.int().nonnegative(),
});
export type TenantData = z.output<typeof tenantData>;

export const policySet = z.strictObject({
  /** Cedar text of one policy, by the id that it names itself (`@id`) */
  policies: z.record(z.string().regex(/^[a-z][a-z0-9-]{0,63}$/), z.string().min(1)),
  tenants: tenantData,
});
export type PolicySet = z.output<typeof policySet>;

/** Bytes of a set as JSON: its event and its state are items of the ledger, 400 KB each. */
export const MAX_POLICY_SET_BYTES = 200_000;

/** Names a set: the same policies over the same data. */
export const policySetDigest = (set: PolicySet, schema: string, sha256: Sha256): string =>
  sha256(canonicalJson({ schema, ...set }));
