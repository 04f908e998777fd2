/**
 * Counts what a batch of the stream tells, once: whatever is counted is not delivered again, but where the function dies
 * between the two. What was halved meanwhile is another batch then, and may count twice.
 */
import type { Clock } from '../../core/ports/clock.ts';
import type { Tallies } from '../../core/ports/tallies.ts';
import { tally } from '../../core/tally/count.ts';
import type { StreamedEvent } from '../runtime/ledger-stream.ts';
import { count, logger } from '../runtime/telemetry.ts';

/** Facts older than this go on uncounted rather than keep those behind them from being published, ms. */
const PATIENCE_MS = 2 * 60_000;

export function createTallyBatch({ tallies, clock }: { tallies: Tallies; clock: Pick<Clock, 'now'> }) {
  /** @returns false when the batch is to come again */
  return async function tallyBatch(events: readonly StreamedEvent[]): Promise<boolean> {
    const [first, last] = [events[0], events.at(-1)];
    const increments = tally(events.map(({ record }) => record));
    if (first === undefined || last === undefined || increments.length === 0) return true;
    try {
      await tallies.add(increments, `${first.sequence}-${last.sequence}`);
      return true;
    } catch (error) {
      const again = clock.now() - last.record.at < PATIENCE_MS;
      logger.warn(again ? 'facts are to be counted again' : 'facts go uncounted', { error: error as Error });
      if (!again) count('facts_uncounted', events.length);
      return !again;
    }
  };
}
