/** What one round of matching believes of its agents: their means, or one draw each, which is what makes it explore. */
import { drawDuration, drawSuccess } from '../../trail/draw.ts';
import type { Estimate } from '../../trail/estimate.ts';
import { meanDuration, successRate } from '../../trail/predict.ts';
import type { MatchContext } from '../match.ts';
import type { Belief } from './cost.ts';

/** The same for the same agent and kind of work for as long as it is held. */
export type Beliefs = (agentId: string, taskType: string) => Belief;

/**
 * `thompson`: drawn from the posterior, so an agent is chosen as often as it is likely to be the best (Thompson, "On the
 * likelihood that one unknown probability exceeds another in view of the evidence of two samples", 1933); `none`: means.
 */
export type Exploration = 'thompson' | 'none';

export const meanBelief = (estimate: Estimate): Belief => ({
  ratio: meanDuration(estimate, 1),
  success: successRate(estimate),
});

export const drawBelief = (estimate: Estimate, random: () => number): Belief => ({
  ratio: drawDuration(estimate, 1, random),
  success: drawSuccess(estimate, random),
});

export function createBeliefs(
  { estimates, random }: Pick<MatchContext, 'estimates' | 'random'>,
  exploration: Exploration,
): Beliefs {
  const kinds = new Map<string, Map<string, Belief>>();
  return (agentId, taskType) => {
    let known = kinds.get(taskType);
    if (known === undefined) {
      known = new Map();
      kinds.set(taskType, known);
    }
    const before = known.get(agentId);
    if (before !== undefined) return before;
    const estimate = estimates(agentId, taskType);
    const belief = exploration === 'thompson' ? drawBelief(estimate, random) : meanBelief(estimate);
    known.set(agentId, belief);
    return belief;
  };
}
