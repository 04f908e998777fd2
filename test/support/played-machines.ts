/** Plans' machines that really run: each execution is the plan's own definition, played by the ASL executor. */

import { renderAsl, SYMBOLIC_BINDINGS } from '../../core/plan/compile/index.ts';
import type { MachineEnd } from '../../core/plan/complete.ts';
import type { PlanMachines } from '../../core/ports/plan-machines.ts';
import type { PoolMessage, Queued } from '../../core/schedule/schedule-tickets.ts';
import { type AslRun, startAsl, type Waiting } from './asl-machine.ts';

export interface PlayedMachines extends PlanMachines {
  readonly executions: ReadonlyMap<string, AslRun>;
  /** messages that states have sent to the pool queue since the last call */
  sent(): Omit<Queued, 'id'>[];
  /** calls of complete-plan since the last call */
  ended(): MachineEnd[];
}

export function createPlayedMachines(): PlayedMachines {
  const executions = new Map<string, AslRun>();
  const seen = new Map<string, { sent: number; invoked: number }>();

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
  function news<T>(kind: 'sent' | 'invoked', read: (planId: string, run: AslRun, from: number) => T[]): T[] {
    return [...executions].flatMap(([planId, run]) => {
      const upTo = seen.get(planId) ?? { sent: 0, invoked: 0 };
      const from = upTo[kind];
      seen.set(planId, { ...upTo, [kind]: run[kind].length });
      return read(planId, run, from);
    });
  }

  return {
    executions,
    async start({ plan_id, shape, ir, timeout_s }) {
      if (!executions.has(plan_id)) {
        const definition: unknown = JSON.parse(JSON.stringify(renderAsl(ir, SYMBOLIC_BINDINGS)));
        executions.set(plan_id, startAsl(definition, { plan_id, timeout_s }));
      }
      return { machine_arn: `played:machine:${shape}`, execution_arn: `played:execution:${plan_id}` };
    },
    completeTask: async (taskToken) => answer(taskToken, (run, token) => run.succeed(token)),
    failTask: async (taskToken, { error }) => answer(taskToken, (run, token) => run.fail(token, error)),
    sent: () =>
      news('sent', (planId, run, from) =>
        run.sent.slice(from).map(({ token, parameters }: Waiting) => ({
          group: String(parameters.MessageGroupId),
          message: { ...(parameters.MessageBody as object), task_token: `${planId}|${token}` } as PoolMessage,
        })),
      ),
    ended: () =>
      news('invoked', (_, run, from) =>
        run.invoked.slice(from).map((call): MachineEnd => {
          const { kind, plan_id } = call.Payload as { kind: MachineEnd['kind']; plan_id: string };
          return kind === 'plan_machine_completed'
            ? { kind, plan_id }
            : { kind, plan_id, failure: { Error: 'TaskFailed', Cause: 'a ticket failed' } };
        }),
      ),
  };
}
