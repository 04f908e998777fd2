import type { z } from 'zod';
import { bearsNameOf } from '../../adapters/stepfunctions/execution-name.ts';
import { HiveError } from '../../core/errors.ts';
import { PLAN_FAILED } from '../../core/plan/compile/asl.ts';
import { createCompletePlan } from '../../core/plan/complete.ts';
import { readEnv } from '../runtime/env.ts';
import { schedulingStores } from '../runtime/stores.ts';
import { annotate, count, logger, observed } from '../runtime/telemetry.ts';
import { ENV, input } from './contract.ts';

const stores = schedulingStores(readEnv(ENV));
const isExecutionOf = (executionArn: string, planId: string) => bearsNameOf(executionArn, planId, stores.sha256);
const completePlan = createCompletePlan({ ...stores, isExecutionOf });

/** The bus's echo of an end that the machine has told itself: counted then. */
const isEcho = (message: z.infer<typeof input>): boolean =>
  message.kind === 'plan_machine_failed' && message.failure.Error === PLAN_FAILED;

export const handler = observed(async (event: unknown) => {
  const message = input.parse(event);
  annotate(message);
  try {
    const phase = (await completePlan(message))?.phase ?? 'unknown';
    if (!isEcho(message)) count(`plans_${phase}`);
    logger.info(`plan ${phase}`, { cause: message });
    return { plan_id: message.plan_id, phase };
  } catch (error) {
    // Nothing that calling again could mend, and nothing that is wrong with the plan.
    if (!(error instanceof HiveError && error.code === 'EXECUTION_FOREIGN')) throw error;
    logger.warn('the end of another execution than the plan’s own is left alone', { cause: message });
    return { plan_id: message.plan_id, phase: 'not_its_own' };
  }
});
