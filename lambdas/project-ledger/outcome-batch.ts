/**
 * Counts how a batch's attempts ended for breakers: what fails to be counted comes again, and counts once. Facts are
 * published all the same; what is older than two minutes goes on uncounted.
 */
import type { CountOutcomes } from '../../core/guard/count-outcomes.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { StreamedEvent } from '../runtime/ledger-stream.ts';
import { count, logger } from '../runtime/telemetry.ts';
import { OPENED } from './contract.ts';

const PATIENCE_MS = 2 * 60_000;

export function createOutcomeBatch(deps: { countOutcomes: CountOutcomes; clock: Pick<Clock, 'now'> }) {
  const { countOutcomes, clock } = deps;
  /** @returns false when the batch is to come again */
  return async function outcomeBatch(events: readonly StreamedEvent[]): Promise<boolean> {
    const last = events.at(-1);
    if (last === undefined) return true;
    try {
      const made = await countOutcomes(events.map(({ record }) => record));
      for (const event of made) logger.info(`breaker: ${event.type}`, { ...event });
      const opened = made.filter(({ type }) => type === 'BreakerOpened').length;
      if (opened > 0) count(OPENED, opened);
      return true;
    } catch (error) {
      const again = clock.now() - last.record.at < PATIENCE_MS;
      logger.warn(again ? 'outcomes are to be counted again' : 'outcomes go uncounted', { error: error as Error });
      if (!again) count('outcomes_uncounted', events.length);
      return !again;
    }
  };
}
