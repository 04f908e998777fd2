/** Whatever comes in by the bus, accept-plan answers: running, waiting, or rejected with reasons. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planFault } from '../../../core/messages/bus-events.ts';
import { checkPlan } from '../../../core/plan/check.ts';
import { findCycles } from '../../../core/plan/graph-faults.ts';
import { contentsOf, inconsistencies } from '../../support/aggregates.ts';
import { createHive } from '../../support/hive.ts';
import { dependent, plan, task } from '../../support/plans.ts';

const anything = fc.anything({ withNullPrototype: true, withDate: true, withMap: true, withBigInt: true });

/** What a hostile or clumsy producer puts where something else belongs. */
const odd = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom<unknown>(
    'x'.repeat(10_000),
    '\u0000',
    '\ud800',
    '\u202e',
    '__proto__',
    '$.plan_id',
    '{% $x %}',
    -1,
    1e308,
    5e-324,
    Number.MAX_SAFE_INTEGER,
    { '': '' },
    { __proto__: null, constructor: 'x' },
    JSON.parse('{"__proto__": {"polluted": true}, "toString": 1}'),
    [[[[[[]]]]]],
  ),
);

type Path = (string | number)[];
const pathsOf = (value: unknown, path: Path = []): Path[] =>
  value === null || typeof value !== 'object'
    ? [path]
    : [path, ...Object.entries(value).flatMap(([name, member]) => pathsOf(member, [...path, name]))];

function replaced(value: unknown, [head, ...rest]: Path, by: unknown): unknown {
  if (head === undefined) return by;
  if (Array.isArray(value))
    return value.map((item, index) => (index === Number(head) ? replaced(item, rest, by) : item));
  const object = value as Record<string, unknown>;
  return { ...object, [head]: replaced(object[head], rest, by) };
}

const valid = plan({
  tasks: [task('a', { parameters: { x: 'y' } }), dependent('b', 'a'), dependent('c', 'a', 'b')],
  metadata: { author: 'somebody' },
  risk_factors: { x: 0.5 },
  risk_matrix: { y: 0.1 },
  deadline: plan().created_at + 9_000_000,
});

/** A valid plan with a few of its parts replaced by something odd. */
const mutated = fc.array(fc.tuple(fc.nat(), odd), { minLength: 1, maxLength: 4 }).map((changes) =>
  changes.reduce<unknown>((raw, [at, by]) => {
    const paths = pathsOf(raw);
    return replaced(raw, paths[at % paths.length] ?? [], by);
  }, valid),
);

describe('a plan from anywhere', () => {
  it('is checked without an exception, whatever it is', () => {
    fc.assert(
      fc.property(anything, (raw) => {
        for (const fault of checkPlan(raw).faults) planFault.parse(fault);
      }),
      { numRuns: 500 },
    );
  });

  it('is answered and recorded, or has no fault at all, after any mutation of a valid one', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(mutated, fc.jsonValue()), async (raw) => {
        const hive = createHive();
        const sent: unknown = JSON.parse(JSON.stringify(raw));
        const outcome = await hive.acceptPlan(sent);
        await hive.acceptPlan(sent);
        const { plans, rejections } = contentsOf(hive.table);
        if (outcome.outcome === 'rejected') {
          expect(outcome.faults.length).toBeGreaterThan(0);
          expect(rejections).toHaveLength(1);
        } else expect(plans).toHaveLength(1);
        expect(inconsistencies(hive.table)).toEqual([]);
        expect(({} as Record<string, unknown>).polluted).toBeUndefined();
      }),
      { numRuns: 400 },
    );
  });

  it('may be nested deeper than any stack', async () => {
    const deep: unknown = JSON.parse('['.repeat(50_000) + ']'.repeat(50_000));
    const hive = createHive();
    expect(await hive.acceptPlan({ plan_id: 'p', extra: deep })).toMatchObject({ outcome: 'rejected' });
    expect(await hive.acceptPlan({ ...plan(), extra: deep })).toMatchObject({ outcome: 'running' });
  });
});

describe('findCycles', () => {
  const graphs = fc
    .array(fc.array(fc.nat(11), { maxLength: 4 }), { minLength: 1, maxLength: 12 })
    .map((lists) => lists.map((list, index) => ({ task_id: `t${index}`, dependencies: list.map((at) => `t${at}`) })));

  it('finds a cycle exactly where tasks cannot be put in an order, each a real one, no two sharing a task', () => {
    fc.assert(
      fc.property(graphs, (tasks) => {
        const cycles = findCycles(tasks);
        const known = new Map(tasks.map((node) => [node.task_id, node.dependencies]));
        for (const cycle of cycles) {
          expect(cycle[0]).toBe(cycle.at(-1));
          expect(cycle.length).toBeGreaterThan(2);
          for (const [index, id] of cycle.slice(1).entries()) expect(known.get(id)).toContain(cycle[index]);
        }
        const named = cycles.flatMap((cycle) => cycle.slice(1));
        expect(new Set(named).size).toBe(named.length);

        const open = new Map(tasks.map(({ task_id, dependencies }) => [task_id, new Set(dependencies)]));
        for (const [id, dependencies] of open) dependencies.delete(id);
        for (const [, dependencies] of open) for (const id of dependencies) if (!open.has(id)) dependencies.delete(id);
        for (let progress = true; progress; ) {
          progress = false;
          for (const [id, dependencies] of open)
            if (dependencies.size === 0) {
              open.delete(id);
              for (const [, others] of open) others.delete(id);
              progress = true;
            }
        }
        expect(cycles.length > 0).toBe(open.size > 0);
      }),
      { numRuns: 500 },
    );
  });
});
