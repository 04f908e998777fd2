import { createCompletePlan } from '../../core/plan/complete.ts';
import { readEnv } from '../runtime/env.ts';
import { schedulingStores } from '../runtime/stores.ts';
import { annotate, count, logger, observed } from '../runtime/telemetry.ts';
import { ENV, input } from './contract.ts';

const completePlan = createCompletePlan(schedulingStores(readEnv(ENV)));

export const handler = observed(async (event: unknown) => {
  const message = input.parse(event);
  annotate(message);
  const phase = (await completePlan(message))?.phase ?? 'unknown';
  count(`plans_${phase}`);
  logger.info(`plan ${phase}`, { cause: message });
  return { plan_id: message.plan_id, phase };
});
