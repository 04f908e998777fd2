import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AGING } from '../../../core/schedule/aging.ts';
import { PRIORITY, priorityOf, slackOf, urgencyOf } from '../../../core/schedule/priority.ts';
import { NOW } from '../../support/plans.ts';
import { entryOf } from '../../support/scheduling.ts';

const HOUR_MS = 3_600_000;
const BEST = { delivery_mode: 'EXACTLY_ONCE', consistency: 'STRONG', durability: 'PERSISTENT' } as const;
const LEAST = { delivery_mode: 'AT_MOST_ONCE', consistency: 'EVENTUAL', durability: 'TRANSIENT' } as const;
const times = { ready_at: NOW, plan_deadline: NOW + HOUR_MS };

describe('A priority', () => {
  it('is made of 0.4 risk, 0.3 quality of service and 0.3 urgency', () => {
    const critical = priorityOf(entryOf('a', { ...times, risk_band: 'critical', qos: BEST }), NOW + HOUR_MS);
    expect(critical).toMatchObject({ risk: 0.4, qos: 0.3, urgency: 0.3, age: 0, score: 1 });
    const low = priorityOf(entryOf('a', { ...times, risk_band: 'low', qos: LEAST, plan_deadline: NOW + 1e12 }), NOW);
    expect(low).toEqual({ risk: 0.12, qos: 0.11475, urgency: 0, age: 0, score: 0.23475 });
  });

  it('tells terms that add up to a score in 0–1, for any times', () => {
    const time = fc.oneof(fc.integer({ min: 0, max: 8e15 }), fc.constantFrom(0, 1, Number.MAX_SAFE_INTEGER));
    const band = fc.constantFrom('low', 'medium', 'high', 'critical' as const);
    const odd = fc.constantFrom(undefined, Number.NaN, Number.POSITIVE_INFINITY, -1, 0, 5e8);
    fc.assert(
      fc.property(
        time,
        time,
        time,
        time,
        time,
        band,
        odd,
        (now, ready_at, plan_deadline, own, below, risk_band, guess) => {
          const entry = entryOf('a', {
            ...{ ready_at, plan_deadline, estimated_duration_ms: own, below_ms: below },
            ...{ risk_band: risk_band as 'low', qos: BEST },
          });
          const { score, risk, qos, urgency, age } = priorityOf(entry, now, { predict: () => guess });
          expect(score).toBeCloseTo(risk + qos + urgency + age, 9);
          for (const term of [score, risk, qos, urgency, age]) expect(term >= 0 && term <= 1).toBe(true);
        },
      ),
    );
  });

  it('rises with the wait, and the wait alone never lifts a low ticket over a critical one', () => {
    const later = NOW + AGING.bound_ms.silver;
    const far = { ready_at: NOW, plan_deadline: NOW + 1e12 };
    const low = entryOf('low', { ...far, risk_band: 'low', qos: LEAST });
    expect(priorityOf(low, later).score).toBeGreaterThan(priorityOf(low, NOW).score);
    expect(priorityOf(low, later + HOUR_MS).age).toBe(priorityOf(low, later).age);
    const critical = entryOf('critical', { ...far, ready_at: later, risk_band: 'critical', qos: BEST });
    expect(priorityOf(low, later).score).toBeLessThan(priorityOf(critical, later).score);
  });
});

describe('Urgency', () => {
  const work = { estimated_duration_ms: HOUR_MS / 4, below_ms: HOUR_MS / 4 };

  it('is a half where there is twice the time that the work needs, nearly 1 where it must begin now', () => {
    expect(urgencyOf(entryOf('a', { ...work, plan_deadline: NOW + HOUR_MS }), NOW)).toBeCloseTo(0.5, 9);
    expect(urgencyOf(entryOf('a', { ...work, plan_deadline: NOW + HOUR_MS / 2 }), NOW)).toBeCloseTo(0.982, 3);
  });

  it('never falls as time goes by or work is added, and is 1 from the deadline on', () => {
    const span = fc.integer({ min: 0, max: 10 * HOUR_MS });
    fc.assert(
      fc.property(span, span, span, span, (own, below, earlier, more) => {
        const entry = entryOf('a', { estimated_duration_ms: own, below_ms: below, plan_deadline: NOW + 5 * HOUR_MS });
        const now = NOW + earlier;
        const urgency = urgencyOf(entry, now);
        expect(urgencyOf(entry, now + more)).toBeGreaterThanOrEqual(urgency);
        expect(urgencyOf({ ...entry, below_ms: below + more }, now)).toBeGreaterThanOrEqual(urgency);
        if (now >= entry.plan_deadline) expect(urgency).toBe(1);
      }),
    );
  });

  it('goes by what is predicted where something is, by the estimate where that makes no sense', () => {
    const entry = entryOf('a', { ...work, plan_deadline: NOW + HOUR_MS });
    expect(slackOf(entry, NOW)).toBe(HOUR_MS / 2);
    expect(slackOf(entry, NOW, () => HOUR_MS)).toBe(0);
    expect(slackOf(entry, NOW, () => Number.NaN)).toBe(HOUR_MS / 2);
    expect(urgencyOf(entry, NOW, PRIORITY, () => HOUR_MS)).toBeGreaterThan(urgencyOf(entry, NOW));
  });
});
