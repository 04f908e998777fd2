import type { SQSRecord } from 'aws-lambda';
import type { Timer } from '../../core/ports/timers.ts';
import { logger } from '../runtime/telemetry.ts';
import { timerMessage } from './contract.ts';

/**
 * Fires all timers of a batch side by side: none waits for another's look. What cannot be read, or whose look failed, is
 * to come again, and ends in the dead-letter queue in the end.
 * @returns the records to be delivered again
 */
export async function fireBatch(
  records: readonly SQSRecord[],
  fire: (timer: Timer) => Promise<void>,
): Promise<SQSRecord[]> {
  const failed = await Promise.all(
    records.map(async (record) => {
      try {
        await fire(timerMessage.parse(JSON.parse(record.body)));
        return [];
      } catch (error) {
        logger.warn('a timer is to fire again', {
          message_id: record.messageId,
          timer: record.body,
          error: error as Error,
        });
        return [record];
      }
    }),
  );
  return failed.flat();
}
