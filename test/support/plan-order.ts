/** What order a compiled plan enforces, found by running its machine. */
import type { Compiled, CompilerTask } from '../../core/plan/compile/index.ts';
import { renderAsl, SYMBOLIC_BINDINGS } from '../../core/plan/compile/index.ts';
import { type AslOptions, type AslRun, startAsl, type Waiting } from './asl-machine.ts';

export const INPUT = { plan_id: 'plan-1', timeout_s: 60, run: 1 };

export interface PlanRun {
  machine: AslRun;
  /** Task ids whose tickets are in the queue with every gate open, and not complete. */
  ready(): string[];
  complete(taskId: string): void;
}

/** The machine as JSON, its tickets taken from the messages it sends, gates kept as the ledger keeps them. */
export function runPlan(compiled: Compiled, options: AslOptions = {}): PlanRun {
  const definition: unknown = JSON.parse(JSON.stringify(renderAsl(compiled.ir, SYMBOLIC_BINDINGS)));
  return runDefinition(definition, compiled.gates, options);
}

export function runDefinition(definition: unknown, gates: Compiled['gates'], options: AslOptions = {}): PlanRun {
  const machine = startAsl(definition, INPUT, options);
  const unmet = new Map<string, Set<string>>();
  const opens = new Map<string, string[]>();
  for (const { before, after } of gates) {
    unmet.set(after, (unmet.get(after) ?? new Set()).add(before));
    opens.set(before, [...(opens.get(before) ?? []), after]);
  }
  const tokens = new Map<string, string>();
  let received = 0;
  const collect = (): void => {
    for (; received < machine.sent.length; received++) {
      const { token, parameters } = machine.sent[received] as Waiting;
      tokens.set((parameters['MessageBody'] as { task_id: string }).task_id, token);
    }
  };
  collect();
  return {
    machine,
    ready: () => [...tokens.keys()].filter((id) => (unmet.get(id)?.size ?? 0) === 0),
    complete(taskId) {
      const token = tokens.get(taskId);
      if (token === undefined || (unmet.get(taskId)?.size ?? 0) > 0) throw new Error(`${taskId} is not ready`);
      tokens.delete(taskId);
      for (const after of opens.get(taskId) ?? []) unmet.get(after)?.delete(taskId);
      machine.succeed(token);
      collect();
    },
  };
}

/**
 * Per task, the tasks that cannot start while it is not complete: the order enforced, exactly, in one run a task in
 * which everything else that can run does.
 */
export function enforcedOrder(compiled: Compiled, tasks: readonly CompilerTask[]): Map<string, Set<string>> {
  const definition: unknown = JSON.parse(JSON.stringify(renderAsl(compiled.ir, SYMBOLIC_BINDINGS)));
  const order = new Map<string, Set<string>>();
  for (const { task_id: held } of tasks) {
    const run = runDefinition(definition, compiled.gates);
    const released = new Set<string>();
    for (let ready = run.ready(); ready.some((id) => id !== held); ready = run.ready())
      for (const id of ready)
        if (id !== held) {
          run.complete(id);
          released.add(id);
        }
    for (const id of run.ready()) released.add(id);
    order.set(held, new Set(tasks.map((task) => task.task_id).filter((id) => !released.has(id))));
  }
  return order;
}

/** Per task, all that depends on it, directly or not: straight from the plan. */
export function closureOfPlan(tasks: readonly CompilerTask[]): Map<string, Set<string>> {
  const followers = new Map<string, string[]>(tasks.map((task) => [task.task_id, []]));
  for (const task of tasks) for (const id of new Set(task.dependencies)) followers.get(id)?.push(task.task_id);
  return new Map(
    tasks.map(({ task_id }) => {
      const reached = new Set<string>();
      const open = [task_id];
      for (let at = open.pop(); at !== undefined; at = open.pop())
        for (const id of followers.get(at) ?? [])
          if (!reached.has(id)) {
            reached.add(id);
            open.push(id);
          }
      return [task_id, reached];
    }),
  );
}
