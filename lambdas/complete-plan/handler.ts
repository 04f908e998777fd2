import type { Context } from 'aws-lambda';
import { createCompletePlan } from '../../core/plan/complete.ts';
import { readEnv } from '../runtime/env.ts';
import { isExecutionOf } from '../runtime/plan-machines.ts';
import { endingStores } from '../runtime/stores.ts';
import { annotate, count, logger, observed } from '../runtime/telemetry.ts';
import { ENV, input } from './contract.ts';
import { isEcho, PlanFailed, phaseTold } from './outcome.ts';

const completePlan = createCompletePlan({ ...endingStores(readEnv(ENV)), isExecutionOf });

const complete = observed(async (event: unknown) => {
  const message = input.parse(event);
  const { plan_id, kind } = message;
  annotate({ plan_id });
  const { phase, fails } = await phaseTold(completePlan(message));
  if (kind !== 'compensation_entered' && !isEcho(message)) count(`plans_${phase}`);
  logger.info(`plan ${phase}`, { cause: kind, ...('failure' in message && { failure: message.failure }) });
  return { plan_id, phase, fails };
});

export const handler = async (event: unknown, context: Context) => {
  const { plan_id, phase, fails } = await complete(event, context);
  // Thrown out here, where it counts as an outcome: nothing is wrong with this function.
  if (fails)
    throw new PlanFailed(`The machine of plan ${JSON.stringify(plan_id)} came to its end, the plan is ${phase}.`);
  return { plan_id, phase };
};
