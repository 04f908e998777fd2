import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { redeliver } from '../../adapters/sqs/redelivery.ts';
import { createEnterTicket } from '../../core/schedule/enter.ts';
import { priorityOrder } from '../../core/schedule/order.ts';
import { createRound } from '../../core/schedule/round.ts';
import { createScheduleTickets } from '../../core/schedule/schedule-tickets.ts';
import { firstCapable } from '../../core/swarm/match.ts';
import { readEnv } from '../runtime/env.ts';
import { inboxes, settlingStores, sqs } from '../runtime/stores.ts';
import { count, logger, observed } from '../runtime/telemetry.ts';
import { ENV } from './contract.ts';
import { readBatch } from './read-batch.ts';

const env = readEnv(ENV);
const stores = settlingStores(env);
const round = createRound({ ...stores, inboxes: inboxes(), order: priorityOrder, match: firstCapable });
const scheduleTickets = createScheduleTickets({ enterTicket: createEnterTicket(stores), round });

/** A pool stands still while a message of it is hidden. */
async function redeliverSoon(records: readonly SQSRecord[]): Promise<void> {
  const messages = records.map(({ receiptHandle, attributes }) => ({
    receiptHandle,
    receiveCount: Number(attributes.ApproximateReceiveCount),
  }));
  await redeliver(sqs, env.POOL_QUEUE_URL, messages).catch((error) => logger.warn('left to the timeout', error));
}

export const handler = observed(async ({ Records }: SQSEvent): Promise<SQSBatchResponse> => {
  const { batch, unreadable } = readBatch(Records);
  const { rounds, failed } = await scheduleTickets(batch);
  for (const outcome of rounds) logger.info('round', { ...outcome });
  for (const { id, cause } of failed) logger.warn('to be delivered again', { message_id: id, cause: String(cause) });
  const assigned = rounds.reduce((sum, outcome) => sum + outcome.assigned, 0);
  count('tickets_assigned', assigned);
  const again = new Set(failed.map(({ id }) => id));
  await redeliverSoon(Records.filter(({ messageId }) => again.has(messageId)));
  return { batchItemFailures: [...unreadable, ...failed.map(({ id }) => id)].map((id) => ({ itemIdentifier: id })) };
});
