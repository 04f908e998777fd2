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
import { fingerprint, toIr } from './ir.ts';
import { layOut } from './layout.ts';
import { stateNames } from './names.ts';
import { poolOf } from './pool.ts';
import type { Compiled, CompilerDeps, CompilerTask, Gate } from './types.ts';

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

  const ids = tasks.map((task) => task.task_id);
  const names = stateNames(ids, sha256);
  const pools = tasks.map(poolFinder(sha256));
  const ir = toIr(layout, (task) => ({
    kind: 'ticket',
    name: names[task] as string,
    task_id: ids[task] as string,
    pool: pools[task] as string,
  }));
  const gates: Gate[] = [];
  for (let i = 0; i < gated.length; i += 2)
    gates.push({ before: ids[gated[i] as number] as string, after: ids[gated[i + 1] as number] as string });
  return {
    shape: sha256(fingerprint(ir, gated)),
    tasks: taskOfState(names, ids),
    gates,
    stats: costOf(ir, gates.length),
    ir,
  };
}

/** Assigned one by one, several times as fast as `Object.fromEntries`; no state is ever named `__proto__`. */
function taskOfState(names: readonly string[], ids: readonly string[]): Record<string, string> {
  const tasks: Record<string, string> = {};
  for (let task = 0; task < names.length; task++) tasks[names[task] as string] = ids[task] as string;
  return tasks;
}

/** Most tasks of a plan share a few sets of capabilities, and most sets have one. */
function poolFinder(sha256: CompilerDeps['sha256']): (task: CompilerTask) => string {
  const ofOne = new Map<string, string>();
  const ofMany = new Map<string, string>();
  return ({ required_capabilities }) => {
    const one = required_capabilities.length === 1;
    const known = one ? ofOne : ofMany;
    const key = one ? (required_capabilities[0] as string) : JSON.stringify(required_capabilities);
    let pool = known.get(key);
    if (pool === undefined) {
      pool = poolOf(required_capabilities, sha256);
      known.set(key, pool);
    }
    return pool;
  };
}
