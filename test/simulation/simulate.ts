/** One seed, from its scenario to its end. */
import { NOW } from '../support/plans.ts';
import type { Fault } from './faults.ts';
import { scenarioOf, type Without } from './scenario.ts';
import { createTrace } from './trace.ts';
import { createWorld } from './world.ts';

export interface Leaving extends Without {
  readonly faults?: ReadonlySet<number>;
}

export interface Run {
  readonly seed: number;
  /** of everything that happened, in its order */
  readonly digest: string;
  readonly steps: number;
  /** virtual time, ms */
  readonly lasted_ms: number;
  readonly faults: readonly Fault[];
  /** phases that the plans ended in */
  readonly ends: readonly string[];
  /** absent when all is as it must be */
  readonly broken?: { readonly rule: string; readonly message: string };
  /** the last events, when they were asked for */
  readonly last: readonly string[];
}

/** @param keep how many of the last events are kept in words */
export async function simulate(seed: number, leaving: Leaving = {}, keep = 0): Promise<Run> {
  const trace = createTrace(NOW, keep);
  const scenario = scenarioOf(seed, leaving);
  const withoutFaults = leaving.faults ?? new Set<number>();
  const world = createWorld({ seed, scenario, trace, withoutFaults });
  const violation = await world.run();
  return {
    seed,
    digest: trace.digest(),
    steps: trace.steps,
    lasted_ms: world.scheduler.now() - NOW,
    faults: world.faults.happened,
    ends: [...world.book.plans.values()].map(({ state }) => state.phase),
    ...(violation && { broken: { rule: violation.rule, message: violation.message } }),
    last: trace.last(),
  };
}
