import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HiveError } from '../../../../core/errors.ts';
import { checkPlan } from '../../../../core/plan/check.ts';
import { importStg } from '../../../../core/plan/import/stg.ts';

const OPTIONS = { planId: 'graph', createdAtMs: 0 };
const DIAMOND = ['4', '0 0 0', '1 3 1 0', '2 5 1 1', '3 7 1 1', '4 2 2 2 3', '5 0 1 4', '# a comment'].join('\n');

const refusal = (text: string): HiveError => {
  try {
    importStg(text, OPTIONS);
  } catch (error) {
    if (error instanceof HiveError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
};

describe('a Standard Task Graph file', () => {
  it('becomes an admissible plan without its dummies, one unit of time being a second', () => {
    const { plan, faults } = checkPlan(importStg(DIAMOND, OPTIONS));
    expect(faults).toEqual([]);
    expect(plan?.tasks.map(({ task_id, dependencies }) => [task_id, dependencies])).toEqual([
      ['t1', []],
      ['t2', ['t1']],
      ['t3', ['t1']],
      ['t4', ['t2', 't3']],
    ]);
    expect(plan?.tasks.map((task) => task.estimated_duration_ms)).toEqual([3000, 5000, 7000, 2000]);
  });

  it('keeps the order that runs through a task of no time', () => {
    const text = ['3', '0 0 0', '1 4 1 0', '2 0 1 1', '3 6 1 2', '4 0 1 3'].join('\n');
    const tasks = importStg(text, OPTIONS).tasks;
    expect(tasks.map(({ task_id, dependencies }) => [task_id, dependencies])).toEqual([
      ['t1', []],
      ['t3', ['t1']],
    ]);
  });

  it('is read with Windows line ends and any spacing', () => {
    expect(importStg(`\n  ${DIAMOND.replaceAll('\n', '\r\n').replaceAll(' ', '   ')}`, OPTIONS)).toEqual(
      importStg(DIAMOND, OPTIONS),
    );
  });

  it.each([
    ['an empty file', '', 'line 1'],
    ['a first line that is no number', 'four', 'line 1'],
    ['more tasks than a plan may have', '99999999', 'line 1'],
    ['lines that are missing', '4\n0 0 0\n1 3 1 0', 'line 1'],
    ['a predecessor that is not there', '1\n0 0 0\n1 3 1 9\n2 0 1 1', 'task 1'],
    ['a task that is there twice', '2\n0 0 0\n1 3 1 0\n1 3 1 0\n3 0 1 1', 'line 4'],
    ['a task that depends on itself', '1\n0 0 0\n1 3 1 1\n2 0 1 1', 'task 1'],
    ['a time below 0', '1\n0 0 0\n1 -3 1 0\n2 0 1 1', 'line 3'],
    ['fewer predecessors than it says', '1\n0 0 0\n1 3 2 0\n2 0 1 1', 'line 3'],
    ['nothing that takes time', '1\n0 0 0\n1 0 1 0\n2 0 1 1', 'line 1'],
  ])('is refused with %s, naming where', (_, text, path) => {
    const error = refusal(text);
    expect(error.code).toBe('STG_INVALID');
    expect(error.status).toBe(422);
    expect((error.detail.faults as { path: string }[])[0]?.path).toBe(path);
  });

  it('is refused with a cycle', () => {
    expect(refusal('2\n0 0 0\n1 3 1 2\n2 3 1 1\n3 0 1 2').code).toBe('PLAN_CYCLE');
  });

  it('of any text is read, or refused with a stable code', () => {
    const words = fc.oneof(fc.nat(6).map(String), fc.constantFrom('-1', '1e9', '#', '\n', '\t', '٣', '0x1', '1.5', ''));
    const text = fc.oneof(
      fc.string(),
      fc.array(words).map((list) => list.join(' ')),
    );
    fc.assert(
      fc.property(text, (any) => {
        try {
          expect(importStg(any, OPTIONS).tasks.length).toBeGreaterThan(0);
        } catch (error) {
          expect(error).toBeInstanceOf(HiveError);
          expect(['STG_INVALID', 'PLAN_CYCLE']).toContain((error as HiveError).code);
        }
      }),
    );
  });
});
