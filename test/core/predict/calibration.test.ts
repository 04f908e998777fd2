import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PlanEvent } from '../../../core/plan/events.ts';
import { calibrationOf, coverageOf, type Judged } from '../../../core/predict/calibration.ts';
import { judgePlan, judgeTicket } from '../../../core/predict/judge.ts';
import type { TicketEvent } from '../../../core/ticket/events.ts';
import { NOW } from '../../support/plans.ts';

const at = <E extends { type: string }>(when: number, event: E) => ({
  ...{ aggregate: 'X#1', version: 1, at: NOW + when, subject: {}, event, prev_hash: '', hash: '' },
});
const judged = fc.array(fc.record({ predicted: fc.double({ min: 0, max: 1, noNaN: true }), happened: fc.boolean() }), {
  minLength: 1,
  maxLength: 200,
});

describe('the calibration of probabilities', () => {
  it('is perfect for whoever knew, and worth nothing for whoever says the base rate', () => {
    const knew: Judged[] = [1, 0, 1, 1].map((predicted) => ({ predicted, happened: predicted === 1 }));
    expect(calibrationOf(knew)).toMatchObject({ brier: 0, reliability: 0, skill: 1, base_rate: 0.75 });
    const base = knew.map(({ happened }) => ({ predicted: 0.75, happened }));
    const told = calibrationOf(base);
    expect(told?.skill).toBeCloseTo(0, 12);
    expect(told?.resolution).toBeCloseTo(0, 12);
    expect(calibrationOf([])).toBeUndefined();
  });

  it('adds up as Murphy says where predictions within a bin are alike', () => {
    const alike = judged.map((list) =>
      list.map((one) => ({ ...one, predicted: Math.floor(one.predicted * 9.99) / 10 + 0.05 })),
    );
    fc.assert(
      fc.property(alike, (list) => {
        const told = calibrationOf(list);
        if (told === undefined) throw new Error('there is something to judge');
        expect(told.reliability - told.resolution + told.uncertainty).toBeCloseTo(told.brier, 9);
        expect(told.bins.reduce((sum, { count }) => sum + count, 0)).toBe(list.length);
      }),
    );
  });

  it('scores between 0 and 1, and no better than its parts allow', () => {
    fc.assert(
      fc.property(judged, (list) => {
        const told = calibrationOf(list);
        expect(told?.brier).toBeGreaterThanOrEqual(0);
        expect(told?.brier).toBeLessThanOrEqual(1);
        expect(told?.resolution).toBeLessThanOrEqual((told?.uncertainty ?? 0) + 1e-12);
      }),
    );
  });

  it('counts the durations at or below what was predicted', () => {
    const one = { p50_ms: 10, p90_ms: 20 };
    const durations = [5, 10, 15, 25].map((actual_ms) => ({ ...one, actual_ms }));
    expect(coverageOf(durations)).toEqual({ count: 4, p50: 0.5, p90: 0.75 });
    expect(coverageOf([])).toBeUndefined();
  });
});

describe('a plan is judged', () => {
  const header = {} as never;
  const received: PlanEvent = { type: 'PlanReceived', header, content_digest: 'd', tickets: 1, deadline: NOW + 100 };
  const predicted = (probability: number): PlanEvent => ({ type: 'PlanPredicted', probability, deadline: NOW + 100 });
  const atRisk: PlanEvent = { type: 'SlaAtRisk', probability: 0.3, deadline: NOW + 100, slowest: [] };
  const completed: PlanEvent = { type: 'PlanCompleted', tickets: 1, duration_ms: 1 };
  const person = { by: 'ada', why: 'because' };
  const story = (...events: [number, PlanEvent][]) => judgePlan(events.map(([when, event]) => at(when, event)));

  it('by its first prediction, and whether it was completed by its deadline', () => {
    expect(story([0, received], [1, predicted(0.9)], [2, atRisk], [99, completed])).toEqual([
      { predicted: 0.9, happened: true },
    ]);
    expect(story([0, received], [1, atRisk], [101, completed])).toEqual([{ predicted: 0.3, happened: false }]);
    expect(story([0, received], [99, completed])).toEqual([]);
  });

  it('once, when it was late before it failed', () => {
    const failed: PlanEvent = { type: 'PlanFailed', reason: 'r', failed_tasks: [] };
    const violated: PlanEvent = { type: 'SlaViolated', deadline: NOW + 100 };
    expect(story([0, received], [1, predicted(0.9)], [100, violated], [101, failed])).toEqual([
      { predicted: 0.9, happened: false },
    ]);
  });

  it('not at all when an operator gave it up, and anew when it is redriven', () => {
    expect(story([0, received], [1, predicted(0.9)], [2, { type: 'PlanCancelled', ...person }])).toEqual([]);
    const halted: PlanEvent = { type: 'PlanHalted', incident_id: 'i', reason: 'r', failed_tasks: [] };
    const redriven: PlanEvent = { type: 'PlanRedriven', run: 2, deadline: NOW + 500, ...person };
    expect(
      story([0, received], [1, predicted(0.9)], [2, halted], [3, redriven], [4, predicted(0.6)], [400, completed]),
    ).toEqual([
      { predicted: 0.9, happened: false },
      { predicted: 0.6, happened: true },
    ]);
  });
});

describe('an attempt is judged', () => {
  const explanation = { strategy: 's', waited_ms: 0, queue_position: 1, queue_length: 1, candidates: [] };
  const told = { p50_ms: 10, p90_ms: 20, failure: 0.1 };
  const assigned = (attempt: number, predicted?: typeof told): TicketEvent => ({
    ...{ type: 'TicketAssigned', agent_id: 'a', attempt, lease_ms: 1 },
    explanation: { ...explanation, ...(predicted && { predicted }) },
  });
  const over = { agent_id: 'a', attempt: 1, duration_ms: 15, result_digest: 'd' };
  const failure = { error_code: 'E', error_message: 'm', retry_at: NOW };
  const failed: TicketEvent = { type: 'AttemptFailed', ...over, ...failure, cause: 'reported' };
  const unclaimed: TicketEvent = { type: 'AttemptFailed', ...over, ...failure, cause: 'claim_timeout' };
  const result = { success: true, output: {}, metadata: {}, logs: [] };
  const completed: TicketEvent = { type: 'TicketCompleted', ...over, result };

  it('by what its own assignment predicted, where it ran', () => {
    const events = [
      assigned(1, told),
      failed,
      assigned(2, told),
      unclaimed,
      assigned(3, { ...told, failure: 0.2 }),
      completed,
    ];
    expect(judgeTicket(events.map((event) => at(0, event)))).toEqual({
      failures: [
        { predicted: 0.1, happened: true },
        { predicted: 0.2, happened: false },
      ],
      durations: [{ actual_ms: 15, p50_ms: 10, p90_ms: 20 }],
    });
    expect(judgeTicket([assigned(1), completed].map((event) => at(0, event)))).toEqual({ failures: [], durations: [] });
  });
});
