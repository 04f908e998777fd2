import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { createLookAtBreaker } from '../../core/guard/look-at-breaker.ts';
import { createLookAtPlan } from '../../core/plan/look.ts';
import { createPredictPlan } from '../../core/predict/predict-plan.ts';
import { createAgentLost } from '../../core/swarm/health/agent-lost.ts';
import { createFailAttempt } from '../../core/ticket/fail-attempt.ts';
import { createLookAtTicket } from '../../core/ticket/look.ts';
import { createRemindAgent } from '../../core/ticket/remind-agent.ts';
import { createFireTimer } from '../../core/timer/fire.ts';
import { readEnv } from '../runtime/env.ts';
import { planMachines } from '../runtime/plan-machines.ts';
import { redeliverSoon } from '../runtime/redeliver-soon.ts';
import { endingStores, inboxes, predictingStores } from '../runtime/stores.ts';
import { count, observed } from '../runtime/telemetry.ts';
import { ENV } from './contract.ts';
import { fireBatch } from './fire-batch.ts';

const env = readEnv([...ENV, 'AWS_REGION']);
const ending = endingStores(env);
const remind = createRemindAgent({ ...ending, inboxes: inboxes() });
const agentLost = createAgentLost({ ...ending, failAttempt: createFailAttempt(ending) });
const predictPlan = createPredictPlan({ ...ending, ...predictingStores(env.LEDGER_TABLE) });
const stores = { ...ending, ...planMachines(env), remind, agentLost, predictPlan };
const fireTimer = createFireTimer({
  ...stores,
  lookAtTicket: createLookAtTicket(stores),
  lookAtPlan: createLookAtPlan(stores),
  lookAtBreaker: createLookAtBreaker(stores),
});

export const handler = observed(async ({ Records }: SQSEvent): Promise<SQSBatchResponse> => {
  const failed = await fireBatch(Records, fireTimer);
  count('timers_fired', Records.length - failed.length);
  await redeliverSoon(env.TIMER_QUEUE_URL, failed);
  return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) };
});
