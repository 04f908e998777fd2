import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { EXIT } from '../../bin/support/exit-codes.ts';
import { dependent as follows, NOW, plan, task } from '../support/plans.ts';
import { wfformatDir } from '../support/wfformat-files.ts';
import { file, hive } from './run-cli.ts';

const N_SHAPE = [task('a'), task('b'), follows('c', 'a', 'b'), follows('d', 'b')];
const many = (count: number) =>
  Array.from({ length: count }, (_, at) => (at < 2 ? task(`t${at}`) : follows(`t${at}`, `t${at >> 1}`)));

describe('hive plan compile --json', () => {
  it('prints the machine, its tasks, its gates and what it costs', async () => {
    const { status, stdout } = await hive(['plan', 'compile', '--json', file(plan({ tasks: N_SHAPE }))]);
    expect(status).toBe(EXIT.ok);
    const compiled = JSON.parse(stdout);
    expect(Object.keys(compiled)).toEqual(['shape', 'definition', 'tasks', 'gates', 'stats']);
    expect(compiled.shape).toMatch(/^[0-9a-f]{64}$/);
    expect(Object.values(compiled.tasks).sort()).toEqual(['a', 'b', 'c', 'd']);
    expect(compiled.gates).toHaveLength(1);
    expect(Object.keys(compiled.stats)).toEqual([
      'tickets',
      'states',
      'transitions',
      'gated_edges',
      'bytes',
      'worst_history_events',
    ]);
    expect(compiled.stats).toMatchObject({ tickets: 4, gated_edges: 1 });
    expect(Buffer.byteLength(JSON.stringify(compiled.definition))).toBe(compiled.stats.bytes);
  });

  it('compiles what may not run, and warns of it on stderr', async () => {
    const { status, stdout, stderr } = await hive([
      'plan',
      'compile',
      '--json',
      file(plan({ status: 'draft', created_at: 0 })),
    ]);
    expect(status).toBe(EXIT.ok);
    expect(JSON.parse(stdout).stats.tickets).toBe(1);
    expect(stderr).toContain('PLAN_NOT_APPROVED');
    expect(stderr).toContain('PLAN_DEADLINE_PAST');
  });

  it('refuses a cycle with its path', async () => {
    const tasks = [follows('a', 'c'), follows('b', 'a'), follows('c', 'b')];
    const { status, stdout } = await hive(['plan', 'compile', '--json', file(plan({ tasks }))]);
    expect(status).toBe(EXIT.refused);
    const [fault] = JSON.parse(stdout).error.detail.faults;
    expect(fault.code).toBe('PLAN_CYCLE');
    expect(fault.message).toMatch(/("\w" → ){3}"\w"/);
  });

  it.each([1000, 10_000])('compiles a plan of %i tasks and tells the limit where it is over', async (count) => {
    const { status, stdout } = await hive(['plan', 'compile', '--json', file(plan({ tasks: many(count) }))]);
    const compiled = JSON.parse(stdout);
    expect(compiled.stats.tickets).toBe(count);
    const over = compiled.stats.worst_history_events > 25_000;
    expect(status).toBe(over ? EXIT.limit : EXIT.ok);
    expect(compiled.limit_error?.code).toBe(over ? 'PLAN_OVER_STEP_FUNCTIONS_LIMITS' : undefined);
  });

  it('gives the same whatever the order of the tasks', async () => {
    const [one, other] = await Promise.all(
      [N_SHAPE, [...N_SHAPE].reverse()].map((tasks) => hive(['plan', 'compile', '--json', file(plan({ tasks }))])),
    );
    expect(one?.stdout).toBe(other?.stdout);
  });
});

describe('hive plan compile as text', () => {
  it('shortens long names of gated tasks', async () => {
    const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((name) => name.repeat(200)) as [string, string, string, string];
    const tasks = [task(a), task(b), follows(c, a, b), follows(d, b)];
    const { status, stdout } = await hive(['plan', 'compile', file(plan({ tasks }))]);
    expect(status).toBe(EXIT.ok);
    const gate = stdout.split('\n').find((line) => line.includes(' before ')) ?? '';
    expect(gate).toMatch(/^ +\w{39}… before \w{39}…$/);
  });
});

const recordings = wfformatDir();
describe.skipIf(recordings === undefined)('recorded workflows', () => {
  const files = recordings === undefined ? [] : readdirSync(recordings).filter((name) => name.endsWith('.json'));

  it.each(files)('%s compiles as it is, and says that it was imported', async (name) => {
    const path = join(recordings ?? '', name);
    const { status, stdout, stderr } = await hive(['plan', 'compile', '--json', path]);
    expect(status).toBe(EXIT.ok);
    expect(stderr).toContain('imported on the fly');
    expect(JSON.parse(stdout).stats.tickets).toBeGreaterThan(0);
  });

  it.each(files)('%s is imported as a plan that may run, and compiles to the same', async (name) => {
    const path = join(recordings ?? '', name);
    const imported = await hive(['plan', 'import', 'wfformat', path, '--scale', '0.001']);
    expect(imported.status).toBe(EXIT.ok);
    const made = JSON.parse(imported.stdout);
    expect(made.created_at).toBe(NOW);
    expect((await hive(['plan', 'check', '-'], { stdin: imported.stdout })).status).toBe(EXIT.ok);
    const [direct, viaPlan] = await Promise.all([
      hive(['plan', 'compile', '--json', path]),
      hive(['plan', 'compile', '--json', '-'], { stdin: imported.stdout }),
    ]);
    expect(JSON.parse(direct.stdout).shape).toBe(JSON.parse(viaPlan.stdout).shape);
  });
});
