import type { EventBridgeEvent } from 'aws-lambda';
import { createAssetFaults } from '../../core/catalogue/asset-faults.ts';
import { createAcceptPlan } from '../../core/plan/accept.ts';
import { createRankPlan } from '../../core/plan/rank-plan.ts';
import { readEnv } from '../runtime/env.ts';
import { planMachines } from '../runtime/plan-machines.ts';
import { judgingStores } from '../runtime/policies.ts';
import { ledgerStores, predictingStores, timers } from '../runtime/stores.ts';
import { annotate, count, logger, observed } from '../runtime/telemetry.ts';
import { ENV } from './contract.ts';

const env = readEnv([...ENV, 'AWS_REGION']);
const stores = ledgerStores(env.LEDGER_TABLE);
const acceptPlan = createAcceptPlan({
  ...stores,
  ...judgingStores(stores),
  assetFaults: createAssetFaults(stores),
  rankPlan: createRankPlan({ ...stores, ...predictingStores(env.LEDGER_TABLE) }),
  ...planMachines(env),
  timers: timers(env.TIMER_QUEUE_URL),
});

export const handler = observed(async ({ detail }: EventBridgeEvent<string, unknown>) => {
  const outcome = await acceptPlan(detail);
  if (outcome.outcome !== 'rejected') annotate({ plan_id: outcome.plan_id });
  count(outcome.outcome === 'rejected' ? 'plans_rejected' : 'plans_accepted');
  logger.info(`plan ${outcome.outcome}`, { outcome });
  return outcome;
});
