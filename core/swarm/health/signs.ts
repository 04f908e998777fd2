/** What shows of an agent: from its item and the clock, and from what the trails know of its outcomes. */
import type { Estimate, Estimates } from '../../trail/estimate.ts';
import { type AgentRecord, isSilent, missedHeartbeats } from '../agent.ts';
import type { Bounded, Outcomes, Signs } from './ladder.ts';

/** Of an agent by its id; undefined: nothing is known. */
export type OutcomesOf = (agentId: string) => Outcomes | undefined;

export const nothingKnown: OutcomesOf = () => undefined;

export const signsOf = (agent: AgentRecord, outcomesOf: OutcomesOf, now: number): Signs => ({
  silent: isSilent(agent, now),
  silent_ms: Math.max(0, now - agent.heartbeat_at),
  missed_beats: missedHeartbeats(agent, now),
  lost_in_a_row: agent.lost_in_a_row ?? 0,
  holds: Object.keys(agent.held).length,
  outcomes: outcomesOf(agent.agent_id),
});

/** No agent has this id: what is known of it is what is usual. */
const NOBODY = '';

/**
 * All that is known of an agent in one figure each: kinds of work weigh by the attempts that are known of them. Each is
 * compared with what is usual at that work, so work that fails everywhere is held against nobody.
 *
 * @param kindsOf kinds of work that the agent has done
 * @param deviations half an interval, in standard deviations
 */
export const outcomesFrom =
  (estimates: Estimates, kindsOf: (agentId: string) => readonly string[], deviations: number): OutcomesOf =>
  (agentId) => {
    const known = kindsOf(agentId)
      .map((kind) => ({ own: estimates(agentId, kind), usual: estimates(NOBODY, kind) }))
      .filter(({ own }) => own.evidence > 0);
    const evidence = known.reduce((sum, { own }) => sum + own.evidence, 0);
    if (evidence === 0) return undefined;
    const mean = (of: (pair: (typeof known)[number]) => number) =>
      known.reduce((sum, pair) => sum + of(pair) * pair.own.evidence, 0) / evidence;
    // Kinds are independent, so the variance of the weighted mean is the sum of the squared weights times theirs.
    const deviation = (of: (own: Estimate) => number) =>
      Math.sqrt(known.reduce((sum, { own }) => sum + (own.evidence / evidence) ** 2 * of(own), 0));
    const failure = bounded(
      mean(({ own }) => failureOf(own)),
      deviations * deviation(varianceOfFailure),
    );
    const ln = bounded(
      mean(({ own, usual }) => own.ln_ratio.mean - usual.ln_ratio.mean),
      deviations * deviation(varianceOfMean),
    );
    return {
      evidence,
      failure: { mean: failure.mean, low: Math.max(0, failure.low) },
      failure_expected: mean(({ usual }) => failureOf(usual)),
      slowness: { mean: Math.exp(ln.mean), low: Math.exp(ln.low) },
    };
  };

const bounded = (mean: number, below: number): Bounded => ({ mean, low: mean - below });

const failureOf = ({ success: { a, b } }: Estimate): number => b / (a + b);
const varianceOfFailure = ({ success: { a, b } }: Estimate): number => (a * b) / ((a + b) ** 2 * (a + b + 1));
/** Of the mean under a normal-inverse-gamma posterior: β ÷ (κ (α − 1)). */
const varianceOfMean = ({ ln_ratio: { kappa, alpha, beta } }: Estimate): number => beta / (kappa * (alpha - 1));
