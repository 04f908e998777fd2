import { createHash } from 'node:crypto';
import aslValidator from 'asl-validator';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HiveError } from '../../../../core/errors.ts';
import { TICKET_FAILED } from '../../../../core/plan/compile/asl.ts';
import {
  type CompilerTask,
  checkLimits,
  compilePlan,
  poolOf,
  renderAsl,
  SYMBOLIC_BINDINGS,
} from '../../../../core/plan/compile/index.ts';
import { runDefinition, runPlan } from '../../../support/plan-order.ts';
import { dags, tasksOf } from '../../../support/random-dags.ts';
import { wfformatFiles, wfformatTasks } from '../../../support/wfformat-files.ts';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const compile = (tasks: readonly CompilerTask[]) => compilePlan(tasks, { sha256 });
const task = (task_id: string, ...dependencies: string[]) => ({ task_id, dependencies, required_capabilities: [] });
/** How an integration tells that a message did not reach its queue. */
const SEND_FAILED = 'SQS.SdkClientException';
const errorOf = (tasks: readonly CompilerTask[]): HiveError | undefined => {
  try {
    compile(tasks);
  } catch (error) {
    if (error instanceof HiveError) return error;
    throw error;
  }
  return undefined;
};

describe('a plan that is no DAG', () => {
  it('with a cycle is refused, naming the cycle in the order of execution', () => {
    const error = errorOf([
      task('start'),
      task('a', 'c', 'start'),
      task('b', 'a'),
      task('c', 'b'),
      task('behind', 'c'),
    ]);
    expect(error?.code).toBe('PLAN_CYCLE');
    expect(error?.status).toBe(422);
    const cycle = error?.detail['cycle'] as string[];
    expect(cycle[0]).toBe(cycle.at(-1));
    expect('a b c a b c').toContain(cycle.join(' '));
    expect(error?.message).toContain('"a" → "b"');
  });

  it.each([
    ['PLAN_EMPTY', []],
    ['PLAN_TASK_DUPLICATE', [task('a'), task('a')]],
    ['PLAN_TASK_MISSING', [task('a', 'ghost')]],
    ['PLAN_SELF_DEPENDENCY', [task('a', 'a')]],
  ])('is refused with %s', (code, tasks) => {
    expect(errorOf(tasks)?.code).toBe(code);
  });
});

describe('the shape', () => {
  it('does not change with the order of tasks and dependencies, nor with dependencies said twice', () => {
    fc.assert(
      fc.property(
        dags.chain((tasks) => fc.tuple(fc.constant(tasks), fc.shuffledSubarray(tasks, { minLength: tasks.length }))),
        ([tasks, shuffled]) => {
          const again = shuffled.map((t) => ({ ...t, dependencies: [...t.dependencies, ...t.dependencies].reverse() }));
          expect(compile(again)).toEqual(compile(tasks));
        },
      ),
    );
  });

  it('does not change with a dependency that others imply', () => {
    expect(compile([task('a'), task('b', 'a'), task('c', 'b', 'a')]).shape).toBe(
      compile([task('a'), task('b', 'a'), task('c', 'b')]).shape,
    );
  });

  it.each([
    ['a name', [task('a'), task('x', 'a')]],
    ['an edge', [task('a'), task('b')]],
    ['a pool', [task('a'), { ...task('b', 'a'), required_capabilities: ['gpu'] }]],
  ])('changes with %s', (_, tasks) => {
    expect(compile(tasks).shape).not.toBe(compile([task('a'), task('b', 'a')]).shape);
  });

  it('changes with a gate alone', () => {
    const gated = compile(
      tasksOf(4, [
        [0, 2],
        [1, 2],
        [1, 3],
      ]),
    );
    const other = compile(
      tasksOf(4, [
        [0, 2],
        [1, 3],
      ]),
    );
    expect(gated.shape).not.toBe(other.shape);
    expect(gated.shape).toMatch(/^[0-9a-f]{64}$/);
  });
});

