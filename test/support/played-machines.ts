/** Plans' machines that really run: each execution is the plan's own definition, played by the ASL executor. */

import { ABORTED, executionKey } from '../../adapters/memory/plan-machines.ts';
import { renderAsl, SYMBOLIC_BINDINGS } from '../../core/plan/compile/index.ts';
import type { MachineEnd } from '../../core/plan/complete.ts';
import type { PlanState } from '../../core/plan/state.ts';
import type { ExecutionStatus, PlanMachines } from '../../core/ports/plan-machines.ts';
import type { PoolMessage, Queued } from '../../core/schedule/schedule-tickets.ts';
import { type AslRun, startAsl, type Waiting } from './asl-machine.ts';

/** A call of complete-plan, as a machine makes it: it waits for the answer. */
export interface MachineCall {
  readonly message: MachineEnd;
  /** Answers as the function does with the plan's state; only the first answer counts. */
  answer(state: Pick<PlanState, 'phase'> | undefined): void;
  /** Answers with an error; the machine calls again unless it is one that it catches. */
  reject(errorName: string): void;
}

export interface PlayedMachines extends PlanMachines {
  /** executions by plan id and run, see `executionKey` */
  readonly executions: ReadonlyMap<string, AslRun>;
  /** messages that states have sent to the pool queue since the last call */
  sent(): Omit<Queued, 'id'>[];
  /** calls of complete-plan since the last call */
  ended(): MachineCall[];
  /** Stops an execution by hand. */
  stop(executionArn: string): void;
  /** Deletes an execution, and all that is known of it. */
  forget(executionArn: string): void;
}

const ARN = 'played:execution:';

export function createPlayedMachines(): PlayedMachines {
  const executions = new Map<string, AslRun>();
  const seen = new Map<string, { sent: number; invoked: number }>();
  const runOf = (executionArn: string) => executions.get(executionArn.slice(ARN.length));

  /** Tokens are an execution's own; outside they carry its name. */
  const find = (token: string) => {
    const at = token.lastIndexOf('|');
    return { run: executions.get(token.slice(0, at)), token: token.slice(at + 1) };
  };

  function answer(taskToken: string, give: (run: AslRun, token: string) => void): boolean {
    const { run, token } = find(taskToken);
    if (run?.waiting.has(token) !== true) return false;
    give(run, token);
    return true;
  }

  /** What each execution has put out since it was last asked. */
  function news<T>(kind: 'sent' | 'invoked', read: (key: string, run: AslRun, from: number) => T[]): T[] {
    return [...executions].flatMap(([key, run]) => {
      const upTo = seen.get(key) ?? { sent: 0, invoked: 0 };
      const from = upTo[kind];
      seen.set(key, { ...upTo, [kind]: run[kind].length });
      return read(key, run, from);
    });
  }

  return {
    executions,
    async start({ plan_id, shape, ir, timeout_s, run }) {
      const key = executionKey(plan_id, run);
      if (!executions.has(key)) {
        const definition: unknown = JSON.parse(JSON.stringify(renderAsl(ir, SYMBOLIC_BINDINGS)));
        const options = { invoke: () => undefined, execution: `${ARN}${key}` };
        executions.set(key, startAsl(definition, { plan_id, timeout_s, run }, options));
      }
      return { machine_arn: `played:machine:${shape}`, execution_arn: `${ARN}${key}` };
    },
    lookAt: async (executionArn) => statusOf(runOf(executionArn)),
    completeTask: async (taskToken) => answer(taskToken, (run, token) => run.succeed(token)),
    failTask: async (taskToken, { error }) => answer(taskToken, (run, token) => run.fail(token, error)),
    stop: (executionArn) => runOf(executionArn)?.stop(),
    forget(executionArn) {
      runOf(executionArn)?.stop();
      executions.delete(executionArn.slice(ARN.length));
    },
    sent: () =>
      news('sent', (key, run, from) =>
        run.sent.slice(from).map(({ token, parameters }: Waiting) => ({
          group: String(parameters.MessageGroupId),
          message: { ...(parameters.MessageBody as object), task_token: `${key}|${token}` } as PoolMessage,
        })),
      ),
    ended: () =>
      news('invoked', (key, run, from) =>
        run.invoked.slice(from).map(({ Payload }, index): MachineCall => {
          const call = Payload as unknown as MachineEnd;
          const message =
            call.kind === 'compensation_entered' ? { ...call, task_token: `${key}|${call.task_token}` } : call;
          return {
            message,
            answer: (state) => run.answer(from + index, { phase: state?.phase ?? 'unknown' }),
            reject: (errorName) => run.reject(from + index, errorName),
          };
        }),
      ),
  };
}

function statusOf(run: AslRun | undefined): ExecutionStatus {
  switch (run?.status) {
    case undefined:
      return { status: 'missing' };
    case 'RUNNING':
      return { status: 'running' };
    case 'SUCCEEDED':
      return { status: 'succeeded' };
    case 'ABORTED':
      return ABORTED;
    case 'FAILED':
      return { status: 'failed', error: run.failure?.error ?? 'FAILED', cause: run.failure?.cause ?? '' };
  }
}
