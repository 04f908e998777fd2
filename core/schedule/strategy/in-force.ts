/** The strategy that a round goes by: read from the ledger, at most every ten seconds. */
import type { Clock } from '../../ports/clock.ts';
import type { Ledger } from '../../ports/ledger.ts';
import { FIRST } from './choice.ts';
import { strategies } from './strategies.ts';
import type { Strategy } from './strategy.ts';

const READ_EVERY_MS = 10_000;

/** Never fails: while it cannot be read, the one that was read last goes on; at first it is the default. */
export function createStrategyInForce(deps: {
  ledger: Pick<Ledger, 'loadStrategy'>;
  clock: Pick<Clock, 'now'>;
}): () => Promise<Strategy> {
  let known = FIRST.strategy;
  let readAt = Number.NEGATIVE_INFINITY;
  return async () => {
    const now = deps.clock.now();
    if (now - readAt >= READ_EVERY_MS) {
      readAt = now;
      try {
        known = (await deps.ledger.loadStrategy())?.state.strategy ?? FIRST.strategy;
      } catch {
        // Which order tickets are served in is not worth a round.
      }
    }
    return strategies[known];
  };
}
