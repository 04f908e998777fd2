import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { createAssignEntered } from '../../core/schedule/assign-entered.ts';
import { createEnterTicket } from '../../core/schedule/enter.ts';
import { createRound } from '../../core/schedule/round.ts';
import { createScheduleTickets } from '../../core/schedule/schedule-tickets.ts';
import { createSwarmMatcher } from '../../core/swarm/match/swarm-matcher.ts';
import { readEnv } from '../runtime/env.ts';
import { judgingStores } from '../runtime/policies.ts';
import { redeliverSoon } from '../runtime/redeliver-soon.ts';
import { decidingStores, inboxes, settlingStores, timers } from '../runtime/stores.ts';
import { count, logger, observed } from '../runtime/telemetry.ts';
import { ENV } from './contract.ts';
import { readBatch } from './read-batch.ts';

const env = readEnv(ENV);
const stores = { ...settlingStores(env), ...decidingStores(env.LEDGER_TABLE), timers: timers(env.TIMER_QUEUE_URL) };
const deps = { ...stores, ...judgingStores(stores), inboxes: inboxes(), match: createSwarmMatcher() };
const scheduleTickets = createScheduleTickets({
  assignEntered: createAssignEntered(deps),
  enterTicket: createEnterTicket(deps),
  round: createRound(deps),
});

export const handler = observed(async ({ Records }: SQSEvent): Promise<SQSBatchResponse> => {
  const { batch, unreadable } = readBatch(Records);
  const { rounds, failed } = await scheduleTickets(batch);
  for (const outcome of rounds) logger.info('round', { ...outcome });
  for (const { id, cause } of failed) logger.warn('to be delivered again', { message_id: id, cause: String(cause) });
  const assigned = rounds.reduce((sum, outcome) => sum + outcome.assigned, 0);
  count('tickets_assigned', assigned);
  const denied = rounds.reduce((sum, outcome) => sum + (outcome.denied ?? 0), 0);
  if (denied > 0) count('tickets_denied', denied);
  const again = new Set(failed.map(({ id }) => id));
  const failures = Records.filter(({ messageId }) => again.has(messageId));
  await redeliverSoon(env.POOL_QUEUE_URL, failures);
  return { batchItemFailures: [...unreadable, ...failed.map(({ id }) => id)].map((id) => ({ itemIdentifier: id })) };
});
