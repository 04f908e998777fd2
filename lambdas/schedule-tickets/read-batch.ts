import type { SQSRecord } from 'aws-lambda';
import type { Queued } from '../../core/schedule/schedule-tickets.ts';
import { logger } from '../runtime/telemetry.ts';
import { poolMessage } from './contract.ts';

/** What cannot be read fails by itself and ends in the dead-letter queue; those beside it in the batch are handled. */
export function readBatch(records: readonly SQSRecord[]): { batch: Queued[]; unreadable: string[] } {
  const batch: Queued[] = [];
  const unreadable: string[] = [];
  for (const { messageId, attributes, body } of records) {
    try {
      batch.push({
        id: messageId,
        group: attributes.MessageGroupId ?? '',
        message: poolMessage.parse(JSON.parse(body)),
      });
    } catch (error) {
      logger.error('a message of the pool queue cannot be read', { message_id: messageId, error: error as Error });
      unreadable.push(messageId);
    }
  }
  return { batch, unreadable };
}
