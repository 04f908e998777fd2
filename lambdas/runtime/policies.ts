/** The policies that hold now, for every function that asks them. */
import { sha256 } from '../../adapters/system/digest.ts';
import { createRoleTableEngine } from '../../core/access/role-table.ts';
import type { PoliciesInForce } from '../../core/ports/policies.ts';

const engine = createRoleTableEngine(sha256);

export const policiesInForce = (): PoliciesInForce => ({ current: async () => ({ engine }) });
