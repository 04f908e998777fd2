/** Plans' machines that run nothing: they record what was asked of them, and answer as Step Functions would. */
import type { ExecutionStatus, PlanMachines } from '../../core/ports/plan-machines.ts';

type Ended = Exclude<ExecutionStatus, { status: 'running' }>;
type Start = Parameters<PlanMachines['start']>[0];
export type TaskAnswer = { readonly kind: 'completed' } | { readonly kind: 'failed'; error: string; cause: string };

export interface MemoryPlanMachines extends PlanMachines {
  /** executions by plan id and run (`executionKey`), as first started */
  readonly executions: ReadonlyMap<string, Start & { readonly machine_arn: string; readonly execution_arn: string }>;
  /** the answer that each task token got first; later ones come too late */
  readonly answers: ReadonlyMap<string, TaskAnswer>;
  /** The execution ends, by default as when it is stopped by hand; one that is over stays as it is. */
  stop(executionArn: string, status?: Ended): void;
}

/** The first run goes by the plan's id alone. */
export const executionKey = (planId: string, run = 1): string => (run === 1 ? planId : `${planId} run ${run}`);

export const ABORTED = {
  status: 'failed',
  error: 'ABORTED',
  cause: 'the execution ended without telling why',
} as const satisfies ExecutionStatus;

export function createMemoryPlanMachines(): MemoryPlanMachines {
  const executions = new Map<string, Start & { machine_arn: string; execution_arn: string }>();
  const statuses = new Map<string, ExecutionStatus>();
  const answers = new Map<string, TaskAnswer>();

  function answer(token: string, given: TaskAnswer): boolean {
    if (answers.has(token)) return false;
    answers.set(token, given);
    return true;
  }

  return {
    executions,
    answers,
    async start(plan) {
      const key = executionKey(plan.plan_id, plan.run);
      const started = executions.get(key) ?? {
        ...structuredClone(plan),
        machine_arn: `memory:machine:${plan.shape}`,
        execution_arn: `memory:execution:${key}`,
      };
      executions.set(key, started);
      const { machine_arn, execution_arn } = started;
      if (!statuses.has(execution_arn)) statuses.set(execution_arn, { status: 'running' });
      return { machine_arn, execution_arn };
    },
    lookAt: async (executionArn) => statuses.get(executionArn) ?? { status: 'missing' },
    stop(executionArn, status = ABORTED) {
      if (statuses.get(executionArn)?.status === 'running') statuses.set(executionArn, status);
    },
    completeTask: async (token) => answer(token, { kind: 'completed' }),
    failTask: async (token, { error, cause }) => answer(token, { kind: 'failed', error, cause }),
  };
}
