/** Plans' machines that run nothing: they record what was asked of them, and answer as Step Functions would. */
import type { PlanMachines } from '../../core/ports/plan-machines.ts';

type Start = Parameters<PlanMachines['start']>[0];
export type TaskAnswer = { readonly kind: 'completed' } | { readonly kind: 'failed'; error: string; cause: string };

export interface MemoryPlanMachines extends PlanMachines {
  /** executions by plan id, as first started */
  readonly executions: ReadonlyMap<string, Start & { readonly machine_arn: string; readonly execution_arn: string }>;
  /** the answer that each task token got first; later ones come too late */
  readonly answers: ReadonlyMap<string, TaskAnswer>;
}

export function createMemoryPlanMachines(): MemoryPlanMachines {
  const executions = new Map<string, Start & { machine_arn: string; execution_arn: string }>();
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
      const started = executions.get(plan.plan_id) ?? {
        ...structuredClone(plan),
        machine_arn: `memory:machine:${plan.shape}`,
        execution_arn: `memory:execution:${plan.plan_id}`,
      };
      executions.set(plan.plan_id, started);
      const { machine_arn, execution_arn } = started;
      return { machine_arn, execution_arn };
    },
    completeTask: async (token) => answer(token, { kind: 'completed' }),
    failTask: async (token, { error, cause }) => answer(token, { kind: 'failed', error, cause }),
  };
}
