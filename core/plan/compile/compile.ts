/**
 * The compiler: a plan's DAG to a state machine and gates that together enforce the DAG's order, no more and no less.
 *
 * 1. graph: number the tasks canonically; 2. closure: transitive reduction, its edges are the *covers*; 3. contract:
 * series-parallel modules; 4. decompose: what is left, from the top, prime modules as forests of chains; 5. layout:
 * which Parallel states are worth it; 6. gates: the covers the machine lacks. Each step only ever drops order that the
 * plan has, so nothing waits for what its plan does not make it wait for.
 */
import { closureOf } from './closure.ts';
import { contract } from './contract.ts';
import { costOf } from './cost.ts';
import { decompose } from './decompose.ts';
import { gatesOf } from './gates.ts';
import { toGraph } from './graph.ts';
import { type TicketState, toIr } from './ir.ts';
import { layOut } from './layout.ts';
import { stateNames } from './names.ts';
import { poolOf } from './pool.ts';
import type { Compiled, CompilerDeps, CompilerTask } from './types.ts';

/**
 * Compiles any well-formed DAG, also one over Step Functions' limits (see `checkLimits`). Neither the order of the tasks
 * nor that of their dependencies changes the result.
 * @throws HiveError PLAN_EMPTY, PLAN_TASK_DUPLICATE, PLAN_TASK_MISSING, PLAN_SELF_DEPENDENCY, PLAN_CYCLE (detail.cycle)
 */
export function compilePlan(input: readonly CompilerTask[], { sha256 }: CompilerDeps): Compiled {
  const { tasks, successors } = toGraph(input);
  const { covers, precedes } = closureOf(successors);
  const layout = layOut(decompose(contract(covers), precedes), tasks.length);
  const gated = gatesOf(covers, layout);

  const id = (task: number): string => (tasks[task] as CompilerTask).task_id;
  const names = stateNames(
    tasks.map((task) => task.task_id),
    sha256,
  );
  const ticket = (task: number): TicketState => ({
    kind: 'ticket',
    name: names[task] as string,
    task_id: id(task),
    pool: poolOf((tasks[task] as CompilerTask).required_capabilities, sha256),
  });
  const ir = toIr(layout, ticket);
  return {
    shape: sha256(JSON.stringify([ir, gated])),
    tasks: Object.fromEntries(names.map((name, task) => [name, id(task)])),
    gates: gated.map(([before, after]) => ({ before: id(before), after: id(after) })),
    stats: costOf(ir, gated.length),
    ir,
  };
}
