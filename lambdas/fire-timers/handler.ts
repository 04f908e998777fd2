import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { createLookAtPlan } from '../../core/plan/look.ts';
import { createLookAtTicket } from '../../core/ticket/look.ts';
import { createFireTimer } from '../../core/timer/fire.ts';
import { readEnv } from '../runtime/env.ts';
import { planMachines } from '../runtime/plan-machines.ts';
import { redeliverSoon } from '../runtime/redeliver-soon.ts';
import { endingStores } from '../runtime/stores.ts';
import { count, observed } from '../runtime/telemetry.ts';
import { ENV } from './contract.ts';
import { fireBatch } from './fire-batch.ts';

const env = readEnv([...ENV, 'AWS_REGION']);
const stores = { ...endingStores(env), ...planMachines(env) };
const fireTimer = createFireTimer({
  ...stores,
  lookAtTicket: createLookAtTicket(stores),
  lookAtPlan: createLookAtPlan(stores),
});

export const handler = observed(async ({ Records }: SQSEvent): Promise<SQSBatchResponse> => {
  const failed = await fireBatch(Records, fireTimer);
  count('timers_fired', Records.length - failed.length);
  await redeliverSoon(env.TIMER_QUEUE_URL, failed);
  return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) };
});
