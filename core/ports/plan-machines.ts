/** The state machines that say when a plan's tickets may run. */
import type { MachineIr } from '../plan/compile/index.ts';

export interface PlanMachines extends TaskAnswers {
  /**
   * Starts the plan's execution on the machine of its shape, making the machine first where there is none.
   * Starting again with the same plan and run answers with the same execution; two at once end in one.
   */
  start(plan: {
    plan_id: string;
    shape: string;
    ir: MachineIr;
    timeout_s: number;
    /** 1, and one more each time the plan is redriven */
    run: number;
  }): Promise<{ execution_arn: string; machine_arn: string }>;
  /** How an execution stands; `missing` when there is no such one (any more). */
  lookAt(executionArn: string): Promise<ExecutionStatus>;
}

export type ExecutionStatus =
  | { readonly status: 'running' | 'succeeded' | 'missing' }
  /** failed by itself, or stopped or timed out from outside */
  | { readonly status: 'failed'; readonly error: string; readonly cause: string };

/** The part that answers machines: who never starts one needs no more. */
export interface TaskAnswers {
  /** Lets the machine move on. Resolves to false when the token is no longer waited for. */
  completeTask(taskToken: string): Promise<boolean>;
  /** Fails the ticket's state. Resolves to false when the token is no longer waited for. */
  failTask(taskToken: string, failure: { error: string; cause: string }): Promise<boolean>;
}
