/** An operator says which strategy scheduling goes by, for a while, or hands the choice back to the error budget. */
import { createOverrideStrategy } from '../schedule/strategy/override.ts';
import type { Operations } from './operations.ts';
import { operatorOf, type VerbDeps } from './verb.ts';

/** Rounds that are under way go on as they began; others know it within ten seconds. @throws as createOverrideStrategy */
export function createStrategyVerb(deps: VerbDeps): Operations['overrideStrategy'] {
  const override = createOverrideStrategy(deps);
  return async ({ strategy, for_ms, ...request }) => {
    const asked = { strategy, ...operatorOf(request), ...(for_ms !== undefined && { for_ms }) };
    const { state, changed } = await override(asked);
    return { id: 'strategy', phase: state.strategy, changed };
  };
}
