/** How a plan is expected to end, in a few words. */
import type { PlanPrediction } from '../../core/plan/prediction.ts';
import { duration } from './text.ts';

/** `in time 92 %, ends in 2 m 10 s (90 %: 3 m 05 s)` */
export function predictionWords({ probability, p50_at, p90_at }: PlanPrediction, now: number): string {
  const inTime = `in time ${Math.round(probability * 100)} %`;
  if (p50_at === undefined || p50_at <= now) return inTime;
  const surely = p90_at === undefined ? '' : ` (90 %: ${duration(p90_at - now)})`;
  return `${inTime}, ends in ${duration(p50_at - now)}${surely}`;
}
