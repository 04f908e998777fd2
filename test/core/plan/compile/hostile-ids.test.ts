import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CompilerTask, compilePlan, renderAsl, SYMBOLIC_BINDINGS } from '../../../../core/plan/compile/index.ts';
import { closureOfPlan, enforcedOrder } from '../../../support/plan-order.ts';
import { dags } from '../../../support/random-dags.ts';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const compile = (tasks: readonly CompilerTask[]) => compilePlan(tasks, { sha256 });

const NASTY = [
  '$.plan_id',
  '$$.Task.Token',
  '{% $states.input.plan_id %}',
  "States.Format('{}', $.plan_id)",
  'task_token.$',
  '"},"Next":"Failed","x":{"y":"',
  '\u0000\u0007\r\n\t',
  '\u202egnp.exe\u202c',
  '🚀🚀🚀',
  '__proto__',
  'Plan',
  'Plan completed',
  'fork 1',
  'x'.repeat(10_000),
  `${'x'.repeat(9_999)}y`,
  ' ',
  '.',
  'é',
  'e\u0301',
  '構築',
  '\ud800',
];

/** Hostile ids that sort as the plain ones do, so that only names differ. */
function renamed(
  tasks: readonly CompilerTask[],
  picks: readonly string[],
): { tasks: CompilerTask[]; ids: Map<string, string> } {
  const sorted = tasks.map((task) => task.task_id).sort();
  const hostile = sorted.map((_, i) => `${String(i).padStart(3, '0')}${picks[i % picks.length]}`);
  const ids = new Map(sorted.map((id, i) => [id, hostile[i] as string]));
  const rename = (id: string): string => ids.get(id) as string;
  return {
    ids,
    tasks: tasks.map((task) => ({
      ...task,
      task_id: rename(task.task_id),
      dependencies: task.dependencies.map(rename),
    })),
  };
}

describe('ids that are fragments of ASL, JSONPath or JSONata', () => {
  it('change nothing but names', () => {
    fc.assert(
      fc.property(
        dags,
        fc.array(fc.oneof(fc.constantFrom(...NASTY), fc.string({ unit: 'binary' })), { minLength: 1, maxLength: 8 }),
        (tasks, picks) => {
          const hostile = renamed(tasks, picks);
          const plain = compile(tasks);
          const other = compile(hostile.tasks);
          const nameOf = (of: Record<string, string>) => new Map(Object.entries(of).map(([name, id]) => [id, name]));
          const names = nameOf(other.tasks);
          const translate = new Map<string, string>();
          for (const [name, id] of Object.entries(plain.tasks))
            translate.set(name, names.get(hostile.ids.get(id) as string) as string);
          const swap = (value: unknown): unknown => {
            if (typeof value === 'string') return translate.get(value) ?? value;
            if (Array.isArray(value)) return value.map(swap);
            if (value === null || typeof value !== 'object') return value;
            return Object.fromEntries(
              Object.entries(value).map(([key, member]) => [
                translate.get(key) ?? key,
                key === 'task_id' ? hostile.ids.get(member as string) : swap(member),
              ]),
            );
          };
          expect(renderAsl(other.ir, SYMBOLIC_BINDINGS)).toEqual(swap(renderAsl(plain.ir, SYMBOLIC_BINDINGS)));
          expect(other.gates).toEqual(
            plain.gates.map(({ before, after }) => ({
              before: hostile.ids.get(before),
              after: hostile.ids.get(after),
            })),
          );
        },
      ),
    );
  });

  it('run in the order of their plan, their ids arriving as they are', () => {
    const tasks = NASTY.map((task_id, i) => ({
      task_id,
      dependencies: NASTY.filter((_, j) => j < i && (i + j) % 3 === 0),
      required_capabilities: [],
    }));
    expect(enforcedOrder(compile(tasks), tasks)).toEqual(closureOfPlan(tasks));
  });

  it('stand only where Step Functions reads text literally', () => {
    const { ir, tasks } = compile(
      NASTY.map((task_id) => ({ task_id, dependencies: [], required_capabilities: [task_id] })),
    );
    const own = new Set(['plan_id.$', 'run.$', 'task_token.$', 'failure.$', 'execution_arn.$', 'phase.$']);
    const paths: string[] = [];
    const visit = (value: unknown): void => {
      if (value === null || typeof value !== 'object') return;
      for (const [key, member] of Object.entries(value)) {
        if (key.endsWith('.$') || key.endsWith('Path')) {
          expect(own.has(key) || key === 'ResultPath' || key === 'TimeoutSecondsPath').toBe(true);
          paths.push(String(member));
        }
        visit(member);
      }
    };
    visit(renderAsl(ir, SYMBOLIC_BINDINGS));
    expect(new Set(paths)).toEqual(
      new Set([
        '$.plan_id',
        '$.timeout_s',
        '$.run',
        '$.failure',
        '$.Payload.phase',
        '$.ended',
        '$$.Task.Token',
        '$$.Execution.Id',
        'null',
      ]),
    );
    expect(Object.keys(tasks).filter((name) => name.endsWith('.$'))).toEqual([]);
  });
});

describe('state names', () => {
  const names = (...ids: string[]): string[] => {
    const { tasks } = compile(ids.map((task_id) => ({ task_id, dependencies: [], required_capabilities: [] })));
    return ids.map((id) => Object.entries(tasks).find(([, task]) => task === id)?.[0] as string);
  };

  it('are the task ids where these are legal', () => {
    expect(names('build-api_2.0', 'smoke test', 'prüfen', '構築')).toEqual([
      'build-api_2.0',
      'smoke test',
      'prüfen',
      '構築',
    ]);
  });

  it('replace what is not legal and stay readable', () => {
    expect(names('deploy: eu/west ⇒ "prod"')).toEqual(['deploy_ eu_west _ _prod_']);
  });

  it('tell ids apart that look alike once legal, each by its own hash', () => {
    const [slash, colon, plain] = names('a/b', 'a:b', 'c');
    expect(slash).toMatch(/^a_b-[0-9a-f]{8}$/);
    expect(colon).toMatch(/^a_b-[0-9a-f]{8}$/);
    expect(slash).not.toBe(colon);
    expect(plain).toBe('c');
  });

  it('never are those of the machine itself', () => {
    for (const name of names('Plan', 'Plan failed', 'Compensation', 'Compensated', 'Failed', 'fork 12', '__proto__'))
      expect(name).toMatch(/-[0-9a-f]{8}$/);
    // A question mark is no part of a task's name, so this one cannot be taken.
    expect(names('Undo?')).toEqual(['Undo_']);
  });

  it('are unique, legal and at most 80 characters long, whatever the ids', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.oneof(fc.constantFrom(...NASTY), fc.string({ unit: 'binary', maxLength: 300 })), {
          minLength: 1,
        }),
        (ids) => {
          const given = names(...ids);
          expect(new Set(given).size).toBe(ids.length);
          for (const name of given) expect(name).toMatch(/^[\p{L}\p{M}\p{N}_. -]{1,80}$/u);
        },
      ),
    );
  });
});
