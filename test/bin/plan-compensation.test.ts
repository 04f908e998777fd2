import { describe, expect, it } from 'vitest';
import { EXIT } from '../../bin/support/exit-codes.ts';
import { nearNames } from '../../bin/support/near-names.ts';
import { dependent as follows, plan, type TaskInput } from '../support/plans.ts';
import { file, hasControls, hive } from './run-cli.ts';

const undoable = (task_id: string, ...dependencies: string[]): TaskInput => ({
  ...follows(task_id, ...dependencies),
  compensation: { task_type: 'rollback', parameters: { of: task_id } },
});

/** build → (check → image) ∥ docs; both → deploy → announce; `notes` follows nothing. */
const tasks = [
  undoable('build'),
  follows('check', 'build'),
  undoable('image', 'check'),
  undoable('docs', 'build'),
  undoable('deploy', 'image', 'docs'),
  undoable('announce', 'deploy'),
  follows('notes'),
];
const given = (on_failure: 'compensate' | 'halt' | 'continue' = 'compensate') => file(plan({ tasks, on_failure }));
const json = async (...args: string[]) =>
  JSON.parse((await hive(['plan', 'compensation', '--json', ...args])).stdout) as {
    undone: { task_id: string; after: string[] }[];
    not_undone: string[];
  };

describe('hive plan compensation', () => {
  it('tells what would be undone, each with what must be undone before and how it is undone', async () => {
    expect(await json(given(), '--if', 'deploy')).toEqual({
      if: 'deploy',
      on_failure: 'compensate',
      undone: [
        { task_id: 'image', after: [], compensation: { task_type: 'rollback', parameters: { of: 'image' } } },
        { task_id: 'docs', after: [], compensation: { task_type: 'rollback', parameters: { of: 'docs' } } },
        {
          task_id: 'build',
          after: ['docs', 'image'],
          compensation: { task_type: 'rollback', parameters: { of: 'build' } },
        },
      ],
      not_undone: ['check', 'notes'],
    });
  });

  it('takes what does not depend on the failing task as done, and what does as never begun', async () => {
    const { undone, not_undone } = await json(given(), '--if', 'check');
    expect(undone.map((step) => step.task_id)).toEqual(['docs', 'build']);
    expect(not_undone).toEqual(['notes']);
  });

  it('draws waves for people, and says that it is the most there could be', async () => {
    const { status, stdout } = await hive(['plan', 'compensation', given(), '--if', 'deploy']);
    expect(status).toBe(EXIT.ok);
    expect(
      stdout,
    ).toBe(`If deploy failed for good, at most 3 of 7 tasks would be undone, in 2 waves (on_failure: compensate).
At most: every task that does not depend on it is taken as done by then. What still runs is told to stop.

wave 1
  undo image
  undo docs

wave 2
  undo build  after docs, image

not undone, for lack of a compensation: check, notes
`);
  });

  it.each(['halt', 'continue'] as const)('says that nothing is undone under on_failure %s', async (on_failure) => {
    const { stdout } = await hive(['plan', 'compensation', given(on_failure), '--if', 'deploy']);
    expect(stdout).toContain(`nothing would be undone (on_failure: ${on_failure})`);
    expect(await json(given(on_failure), '--if', 'deploy')).toMatchObject({
      on_failure,
      undone: [],
      not_undone: ['build', 'check', 'image', 'docs', 'notes'],
    });
  });

  it('says that nothing is undone where the first task fails', async () => {
    const { stdout } = await hive(['plan', 'compensation', file(plan({ tasks: tasks.slice(0, 3) })), '--if', 'build']);
    expect(stdout).toBe('If build failed for good, nothing would be undone (on_failure: compensate).\n');
  });

  it('refuses a task that the plan does not have, and names those near it', async () => {
    const { status, stderr } = await hive(['plan', 'compensation', given(), '--if', 'deplyo']);
    expect(status).toBe(EXIT.refused);
    expect(stderr).toContain('TASK_UNKNOWN');
    expect(stderr).toContain('near it: deploy');
    const { stdout } = await hive(['plan', 'compensation', '--json', given(), '--if', 'nothing-like-it']);
    expect(JSON.parse(stdout).error).toMatchObject({ code: 'TASK_UNKNOWN', detail: { near: [] } });
  });

  it('asks which task it is that fails', async () => {
    const { status, stderr } = await hive(['plan', 'compensation', given()]);
    expect(status).toBe(EXIT.usage);
    expect(stderr).toContain('--if');
  });

  it('lets no name of a plan reach the terminal as it is', async () => {
    const evil = plan({ tasks: [undoable('a\u001b[2J'), undoable('b\u202e', 'a\u001b[2J'), follows('c', 'b\u202e')] });
    for (const task of ['c', 'd\u001b']) {
      const { stdout, stderr } = await hive(['plan', 'compensation', file(evil), '--if', task]);
      expect(hasControls(stdout + stderr)).toBe(false);
    }
  });
});

describe('names near one that was mistyped', () => {
  it('come nearest first, at most three, and only where they are near', () => {
    const names = ['deploy-eu', 'deploy-us', 'deploy', 'deplo', 'build', 'redeploy-all'];
    expect(nearNames('deploy', names)[0]).toBe('deploy');
    expect(nearNames('deplyo', names)).toEqual(['deplo', 'deploy']);
    expect(nearNames('DEPLOY', names)).toHaveLength(3);
    expect(nearNames('x', names)).toEqual([]);
  });
});
