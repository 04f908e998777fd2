/** Operators' verbs on the deployed system, done by this process: with its credentials, through the functions' own adapters. */
import { createOperations } from '../../core/operate/create-operations.ts';
import type { Operations } from '../../core/operate/operations.ts';
import { createStandDown, type StandDown } from '../../core/operate/stand-down.ts';
import { refuse } from './errors.ts';
import type { Target } from './target.ts';

/** What the functions have in their environment, by the stack's output of the same thing. */
const ENV = {
  LEDGER_TABLE: 'LedgerTable',
  POOL_QUEUE_URL: 'PoolQueueUrl',
  TIMER_QUEUE_URL: 'TimerQueueUrl',
  PLAN_MACHINE_PREFIX: 'PlanMachinePrefix',
  PLAN_MACHINE_ROLE_ARN: 'PlanMachineRoleArn',
  PLAN_MACHINE_LOG_GROUP_ARN: 'PlanMachineLogGroupArn',
  COMPLETE_PLAN_FUNCTION: 'CompletePlanFunction',
  AWS_REGION: 'Region',
} as const;

/** @throws HiveError STACK_NOT_FOUND when the stack is of a version that does not say where these are */
export async function connectOperations({
  stage,
  outputs,
}: Pick<Target, 'stage' | 'outputs'>): Promise<{ operations: Operations; standDown: StandDown }> {
  const missing = Object.values(ENV).filter((output) => !outputs[output]);
  if (missing.length > 0)
    throw refuse('STACK_NOT_FOUND', `the stack NeuralHive-${stage} has no output ${missing.join(', ')}`, {
      try: 'deploy this version of it: hive up (local) or npx cdk deploy (AWS)',
    });
  const env = Object.fromEntries(Object.entries(ENV).map(([name, output]) => [name, outputs[output] ?? ''])) as Record<
    keyof typeof ENV,
    string
  >;
  // The adapters make their clients when they are loaded, for the region that the environment names then.
  process.env.AWS_REGION = env.AWS_REGION;
  const { endingStores } = await import('../../lambdas/runtime/stores.ts');
  const { planMachines } = await import('../../lambdas/runtime/plan-machines.ts');
  const { judgingStores } = await import('../../lambdas/runtime/policies.ts');
  const stores = { ...endingStores(env), ...planMachines(env) };

  const operations = createOperations({ ...stores, ...judgingStores(stores) });
  return { operations, standDown: createStandDown(stores) };
}