describe('the definition', () => {
  it('passes asl-validator, whatever the DAG', () => {
    fc.assert(
      fc.property(dags, (tasks) => {
        const definition = renderAsl(compile(tasks).ir, SYMBOLIC_BINDINGS);
        const { isValid, errorsText } = aslValidator(definition);
        expect(isValid, errorsText()).toBe(true);
      }),
      { numRuns: 30 },
    );
  });

  const files = wfformatFiles();
  it.skipIf(files.length === 0).each(files)('of recorded workflow %s passes asl-validator', (file) => {
    const { isValid, errorsText } = aslValidator(
      renderAsl(compile(wfformatTasks(file)).ir, SYMBOLIC_BINDINGS) as never,
    );
    expect(isValid, errorsText()).toBe(true);
  });

  it('has the bytes that the stats say', () => {
    fc.assert(
      fc.property(dags, fc.array(fc.string({ unit: 'binary', maxLength: 100 }), { minLength: 1 }), (tasks, texts) => {
        const named = tasks.map((t, i) => ({
          task_id: `${t.task_id} ${texts[i % texts.length]}`,
          dependencies: [],
          required_capabilities: i % 2 ? [texts[i % texts.length] as string] : [],
        }));
        for (const plan of [tasks, named]) {
          const { ir, stats } = compile(plan);
          expect(stats.bytes).toBe(Buffer.byteLength(JSON.stringify(renderAsl(ir, SYMBOLIC_BINDINGS))));
        }
      }),
    );
  });

  it('holds its bindings as whole values, so that they may be tokens of the CDK', () => {
    const bound = JSON.stringify(
      renderAsl(compile([task('a')]).ir, { poolQueueUrl: '${Token[Queue.1]}', completePlanFunction: '${Token[Fn.2]}' }),
    );
    expect(bound).toContain('"QueueUrl":"${Token[Queue.1]}"');
    expect(bound.match(/"FunctionName":"\$\{Token\[Fn\.2\]\}"/g)).toHaveLength(3);
  });

  it('sends a ticket again when the queue could not be reached, and never when the ticket failed', () => {
    const { States } = renderAsl(compile([task('a')]).ir, SYMBOLIC_BINDINGS) as unknown as {
      States: Record<string, { Branches: { States: { a: { Retry: { ErrorEquals: string[] }[] } } }[] }>;
    };
    const [retry, ...others] = States['Plan']?.Branches[0]?.States.a.Retry ?? [];
    expect(others).toEqual([]);
    expect(retry).toMatchObject({ JitterStrategy: 'FULL' });
    for (const error of retry?.ErrorEquals ?? ['none']) expect(error).toMatch(/^SQS\./);
  });

  it('tells complete-plan which execution it is of', () => {
    const text = JSON.stringify(renderAsl(compile([task('a')]).ir, SYMBOLIC_BINDINGS));
    expect(text.match(/"plan_id\.\$":"\$\.plan_id","execution_arn\.\$":"\$\$\.Execution\.Id"/g)).toHaveLength(3);
  });

  it('never records more history than foretold, whichever ticket fails and whatever becomes of the plan', () => {
    fc.assert(
      fc.property(dags, fc.nat(), fc.constantFrom('failed', 'compensating'), (tasks, when, phase) => {
        const compiled = compile(tasks);
        const run = runPlan(compiled, { invoke: () => ({ phase }) });
        for (let i = 0; i < when % tasks.length; i++) run.complete(run.ready()[0] as string);
        const { machine } = run;
        machine.fail([...machine.waiting.keys()].at(-1) as string, TICKET_FAILED);
        const [compensation] = machine.waiting.keys();
        if (compensation !== undefined) machine.succeed(compensation);
        // Nothing was retried: the foretold worst has 8 more tries of the two calls of complete-plan and 3 of each
        // ticket's message, of 3 events each.
        const tries = 2 * 24 + 9 * tasks.length;
        expect(machine.events.length + tries).toBeLessThanOrEqual(compiled.stats.worst_history_events);
      }),
    );
  });

  it('foretells exactly the history of one ticket that fails and all that can be tried again', () => {
    const { ir, gates, stats } = compile([task('a')]);
    const phases = [...Array(8).fill(undefined), 'compensating', ...Array(8).fill(undefined), 'compensating'];
    const { machine } = runDefinition(renderAsl(ir, SYMBOLIC_BINDINGS), gates, { invoke: () => undefined });
    for (let tries = 0; tries < 3; tries++) machine.fail([...machine.waiting.keys()][0] as string, SEND_FAILED);
    machine.fail([...machine.waiting.keys()][0] as string, TICKET_FAILED);
    for (const [call, phase] of phases.entries())
      if (phase === undefined) machine.reject(call, 'Lambda.ServiceException');
      else machine.answer(call, { phase });
    machine.succeed([...machine.waiting.keys()][0] as string);
    expect(machine).toMatchObject({ status: 'FAILED', failure: { error: 'PlanCompensated' } });
    // The message that could not be sent was counted as submitted, and a ticket that failed has no StateExited.
    expect(machine.events.length).toBe(stats.worst_history_events + 3);
  });
});

