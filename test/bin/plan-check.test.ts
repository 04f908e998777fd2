import { describe, expect, it } from 'vitest';
import { EXIT } from '../../bin/support/exit-codes.ts';
import { dependent as follows, NOW, plan, task } from '../support/plans.ts';
import { file, hasControls, hive } from './run-cli.ts';

const DAY_MS = 24 * 3600 * 1000;

describe('hive plan check', () => {
  it('says that a plan that may run is right', async () => {
    const { status, stdout } = await hive(['plan', 'check', file(plan({ tasks: [task('a'), follows('b', 'a')] }))]);
    expect(status).toBe(EXIT.ok);
    expect(stdout).toContain('ok plan-1: 2 tasks, 1 dependency');
  });

  it('reads the plan from standard input when the file is -', async () => {
    const { status, stdout } = await hive(['plan', 'check', '-', '--json'], { stdin: JSON.stringify(plan()) });
    expect(status).toBe(EXIT.ok);
    expect(JSON.parse(stdout)).toMatchObject({ ok: true, plan_id: 'plan-1', tasks: 1, warnings: [] });
  });

  it('tells every fault at once, each with code and path', async () => {
    const tasks = [follows('a', 'b'), follows('b', 'a'), follows('c', 'gone', 'c'), task('a')];
    const { status, stderr, stdout } = await hive(['plan', 'check', file(plan({ tasks }))]);
    expect(status).toBe(EXIT.refused);
    expect(stdout).toBe('');
    for (const code of ['PLAN_CYCLE', 'TASK_DEPENDENCY_MISSING', 'TASK_DEPENDS_ON_ITSELF', 'TASK_ID_DUPLICATE'])
      expect(stderr).toContain(code);
    expect(stderr).toContain('/tasks/2/dependencies/0');
  });

  it('gives the faults as data with --json, on stdout alone', async () => {
    const { status, stderr, stdout } = await hive(['plan', 'check', '--json', file(plan({ status: 'draft' }))]);
    expect(status).toBe(EXIT.refused);
    expect(stderr).toBe('');
    const { error } = JSON.parse(stdout);
    expect(error.code).toBe('PLAN_REFUSED');
    expect(error.detail.faults).toMatchObject([{ code: 'PLAN_NOT_APPROVED', path: '/status' }]);
  });

  it('only warns of a deadline that a new date of issue would move', async () => {
    const { status, stdout } = await hive(['plan', 'check', file(plan({ created_at: NOW - DAY_MS }))]);
    expect(status).toBe(EXIT.ok);
    expect(stdout).toContain('PLAN_DEADLINE_PAST');
    expect(stdout).toContain('--new-id');
  });

  it('refuses a plan whose own date of expiry has passed', async () => {
    const { status, stderr } = await hive(['plan', 'check', file(plan({ valid_until: NOW - 1 }))]);
    expect(status).toBe(EXIT.refused);
    expect(stderr).toContain('PLAN_EXPIRED');
  });

  it('says why a plan will wait for approval', async () => {
    const { status, stdout } = await hive(['plan', 'check', '--json', file(plan({ risk_band: 'high' }))]);
    expect(status).toBe(EXIT.ok);
    expect(JSON.parse(stdout).approval).toEqual(['risk band high']);
  });

  it('exits with 6 for a plan whose machine is over the limits', async () => {
    const tasks = Array.from({ length: 5000 }, (_, at) => task(`t${at}`));
    const { status, stderr } = await hive(['plan', 'check', file(plan({ tasks }))]);
    expect(status).toBe(EXIT.limit);
    expect(stderr).toContain('PLAN_OVER_STEP_FUNCTIONS_LIMITS');
  });

  it('never sends control characters or direction marks of a plan to the terminal', async () => {
    const name = 'evil\u001b[2J\u009b31m\u202egnp\nline';
    const tasks = [task(name), follows(`${name}2`, `${name}gone`), task('ok', { task_type: name })];
    const hostile = plan({ plan_id: name, tasks, original_security_level: name, metadata: { [name]: 3 as never } });
    for (const args of [
      ['plan', 'check'],
      ['plan', 'check', '--json'],
      ['plan', 'compile'],
    ]) {
      const { stdout, stderr, status } = await hive([...args, file(hostile)]);
      expect(status).toBe(EXIT.refused);
      expect(hasControls(stdout + stderr)).toBe(false);
    }
  });
});

describe('what cannot be read', () => {
  it('exits with 2 for a file that is not there, naming it', async () => {
    const { status, stderr } = await hive(['plan', 'check', '/no/such/plan.json']);
    expect(status).toBe(EXIT.usage);
    expect(stderr).toContain('/no/such/plan.json: there is no such file');
  });

  it.each([['{"plan_id": '], [''], ['not json']])('exits with 3 for %j, which is no JSON', async (text) => {
    const { status, stdout } = await hive(['plan', 'check', '--json', file(text)]);
    expect(status).toBe(EXIT.refused);
    expect(JSON.parse(stdout).error.code).toBe('JSON_INVALID');
  });

  it.each([['[]'], ['null'], ['3'], ['"plan"']])('exits with 3 for %s, which is no plan', async (text) => {
    const { status, stdout } = await hive(['plan', 'check', '--json', file(text)]);
    expect(status).toBe(EXIT.refused);
    expect(JSON.parse(stdout).error.detail.faults[0].code).toBe('PLAN_NOT_AN_OBJECT');
  });

  it('reads a file that begins with a byte order mark', async () => {
    const { status } = await hive(['plan', 'check', file(`\ufeff${JSON.stringify(plan())}`)]);
    expect(status).toBe(EXIT.ok);
  });
});
