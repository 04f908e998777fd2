/** An operator says which strategy is in force, for a while. */
import { HiveError } from '../../errors.ts';
import { retryOnConflict } from '../../ledger/retry.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Sha256 } from '../../ports/digest.ts';
import type { Ledger } from '../../ports/ledger.ts';
import type { ByOperator } from '../../ticket/events.ts';
import { appendStrategy } from './append.ts';
import { FIRST, type StrategyState } from './choice.ts';
import { STRATEGIES, type StrategyName } from './names.ts';

/** Hands the choice back to the error budget. */
export const AUTO = 'auto';
const MAX_FOR_MS = 7 * 24 * 3_600_000;
export const OVERRIDE_FOR_MS = 3_600_000;

export interface OverrideRequest extends ByOperator {
  readonly strategy: StrategyName | typeof AUTO;
  /** how long it holds, ms; default one hour, at most seven days */
  readonly for_ms?: number;
}

export interface OverrideDeps {
  ledger: Pick<Ledger, 'loadStrategy' | 'commit'>;
  clock: Clock;
  sha256: Sha256;
}

export interface Overridden {
  readonly state: StrategyState;
  readonly changed: boolean;
}

/**
 * The same strategy again only moves its end. `auto` where nobody has said anything changes nothing.
 * @throws HiveError STRATEGY_UNKNOWN · OVERRIDE_TOO_LONG (422)
 */
export function createOverrideStrategy({ ledger, clock, sha256 }: OverrideDeps) {
  return async ({ strategy, for_ms = OVERRIDE_FOR_MS, ...operator }: OverrideRequest): Promise<Overridden> => {
    requireKnown(strategy);
    if (!Number.isSafeInteger(for_ms) || for_ms <= 0 || for_ms > MAX_FOR_MS)
      throw new HiveError('OVERRIDE_TOO_LONG', `A strategy is overridden for 1 ms to 7 days, not for ${for_ms} ms.`, {
        status: 422,
        detail: { for_ms, most_ms: MAX_FOR_MS },
      });
    return retryOnConflict(clock, async () => {
      const current = await ledger.loadStrategy();
      const state = current?.state ?? FIRST;
      const now = clock.now();
      if (strategy === AUTO && state.override === undefined) return { state, changed: false };
      const write = appendStrategy(
        current,
        {
          ...{ type: 'StrategyChanged', from: state.strategy, cause: 'operator', operator },
          ...(strategy === AUTO ? { to: state.strategy } : { to: strategy, until: now + for_ms }),
        },
        now,
        sha256,
      );
      await ledger.commit([write]);
      return { state: write.state, changed: true };
    });
  };
}

function requireKnown(name: string): void {
  const names: readonly string[] = [...STRATEGIES, AUTO];
  if (names.includes(name)) return;
  throw new HiveError('STRATEGY_UNKNOWN', `There is no strategy ${JSON.stringify(name)}: it is ${names.join(', ')}.`, {
    status: 422,
    detail: { strategy: name, known: names },
  });
}
