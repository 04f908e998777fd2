/** Of plans, those of the tenants: for lists of what is a plan's. */
import { seesTenant } from '../access/tenants.ts';
import { forEachAtOnce } from '../at-once.ts';
import type { PlanReader } from '../ports/plan-reader.ts';

const READS_AT_ONCE = 16;

export async function plansSeen(
  reader: Pick<PlanReader, 'loadPlan'>,
  planIds: readonly string[],
  tenants: readonly string[],
): Promise<ReadonlySet<string>> {
  const seen = new Set<string>();
  await forEachAtOnce([...new Set(planIds)], READS_AT_ONCE, async (planId) => {
    const plan = await reader.loadPlan(planId);
    if (seesTenant(tenants, plan?.state.tenant_id)) seen.add(planId);
  });
  return seen;
}
