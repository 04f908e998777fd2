import type { EventBridgeEvent } from 'aws-lambda';
import { createPlanMachines, createSfnClient } from '../../adapters/stepfunctions/plan-machines.ts';
import { createAcceptPlan } from '../../core/plan/accept.ts';
import { readEnv } from '../runtime/env.ts';
import { ledgerStores } from '../runtime/stores.ts';
import { annotate, count, logger, observed } from '../runtime/telemetry.ts';
import { ENV } from './contract.ts';

const env = readEnv([...ENV, 'AWS_REGION']);
const stores = ledgerStores(env.LEDGER_TABLE);
const machines = createPlanMachines(
  createSfnClient(),
  {
    machinePrefix: env.PLAN_MACHINE_PREFIX,
    roleArn: env.PLAN_MACHINE_ROLE_ARN,
    logGroupArn: env.PLAN_MACHINE_LOG_GROUP_ARN,
    region: env.AWS_REGION,
    bindings: { poolQueueUrl: env.POOL_QUEUE_URL, completePlanFunction: env.COMPLETE_PLAN_FUNCTION },
  },
  stores,
);
const acceptPlan = createAcceptPlan({ ...stores, machines });

export const handler = observed(async ({ detail }: EventBridgeEvent<string, unknown>) => {
  const outcome = await acceptPlan(detail);
  if (outcome.outcome !== 'rejected') annotate({ plan_id: outcome.plan_id });
  count(outcome.outcome === 'rejected' ? 'plans_rejected' : 'plans_accepted');
  logger.info(`plan ${outcome.outcome}`, { outcome });
  return outcome;
});
