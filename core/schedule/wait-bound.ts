/** Until when a ticket has waited at the latest: what weighted fairness and aging guarantee together. */
import type { CustomerTier } from '../messages/primitives.ts';
import { AGING, type AgingSettings } from './aging.ts';
import { TIER_WEIGHTS } from './strategy/strategies.ts';

export interface WaitOf {
  readonly tier: CustomerTier;
  /** tickets of its tenant in its tier that waited when it became ready */
  readonly ahead: number;
  /** tenants of its tier that are served while it waits, its own among them */
  readonly tenants: number;
  /** no ticket of the pool takes a slot longer than this, ms */
  readonly longest_ms: number;
  /** the pool's slots */
  readonly slots: number;
}

/**
 * Ms that a ticket waits at the most under weighted fairness, however much is offered, by whom, and what arrives later:
 *
 *   bound(tier) + longest × (tenants × (every × (ahead + 1) + 1) × Σw ÷ (w × slots) + tiers ÷ slots + 1)
 *
 * Proof. From when it is due it is assigned within n = every × (ahead + 1) turns of its tenant (aging.ts), which cost
 * n × longest at most. While the tenant waits, another one of its tier is served only when its lead is the least, so each
 * of them is served at most as much as it, and one ticket more: of a tier's service T the tenant has at least
 * T ÷ tenants − longest. In the same way a tier that waits has of all service V at least w ÷ Σw × (V − tiers × longest),
 * since lead_i ≤ lead + longest ÷ w_i and V = Σ w_i lead_i. Slots that are never idle while a ticket waits begin
 * V ≥ slots × (t − longest) in t, since what ran at first takes no slot longer than `longest`. Put together, the tenant
 * has been served n × longest by t = longest × (tenants × (n + 1) × Σw ÷ (w × slots) + tiers ÷ slots + 1). ∎
 *
 * Assumes slots that stay, agents cleared for the ticket, costs that are as predicted, and rounds that read every lane. A
 * bound that does not depend on `ahead` nobody can keep: at twice the capacity offered half of the work waits for ever.
 */
export function waitBound(
  { tier, ahead, tenants, longest_ms, slots }: WaitOf,
  { bound_ms, every }: AgingSettings = AGING,
): number {
  const weights = Object.values(TIER_WEIGHTS);
  const all = weights.reduce((sum, weight) => sum + weight, 0);
  const turns = tenants * (every * (ahead + 1) + 1);
  const rate = (TIER_WEIGHTS[tier] ?? 1) * slots;
  return bound_ms[tier] + longest_ms * ((turns * all) / rate + weights.length / slots + 1);
}