describe('large plans', () => {
  const many = (count: number, dependencies: (i: number) => number[]) =>
    Array.from({ length: count }, (_, i) => task(`t${i}`, ...dependencies(i).map((d) => `t${d}`)));

  it('stay at 1.05 transitions a ticket, be they ever so forked', () => {
    const tree = compile(many(10_000, (i) => (i > 0 ? [(i - 1) >> 1] : [])));
    expect(tree.stats.transitions / tree.stats.tickets).toBeLessThanOrEqual(1.05);
  });

  it('of one long chain compile to one sequence', () => {
    const { stats } = compile(many(10_000, (i) => (i > 0 ? [i - 1] : [])));
    expect(stats).toMatchObject({ tickets: 10_000, states: 10_007, transitions: 10_002, gated_edges: 0 });
  });

  it('never nest deeper than parsers like', () => {
    const forks = compile(many(2_000, (i) => (i < 2 ? [0].slice(0, i) : [i % 2 ? i - 1 : i - 2])));
    const depth = (value: unknown): number =>
      value === null || typeof value !== 'object' ? 0 : 1 + Math.max(0, ...Object.values(value).map(depth));
    expect(depth(renderAsl(forks.ir, SYMBOLIC_BINDINGS))).toBeLessThan(150);
  });

  it('over the limits of Step Functions are said to be, with the limit', () => {
    const { stats } = compile(many(10_000, () => []));
    expect(checkLimits(stats)).toMatchObject({
      code: 'PLAN_OVER_STEP_FUNCTIONS_LIMITS',
      status: 422,
      detail: { limit: 'definition_bytes', max: 1_048_576 },
    });
    expect(checkLimits({ ...stats, bytes: 1000, tickets: 1 })?.detail).toEqual({
      limit: 'history_events',
      value: stats.worst_history_events,
      max: 25_000,
    });
    expect(checkLimits(compile(many(1_662, () => [])).stats)).toBeUndefined();
    expect(checkLimits(compile(many(1_663, () => [])).stats)?.detail).toMatchObject({ limit: 'history_events' });
  });
});

describe('a pool', () => {
  const of = (...capabilities: string[]) => poolOf(capabilities, sha256);

  it('is named after the capabilities, in any order, each once', () => {
    expect(of('node', 'build', 'node')).toBe('build+node');
    expect(of('build', 'node')).toBe('build+node');
    expect(of()).toBe('any');
  });

  it('is never shared by different sets of capabilities', () => {
    expect(of('a+b')).not.toBe(of('a', 'b'));
    expect(of('any')).not.toBe(of());
    const set = fc.uniqueArray(fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('a', 'b', 'a+b', 'any')));
    fc.assert(
      fc.property(set, set, (left, right) => {
        const same = JSON.stringify([...left].sort()) === JSON.stringify([...right].sort());
        expect(of(...left) === of(...right)).toBe(same);
      }),
    );
  });

  it('is a legal message group of SQS, whatever the capabilities', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary', maxLength: 300 })), (capabilities) => {
        expect(of(...capabilities)).toMatch(/^[\x21-\x7e]{1,128}$/);
      }),
    );
  });
});
