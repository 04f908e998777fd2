import { describe, expect, it } from 'vitest';
import { expectedWait, remainingDuration, waitBehind } from '../../../core/swarm/wait.ts';
import { type Estimate, NEUTRAL, neutral } from '../../../core/trail/estimate.ts';
import { logNormalOf, meanDuration } from '../../../core/trail/predict.ts';
import { NOW } from '../../support/plans.ts';
import { agentOf } from '../../support/scheduling.ts';

const MINUTE = 60_000;
const sure: Estimate = { ...NEUTRAL, ln_ratio: { mean: 0.5, kappa: 1e6, alpha: 1e6, beta: 0.09e6 } };

/** The mean of what is left by the midpoint rule over ln x: the definition, not the closed form. */
function integrated(estimate: Estimate, elapsed: number): number {
  const { mean, variance } = logNormalOf(estimate);
  const from = Math.log(elapsed);
  const step = 1e-4;
  let weights = 0;
  let sum = 0;
  for (let x = from + step / 2; x < Math.max(from, mean) + 12 * Math.sqrt(variance); x += step) {
    const weight = Math.exp(-((x - mean) ** 2 - (from - mean) ** 2) / (2 * variance));
    weights += weight;
    sum += weight * (Math.exp(x) - elapsed);
  }
  return sum / weights;
}

const held = (elapsed_ms: number, more = {}) => ({
  ...{ plan_id: 'p', task_id: 't', attempt: 1, since: NOW - elapsed_ms, expected_ms: MINUTE, task_type: 'work' },
  ...more,
});

describe('the wait for a busy agent', () => {
  it('is all of the expected duration when the attempt has just begun', () => {
    const ahead = { estimate: sure, estimated_ms: MINUTE, elapsed_ms: 0 };
    expect(remainingDuration(ahead)).toBeCloseTo(meanDuration(sure, MINUTE));
    expect(remainingDuration({ ...ahead, elapsed_ms: 1e-6 })).toBeCloseTo(meanDuration(sure, MINUTE));
  });

  it.each([0.01, 0.5, 1, 2, 5, 40])('is the mean of what is left after %d times the estimate', (ratio) => {
    for (const estimate of [sure, NEUTRAL]) {
      const left = remainingDuration({ estimate, estimated_ms: MINUTE, elapsed_ms: ratio * MINUTE }) / MINUTE;
      expect(left / integrated(estimate, ratio)).toBeCloseTo(1, 3);
    }
  });

  it('grows without end once an attempt is far overdue', () => {
    const left = [4, 8, 20, 100, 1e4].map((ratio) =>
      remainingDuration({ estimate: sure, estimated_ms: MINUTE, elapsed_ms: ratio * MINUTE }),
    );
    expect(left).toEqual([...left].sort((a, b) => a - b));
    expect(left.at(-1)).toBeGreaterThan(100 * MINUTE);
  });

  it('is nothing while a slot is free', () => {
    expect(expectedWait(agentOf('free'), neutral, NOW)).toBe(0);
    expect(expectedWait(agentOf('half', { capacity: 2, held: { a: held(0) } }), neutral, NOW)).toBe(0);
  });

  it('is until the first of its slots is expected to be free', () => {
    const agent = agentOf('full', { capacity: 2, held: { a: held(0), b: held(0, { expected_ms: 10 * MINUTE }) } });
    expect(expectedWait(agent, neutral, NOW)).toBeCloseTo(meanDuration(NEUTRAL, MINUTE));
  });

  it('is learnt by agent and kind of work', () => {
    const estimates = (agentId: string, taskType: string) => (agentId === 'a' && taskType === 'work' ? sure : NEUTRAL);
    const agent = agentOf('a', { held: { t: held(0) } });
    expect(expectedWait(agent, estimates, NOW)).toBeCloseTo(meanDuration(sure, MINUTE));
  });

  it('takes a slot of which nothing was kept for one that was taken just now', () => {
    const agent = agentOf('old', { held: { t: { plan_id: 'p', task_id: 't', attempt: 1 } } });
    expect(expectedWait(agent, neutral, NOW)).toBeCloseTo(meanDuration(NEUTRAL, MINUTE));
  });

  it('adds up what is queued before an agent, less the time since it was heard of', () => {
    const one = { estimate: sure, estimated_ms: MINUTE, elapsed_ms: 0 };
    const each = meanDuration(sure, MINUTE);
    expect(waitBehind([one, one, one], 1)).toBeCloseTo(3 * each);
    expect(waitBehind([one, one, one], 2)).toBeCloseTo(each);
    expect(waitBehind([one, one, one], 1, each)).toBeCloseTo(2 * each);
    expect(waitBehind([one], 1, 10 * each)).toBe(0);
  });
});
