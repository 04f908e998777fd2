import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RISK_BANDS } from '../../../core/messages/primitives.ts';
import { backoffMs, RETRY_SETTINGS, retryAt } from '../../../core/ticket/retry.ts';
import type { TicketState } from '../../../core/ticket/state.ts';
import { NOW, ticketsOf } from '../../support/plans.ts';

const [spec] = ticketsOf();
const ticket = (failures: number, changes: object = {}) => ({
  state: { failures, unclaimed: 0, ...changes } as TicketState,
  spec: { ...(spec as NonNullable<typeof spec>), sla: { timeout_ms: 60_000, max_retries: 3 } },
});
const reported = { cause: 'reported' as const, retryable: true };

describe('what is handed back', () => {
  const handed = { cause: 'handed_back' as const, retryable: true };
  it('is tried again whatever its retries and its delivery mode, after a wait that grows with each time', () => {
    const used = ticket(9);
    used.spec = { ...used.spec, qos: { ...used.spec.qos, delivery_mode: 'AT_MOST_ONCE' } };
    expect(retryAt(used, handed, NOW, 0.5)).toBe(NOW + 500);
    expect(retryAt(ticket(0, { handed_back: 3 }), handed, NOW, 0.5)).toBe(NOW + 4000);
  });
});

describe('the backoff', () => {
  it('is uniform below a ceiling that doubles with each failure up to the cap', () => {
    fc.assert(
      fc.property(fc.nat(100), fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (failures, random) => {
        const wait = backoffMs(1000, failures, 300_000, random);
        expect(wait).toBeGreaterThanOrEqual(0);
        expect(wait).toBeLessThan(Math.min(300_000, 1000 * 2 ** failures));
      }),
    );
    expect([0, 1, 2, 8, 9].map((failures) => backoffMs(1000, failures, 300_000, 0.5))).toEqual([
      500, 1000, 2000, 128_000, 150_000,
    ]);
  });

  it('is shorter for the bands that matter more', () => {
    const bases = RISK_BANDS.map((band) => RETRY_SETTINGS.base_ms[band]);
    expect(bases).toEqual([...bases].sort((a, b) => b - a));
  });
});

describe('a failed attempt', () => {
  it('is followed by another as long as there are retries', () => {
    expect([0, 1, 2, 3, 4].map((failures) => retryAt(ticket(failures), reported, NOW, 0) !== undefined)).toEqual([
      true,
      true,
      true,
      false,
      false,
    ]);
  });

  it('is for good when its agent says so, whatever is left', () => {
    expect(retryAt(ticket(0), { ...reported, retryable: false }, NOW, 0)).toBeUndefined();
  });

  it('that nobody claimed is no failure: it backs off by itself, for ever', () => {
    expect(retryAt(ticket(99, { unclaimed: 3 }), { cause: 'claim_timeout', retryable: true }, NOW, 0.5)).toBe(
      NOW + 4000,
    );
  });

  it('that an operator ended is followed by another at once', () => {
    expect(retryAt(ticket(99), { cause: 'operator', retryable: true }, NOW, 0.9)).toBe(NOW);
  });
});
