import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { EXIT } from '../../bin/support/exit-codes.ts';
import { file, hive } from './run-cli.ts';

const RECORDING = {
  name: 'two',
  schemaVersion: '1.5',
  workflow: {
    specification: { tasks: [{ id: 'a', children: ['b'] }, { id: 'b' }] },
    execution: {
      tasks: [
        { id: 'a', runtimeInSeconds: 10 },
        { id: 'b', runtimeInSeconds: 0.5, command: { program: 'sort', arguments: ['-u'] } },
      ],
    },
  },
};

describe('hive plan import wfformat', () => {
  it('makes a plan with scaled times, edges and a new id each time', async () => {
    const path = file(RECORDING, 'my run.json');
    const runs = await Promise.all([1, 2].map(() => hive(['plan', 'import', 'wfformat', path, '--scale', '0.1'])));
    const [one, two] = runs.map(({ stdout }) => JSON.parse(stdout));
    expect(one.plan_id).toMatch(/^my-run-[0-9a-f]{8}-[0-9a-f]{4}-7/);
    expect(two.plan_id).not.toBe(one.plan_id);
    expect(one.tasks).toMatchObject([
      { task_id: 'a', estimated_duration_ms: 1000, dependencies: [] },
      { task_id: 'b', estimated_duration_ms: 50, dependencies: ['a'] },
    ]);
  });

  it('writes to the file that is named, and takes the id that is given', async () => {
    const path = file(RECORDING);
    const output = join(path, '..', 'out.json');
    const { status, stdout } = await hive(['plan', 'import', 'wfformat', path, '--plan-id', 'nightly', '-o', output]);
    expect(status).toBe(EXIT.ok);
    expect(stdout).toBe('');
    expect(JSON.parse(readFileSync(output, 'utf8')).plan_id).toBe('nightly');
  });

  it('says why it cannot write the plan', async () => {
    const path = file(RECORDING);
    for (const [output, why] of [
      [join(path, '..'), 'it is a folder'],
      [join(path, '..', 'none', 'x.json'), 'there is no such folder'],
    ] as const) {
      const { status, stderr } = await hive(['plan', 'import', 'wfformat', path, '-o', output]);
      expect(status).toBe(EXIT.usage);
      expect(stderr).toBe(`error FILE_UNWRITABLE: cannot write ${output}: ${why}\n`);
    }
  });

  it.each([
    [{ ...RECORDING, schemaVersion: '1.4' }, 'only WfFormat 1.5'],
    [
      { ...RECORDING, workflow: { ...RECORDING.workflow, execution: { tasks: [{ id: 'a', runtimeInSeconds: 1 }] } } },
      'task b',
    ],
  ])('refuses what is no recording of a run (%#)', async (document, said) => {
    const { status, stderr } = await hive(['plan', 'import', 'wfformat', file(document)]);
    expect(status).toBe(EXIT.refused);
    expect(stderr).toContain(said);
  });

  it.each([
    [['plan', 'import', 'dax', 'x.json'], 'give wfformat'],
    [['plan', 'import', 'wfformat', 'x.json', '--plan-id', ''], 'give 1-256 characters'],
    [['plan', 'import', 'wfformat', 'x.json', '--scale', '0'], 'greater than 0'],
    [['plan', 'import', 'wfformat', 'x.json', '--scale', 'fast'], 'greater than 0'],
  ])('exits with 2 for %j', async (args, said) => {
    const { status, stderr } = await hive(args);
    expect(status).toBe(EXIT.usage);
    expect(stderr).toContain(said);
  });

  it('is refused by submit, which says how to make a plan of it', async () => {
    const { status, stderr } = await hive(['submit', file(RECORDING)]);
    expect(status).toBe(EXIT.refused);
    expect(stderr).toContain('hive plan import wfformat');
  });
});

describe('hive plan graph', () => {
  it.each([
    ['mermaid', 'flowchart TD', '-->'],
    ['dot', 'digraph plan {', '->'],
  ])('draws %s', async (format, first, edge) => {
    const { status, stdout } = await hive(['plan', 'graph', file(RECORDING), '--format', format]);
    expect(status).toBe(EXIT.ok);
    expect(stdout.split('\n')[0]).toBe(first);
    expect(stdout).toContain(`n0 ${edge} n1`);
  });

  it('refuses another format', async () => {
    const { status, stderr } = await hive(['plan', 'graph', 'x.json', '--format', 'svg']);
    expect(status).toBe(EXIT.usage);
    expect(stderr).toContain('mermaid, dot');
  });
});
