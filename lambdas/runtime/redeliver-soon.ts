import type { SQSRecord } from 'aws-lambda';
import { redeliver } from '../../adapters/sqs/redelivery.ts';
import { sqs } from './stores.ts';
import { logger } from './telemetry.ts';

/** Has what failed come again before its queue's visibility timeout is over: until then it stands still. */
export async function redeliverSoon(queueUrl: string, records: readonly SQSRecord[]): Promise<void> {
  const messages = records.map(({ receiptHandle, attributes }) => ({
    receiptHandle,
    receiveCount: Number(attributes.ApproximateReceiveCount),
  }));
  await redeliver(sqs, queueUrl, messages).catch((error) => logger.warn('left to the timeout', error));
}
