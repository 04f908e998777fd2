import type { DynamoDBBatchResponse, DynamoDBStreamEvent } from 'aws-lambda';
import { readEnv } from '../runtime/env.ts';
import { eventsOf } from '../runtime/ledger-stream.ts';
import { settlingStores } from '../runtime/stores.ts';
import { logger, observed } from '../runtime/telemetry.ts';
import { ENV } from './contract.ts';

const { settle } = settlingStores(readEnv(ENV));

/** In order of the stream; the batch is repeated from the first record that failed. */
export const handler = observed(async ({ Records }: DynamoDBStreamEvent): Promise<DynamoDBBatchResponse> => {
  for (const { record, sequence } of eventsOf(Records)) {
    try {
      if (record.subject.ticket_id !== undefined) await settle(record.subject.ticket_id);
    } catch (error) {
      logger.warn('could not settle yet', { ticket_id: record.subject.ticket_id, error: error as Error });
      return { batchItemFailures: [{ itemIdentifier: sequence }] };
    }
  }
  return { batchItemFailures: [] };
});
