import { expect, it } from 'vitest';
import { offer } from '../../bench/fairness/load.ts';
import { ours, staticPriority } from '../../bench/fairness/policies.ts';
import { run } from '../../bench/fairness/run.ts';

const SLOTS = 50;
const HOURS = 0.5;
const WARM_UP_MS = 5 * 60_000;

it('at twice the capacity tiers get their weights, CRITICAL tickets are in time, and no wait passes its bound', async () => {
  const tickets = offer({ seed: 7, slots: SLOTS, load: 2, hours: HOURS });
  const fair = await run(ours('weighted-fair'), tickets, SLOTS, WARM_UP_MS);
  expect(fair.off_weight).toBeLessThan(0.02);
  expect(fair.critical_met).toBeGreaterThan(0.99);
  expect(fair.past_bound).toBe(0);

  // The measures can fail: whoever is higher always goes first here.
  const unfair = await run(staticPriority(), tickets, SLOTS, WARM_UP_MS);
  expect(unfair.off_weight).toBeGreaterThan(0.5);
});
