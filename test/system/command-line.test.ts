import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectOrderOfDag, expectSoundLedger } from './checks.ts';
import { eventually, planOf, ticketInPhase, unique } from './stack.ts';

const ROOT = join(import.meta.dirname, '../..');
const HIVE = join(ROOT, 'bin/hive.mjs');
const work = mkdtempSync(join(tmpdir(), 'neural-hive-system-'));
const children: ChildProcess[] = [];

interface Ended {
  code: number | null;
  stdout: string;
}

/** `hive …` against the stack of the tests, whose endpoint is in the environment. */
function start(
  args: readonly string[],
  env: Record<string, string> = {},
): { child: ChildProcess; end: Promise<Ended> } {
  const child = spawn(process.execPath, [HIVE, ...args], {
    cwd: ROOT,
    env: { ...process.env, HIVE_WORK_DIR: work, ...env },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  children.push(child);
  let stdout = '';
  child.stdout?.on('data', (data) => {
    stdout += String(data);
  });
  return { child, end: new Promise((resolve) => child.on('close', (code) => resolve({ code, stdout }))) };
}

const hive = async (...args: string[]) => {
  const { code, stdout } = await start([...args, '--stage', 'test', '--json']).end;
  return { code, answer: JSON.parse(stdout || 'null') };
};

const stepAgent = (env: Record<string, string> = {}) => {
  const capabilities = ['build', 'test', 'release'].flatMap((name) => ['--capability', name]);
  const step = [process.execPath, 'samples/release-train/step.mjs'];
  return start(['agent', 'run', ...capabilities, '--capacity', '3', '--stage', 'test', '--', ...step], env).child;
};

const ended = (child: ChildProcess): Promise<void> =>
  new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve();
    child.on('close', () => resolve());
  });

beforeAll(() => {
  const sample = JSON.parse(readFileSync(join(ROOT, 'samples/release-train.json'), 'utf8'));
  expect(sample.tasks.length).toBeGreaterThanOrEqual(12);
});
afterAll(async () => {
  for (const child of children) if (child.exitCode === null) child.kill('SIGKILL');
  rmSync(work, { recursive: true, force: true });
});

describe('hive on the deployed stack', () => {
  it('sees the release train through: every step really done, in the order of the DAG', async () => {
    const agent = stepAgent();
    const { code, answer } = await hive('submit', 'samples/release-train.json', '--new-id', '--wait');
    expect(answer).toMatchObject({ outcome: 'completed' });
    expect(code).toBe(0);
    const planId: string = answer.plan_id;
    const manifest = JSON.parse(readFileSync(join(work, 'release-train', planId, 'dist/manifest.json'), 'utf8'));
    expect(manifest).toBeTypeOf('object');
    const { tasks } = JSON.parse(readFileSync(join(ROOT, 'samples/release-train.json'), 'utf8'));
    await expectSoundLedger(planId);
    await expectOrderOfDag(
      planId,
      Object.fromEntries(
        tasks.map((task: { task_id: string; dependencies: string[] }) => [task.task_id, task.dependencies]),
      ),
    );
    const tickets = await hive('tickets', planId);
    expect(JSON.stringify(tickets.answer)).toContain('rollback-rehearsal');
    agent.kill('SIGTERM');
    await ended(agent);

    const broken = stepAgent({ HIVE_SAMPLE_BREAK: 'unit-tests' });
    const failed = await hive('submit', 'samples/release-train.json', '--new-id', '--wait');
    expect(failed.code).toBe(1);
    expect(failed.answer).toMatchObject({ outcome: 'failed', failed_tasks: ['unit-tests'] });
    broken.kill('SIGTERM');
    await ended(broken);
  });

  it('shows an agent that was killed in the middle of a ticket, and the ticket it held', async () => {
    const capability = unique('cli');
    const id = unique('victim');
    const { child } = start([
      'agent',
      'run',
      '--capability',
      capability,
      '--id',
      id,
      '--stage',
      'test',
      '--',
      'sleep',
      '300',
    ]);
    const planId = unique('killed-agent');
    const file = join(work, 'plan.json');
    writeFileSync(file, JSON.stringify(planOf(planId, { only: [] }, capability)));
    expect((await hive('submit', file)).code).toBe(0);
    const { ticket_id } = await ticketInPhase(planId, 'only', 'running');
    child.kill('SIGKILL');
    const shown = await eventually('the agent to be shown as silent', async () => {
      const { answer } = await hive('agents');
      return answer.find(
        (agent: { agent_id: string; health: string }) => agent.agent_id === id && agent.health === 'SUSPECT',
      );
    });
    expect(JSON.stringify(shown)).toContain(ticket_id);
    expect(JSON.stringify((await hive('tickets', planId)).answer)).toContain(id);
  });

  it('refuses a faulty plan with all its faults and exit status 3, before it is on the bus', async () => {
    const file = join(work, 'faulty.json');
    writeFileSync(file, JSON.stringify({ ...planOf(unique('faulty'), { a: ['b'], b: ['a'] }, 'x'), status: 'draft' }));
    const { code, answer } = await hive('submit', file);
    expect(code).toBe(3);
    expect(JSON.stringify(answer)).toMatch(/PLAN_CYCLE/);
  });
});
