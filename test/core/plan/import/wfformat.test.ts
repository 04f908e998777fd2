import { describe, expect, it } from 'vitest';
import { HiveError } from '../../../../core/errors.ts';
import { cognitivePlan } from '../../../../core/messages/cognitive-plan.ts';
import { importWfformat } from '../../../../core/plan/import/wfformat.ts';
import { readJson, wfformatFiles, wfformatTasks } from '../../../support/wfformat-files.ts';

interface Spec {
  id: string;
  parents?: string[];
  children?: string[];
}
const workflow = (specification: Spec[], seconds: number | Record<string, number> = 2) => ({
  name: 'demo',
  schemaVersion: '1.5',
  workflow: {
    specification: { tasks: specification },
    execution: {
      tasks: specification.map(({ id }) => ({
        id,
        runtimeInSeconds: typeof seconds === 'number' ? seconds : seconds[id],
        command: { program: 'bwa', arguments: ['mem', '-v', '0'] },
      })),
    },
  },
});
const options = { planId: 'plan-1', createdAtMs: 1_700_000_000_000 };
const faultsOf = (document: unknown) => {
  try {
    importWfformat(document, options);
  } catch (error) {
    if (error instanceof HiveError) return { code: error.code, faults: error.detail['faults'] };
    throw error;
  }
  return undefined;
};

describe('importing a WfFormat document', () => {
  it('makes a task of each recorded task, with its scaled run time as estimate and the recorded one beside it', () => {
    const plan = importWfformat(workflow([{ id: 'align' }], 80.6524), { ...options, scale: 0.001 });
    expect(plan.tasks).toEqual([
      {
        task_id: 'align',
        task_type: 'EXECUTE',
        dependencies: [],
        required_capabilities: ['replay'],
        estimated_duration_ms: 81,
        parameters: { program: 'bwa', arguments: 'mem -v 0', runtime_ms: '81' },
        metadata: { recorded_runtime_ms: '80652', scale: '0.001', source: 'wfformat' },
      },
    ]);
  });

  it('takes an edge that only the parent or only the child tells of', () => {
    const plan = importWfformat(
      workflow([{ id: 'c', parents: ['b'] }, { id: 'b' }, { id: 'a', children: ['b'] }]),
      options,
    );
    expect(plan.execution_order).toEqual(['a', 'b', 'c']);
    expect(plan.tasks.map((task) => [task.task_id, task.dependencies])).toEqual([
      ['a', []],
      ['b', ['a']],
      ['c', ['b']],
    ]);
  });

  it.each([
    [600, 'low', undefined],
    [601, 'medium', undefined],
    [1201, 'high', 'approved'],
    [2401, 'critical', 'approved'],
    [100_000, 'critical', 'approved'],
  ])('gives a plan whose longest task took %d s the band %s', (seconds, band, approval) => {
    const plan = importWfformat(workflow([{ id: 'a' }, { id: 'b' }], { a: 1, b: seconds }), options);
    expect([plan.risk_band, plan.approval_status]).toEqual([band, approval]);
    expect(plan.approved_by).not.toBe(plan.metadata?.['author']);
  });

  it('estimates at least a millisecond', () => {
    expect(importWfformat(workflow([{ id: 'a' }], 0), options).tasks[0]?.estimated_duration_ms).toBe(1);
  });

  it('names every fault with its path', () => {
    const document = workflow([{ id: 'a', parents: ['ghost'] }, { id: 'b', children: ['b'] }, { id: 'a' }]);
    document.workflow.execution.tasks.splice(1, 1);
    expect(faultsOf(document)).toEqual({
      code: 'WFFORMAT_INVALID',
      faults: [
        { path: 'workflow.execution.tasks', reason: 'no recorded run of task b' },
        { path: 'workflow.specification.tasks.2.id', reason: 'task a is there twice' },
        { path: 'workflow.specification.tasks.0.parents', reason: 'there is no task ghost' },
        { path: 'workflow.specification.tasks.1.children', reason: 'task b depends on itself' },
      ],
    });
  });

  it.each([
    ['no object', 7, '.'],
    ['another version', { ...workflow([{ id: 'a' }]), schemaVersion: '1.3' }, 'schemaVersion'],
    ['no tasks', workflow([]), 'workflow.specification.tasks'],
    [
      'a run time that is no number',
      workflow([{ id: 'a' }], { a: Number.NaN }),
      'workflow.execution.tasks.0.runtimeInSeconds',
    ],
  ])('refuses a document with %s', (_, document, path) => {
    const answer = faultsOf(document);
    expect(answer?.code).toBe('WFFORMAT_INVALID');
    expect(answer?.faults).toContainEqual(expect.objectContaining({ path }));
  });

  it('names a cycle', () => {
    const document = workflow([
      { id: 'a', parents: ['b'] },
      { id: 'b', parents: ['a'] },
    ]);
    expect(faultsOf(document)?.code).toBe('PLAN_CYCLE');
  });

  it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])('refuses the scale %d', (scale) => {
    expect(() => importWfformat(workflow([{ id: 'a' }]), { ...options, scale })).toThrow('greater than 0');
  });

  const files = wfformatFiles();
  it.skipIf(files.length === 0).each(files)('makes a valid plan with every edge of %s', (file) => {
    const plan = cognitivePlan.parse(importWfformat(readJson(file), { ...options, scale: 0.001 }));
    const edges = (tasks: readonly { task_id: string; dependencies: readonly string[] }[]) =>
      tasks.flatMap((task) => task.dependencies.map((id) => `${id} → ${task.task_id}`)).sort();
    expect(edges(plan.tasks)).toEqual(edges(wfformatTasks(file)));
  });
});
