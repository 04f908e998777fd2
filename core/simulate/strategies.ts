/** Who decides in a simulation, by name: the product's strategies with its matching, and a peer that knows nothing. */
import { HiveError } from '../errors.ts';
import { strategies } from '../schedule/strategy/strategies.ts';
import { firstCapable } from '../swarm/match/first-capable.ts';
import { createSwarmMatcher } from '../swarm/match/swarm-matcher.ts';
import type { Policy } from './types.ts';

const matcher = (explore: boolean) => createSwarmMatcher({ exploration: explore ? 'thompson' : 'none' });

export const STRATEGIES: Readonly<Record<string, Policy>> = {
  'critical-first': { strategy: strategies['critical-first'], matcher },
  'weighted-fair': { strategy: strategies['weighted-fair'], matcher },
  'round-robin': { strategy: strategies['round-robin'], matcher },
  'first-capable': { strategy: strategies['round-robin'], matcher: () => firstCapable },
};

export const DEFAULT_STRATEGY = 'critical-first';

/** @throws HiveError STRATEGY_UNKNOWN (400) */
export function policyOf(name: string): Policy {
  const known = Object.keys(STRATEGIES);
  const policy = Object.hasOwn(STRATEGIES, name) ? STRATEGIES[name] : undefined;
  if (policy !== undefined) return policy;
  throw new HiveError('STRATEGY_UNKNOWN', `There is no strategy "${name}": give one of ${known.join(', ')}.`, {
    detail: { strategy: name, known },
  });
}
