/** Plans' machines, for functions that start executions or look at them. */
import { bearsNameOf } from '../../adapters/stepfunctions/execution-name.ts';
import { createPlanMachines, createSfnClient } from '../../adapters/stepfunctions/plan-machines.ts';
import { systemClock } from '../../adapters/system/clock.ts';
import { sha256 } from '../../adapters/system/digest.ts';
import type { PlanMachines } from '../../core/ports/plan-machines.ts';

export interface PlanMachinesEnv {
  readonly AWS_REGION: string;
  readonly POOL_QUEUE_URL: string;
  readonly PLAN_MACHINE_PREFIX: string;
  readonly PLAN_MACHINE_ROLE_ARN: string;
  readonly PLAN_MACHINE_LOG_GROUP_ARN: string;
  readonly COMPLETE_PLAN_FUNCTION: string;
}

export const isExecutionOf = (executionArn: string, planId: string, run: number): boolean =>
  bearsNameOf(executionArn, planId, run, sha256);

export function planMachines(env: PlanMachinesEnv): { machines: PlanMachines; isExecutionOf: typeof isExecutionOf } {
  const config = {
    machinePrefix: env.PLAN_MACHINE_PREFIX,
    roleArn: env.PLAN_MACHINE_ROLE_ARN,
    logGroupArn: env.PLAN_MACHINE_LOG_GROUP_ARN,
    region: env.AWS_REGION,
    bindings: { poolQueueUrl: env.POOL_QUEUE_URL, completePlanFunction: env.COMPLETE_PLAN_FUNCTION },
  };
  return { machines: createPlanMachines(createSfnClient(), config, { clock: systemClock, sha256 }), isExecutionOf };
}
