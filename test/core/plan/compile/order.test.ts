import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anywhere, nearby } from '../../../../bench/support/random-plans.ts';
import { flat } from '../../../../bench/support/treatments.ts';
import { type CompilerTask, compilePlan } from '../../../../core/plan/compile/index.ts';
import { closureOfPlan, enforcedOrder, runPlan } from '../../../support/plan-order.ts';
import { dags, type Edge, seriesParallel, tasksOf } from '../../../support/random-dags.ts';
import { wfformatFiles, wfformatTasks } from '../../../support/wfformat-files.ts';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const compile = (tasks: readonly CompilerTask[]) => compilePlan(tasks, { sha256 });

/** Tasks whose followers differ; quicker than a deep comparison where there are a million pairs. */
function differences(actual: Map<string, Set<string>>, expected: Map<string, Set<string>>): string[] {
  return [...expected].flatMap(([id, followers]) => {
    const found = actual.get(id);
    return found?.size === followers.size && [...followers].every((other) => found.has(other)) ? [] : [id];
  });
}

describe('the order that the machine and its gates enforce', () => {
  it('is the transitive closure of the DAG, no more and no less, for random DAGs of every kind', () => {
    fc.assert(
      fc.property(dags, (tasks) => {
        expect(enforcedOrder(compile(tasks), tasks)).toEqual(closureOfPlan(tasks));
      }),
      { numRuns: 1500 },
    );
  });

  it('releases a task as soon as all it depends on is complete, whichever way the tickets end', () => {
    fc.assert(
      fc.property(dags, fc.infiniteStream(fc.nat()), (tasks, picks) => {
        const compiled = compile(tasks);
        const run = runPlan(compiled);
        const done = new Set<string>();
        while (done.size < tasks.length) {
          const allowed = tasks.filter((t) => !done.has(t.task_id) && t.dependencies.every((id) => done.has(id)));
          const ready = run.ready().sort();
          expect(ready).toEqual(allowed.map((t) => t.task_id).sort());
          const pick = ready[picks.next().value % ready.length] as string;
          run.complete(pick);
          done.add(pick);
        }
        expect(run.machine.status).toBe('SUCCEEDED');
        expect(run.machine.transitions).toBe(compiled.stats.transitions);
        expect(run.machine.events.length).toBeLessThanOrEqual(compiled.stats.worst_history_events);
        expect(run.machine.invoked.map((call) => call['Payload'])).toEqual([
          { kind: 'plan_machine_completed', plan_id: 'plan-1', execution_arn: 'played:execution' },
        ]);
      }),
      { numRuns: 200 },
    );
  });

  it('needs no gate where the plan is series-parallel', () => {
    fc.assert(
      fc.property(seriesParallel, (tasks) => {
        expect(compile(tasks).gates).toEqual([]);
      }),
    );
  });

  it('gates only dependencies of the plan that no other dependencies imply', () => {
    fc.assert(
      fc.property(dags, (tasks) => {
        const closure = closureOfPlan(tasks);
        for (const { before, after } of compile(tasks).gates) {
          expect(tasks.find((task) => task.task_id === after)?.dependencies).toContain(before);
          const between = [...(closure.get(before) ?? [])].filter((id) => closure.get(id)?.has(after));
          expect(between).toEqual([]);
        }
      }),
    );
  });

  it('needs one gate for the N, the smallest plan that is not series-parallel', () => {
    const n = tasksOf(4, [
      [0, 2],
      [1, 2],
      [1, 3],
    ]);
    expect(compile(n).gates).toHaveLength(1);
  });

  it('needs no more gates than a flat treatment of the modules that are not series-parallel, and fewer if it has any', () => {
    fc.assert(
      fc.property(dags, (tasks) => {
        const gates = compile(tasks).gates.length;
        const { gates: flatGates } = flat(tasks);
        if (flatGates === 0) expect(gates).toBe(0);
        else expect(gates).toBeLessThan(flatGates);
      }),
      { numRuns: 500 },
    );
  });

  const times = (count: number) => Array.from({ length: count }, (_, i) => i);
  it.each<[string, CompilerTask[]]>([
    [
      'a tree with more forks than are worth a state',
      tasksOf(
        400,
        times(399).map((i): Edge => [i >> 1, i + 1]),
      ),
    ],
    [
      'the same tree upside down',
      tasksOf(
        400,
        times(399).map((i): Edge => [i + 1, i >> 1]),
      ),
    ],
    [
      'forks nested deeper than a definition should be',
      tasksOf(
        200,
        times(199).map((i): Edge => [i - (i % 2), i + 1]),
      ),
    ],
    [
      'joins nested as deep',
      tasksOf(
        200,
        times(199).map((i): Edge => [i + 1, i - (i % 2)]),
      ),
    ],
    [
      'a braid',
      tasksOf(
        300,
        times(298).flatMap((i): Edge[] => [[i, i + 2], ...(i % 2 ? [[i - 1, i + 2] as const] : [])]),
      ),
    ],
    ['a random plan', anywhere(400, 1.5, 7).tasks],
    ['a random plan with near dependencies', nearby(400, 1, 7).tasks],
    ['a dense random plan', anywhere(200, 20, 7).tasks],
  ])('is the transitive closure of %s', (_, tasks) => {
    expect(differences(enforcedOrder(compile(tasks), tasks), closureOfPlan(tasks))).toEqual([]);
  });

  const files = wfformatFiles();
  it.skipIf(files.length === 0).each(files)(
    'is the transitive closure of recorded workflow %s',
    (file) => {
      const tasks = wfformatTasks(file);
      expect(differences(enforcedOrder(compile(tasks), tasks), closureOfPlan(tasks))).toEqual([]);
    },
    60_000,
  );
});
