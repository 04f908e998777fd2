import { execFile } from 'node:child_process';
import { mkdtemp, readFile, readlink, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { sha256 } from '../../adapters/system/digest.ts';
import { runCommand } from '../../agents/command/run-command.ts';
import { evaluate } from '../../agents/transform/evaluate.ts';
import { type CognitivePlan, cognitivePlan, type PlanTask } from '../../core/messages/cognitive-plan.ts';
import { taskType } from '../../core/messages/primitives.ts';
import { approvalReasons } from '../../core/plan/admission.ts';
import { checkPlan } from '../../core/plan/check.ts';
import { compilePlan } from '../../core/plan/compile/index.ts';
import { PLAN_SETTINGS } from '../../core/plan/limits.ts';
import plan from '../../samples/release-train.json' with { type: 'json' };
import { ticketOf } from './tickets.ts';

const { tasks } = cognitivePlan.parse(plan);
const STEP = resolve('samples/release-train/step.mjs');
let work: string;
beforeAll(async () => {
  work = await mkdtemp(join(tmpdir(), 'hive-release-train-'));
});
afterAll(() => rm(work, { recursive: true, force: true }));

/** Runs a task as the agent of its capability does. */
async function perform(task: PlanTask, planId: string, options: { fault?: string; undo?: boolean } = {}) {
  const lines: string[] = [];
  const ticket = ticketOf({
    plan_id: planId,
    task_id: task.task_id,
    task_type: taskType.parse(task.task_type),
    parameters: options.undo ? (task.compensation?.parameters ?? {}) : task.parameters,
  });
  const context = { signal: new AbortController().signal, attempt: 1, log: (line: string) => void lines.push(line) };
  const env = {
    PATH: process.env.PATH ?? '',
    HIVE_WORK_DIR: work,
    ...(options.fault === undefined ? {} : { HIVE_SAMPLE_BREAK: options.fault }),
  };
  if (task.required_capabilities.includes('transform')) {
    return { result: await evaluate(ticket.parameters.expression ?? '', ticket.parameters.input ?? '') };
  }
  return runCommand(ticket, context, { command: [process.execPath, STEP], env });
}

/** Runs the tasks in an order that the DAG allows, up to `last`. */
async function performAll(planId: string, last?: string, fault?: string) {
  const outputs: Record<string, Record<string, string>> = {};
  for (const task of inOrder(tasks)) {
    outputs[task.task_id] = await perform(task, planId, fault === undefined ? {} : { fault });
    if (task.task_id === last) break;
  }
  return outputs;
}

function inOrder(all: readonly PlanTask[]): PlanTask[] {
  const ordered: PlanTask[] = [];
  const isDone = (id: string) => ordered.some((task) => task.task_id === id);
  while (ordered.length < all.length) {
    const next = all.filter((task) => !isDone(task.task_id) && task.dependencies.every(isDone));
    if (next.length === 0) throw new Error('the plan has a cycle');
    ordered.push(...next);
  }
  return ordered;
}

const folder = (planId: string) => join(work, 'release-train', planId);
const json = async (...path: string[]) => JSON.parse(await readFile(join(...path), 'utf8'));

it('is the same plan as the template that is compiled when deploying', async () => {
  const template = await readFile('statemachines/plans/release-train.json', 'utf8');
  expect(template).toBe(await readFile('samples/release-train.json', 'utf8'));
});

it('has twelve tasks or more, each known to an agent, with a part that is not series-parallel', () => {
  expect(tasks.length).toBeGreaterThanOrEqual(12);
  const capabilities = new Set(tasks.flatMap((task) => task.required_capabilities));
  expect([...capabilities].sort()).toEqual(['build', 'release', 'test', 'transform']);
  expect(compilePlan(tasks, { sha256 }).stats.gated_edges).toBeGreaterThan(0);
});

it('is admitted as it stands, and needs nobody to approve it', () => {
  const { plan: checked, faults } = checkPlan(plan);
  expect(faults).toEqual([]);
  expect(approvalReasons(checked as CognitivePlan, PLAN_SETTINGS)).toEqual([]);
});

it('releases for real, step by step', async () => {
  const outputs = await performAll('plan-1');
  expect(Object.keys(outputs)).toHaveLength(tasks.length);
  expect(JSON.parse(outputs['release-notes']?.result ?? '')).toMatchObject({
    title: 'parcel-rates 1.4.0',
    summary: '1 new, 2 fixed',
  });
  expect(outputs['load-check']).toMatchObject({ requests: '400', errors: '0' });
  const manifest = await json(folder('plan-1'), 'dist', 'manifest.json');
  expect(manifest).toMatchObject({ name: 'parcel-rates', version: '1.4.0', plan_id: 'plan-1' });
  expect(manifest.bundle_sha256).toBe(outputs.sbom?.bundle_sha256);
  const { stdout } = await promisify(execFile)('tar', ['-tzf', join(folder('plan-1'), 'dist', manifest.files[0])]);
  expect(stdout).toContain('parcel-rates-1.4.0/main.mjs');
});

it('may run any step twice', async () => {
  for (const task of inOrder(tasks)) {
    await perform(task, 'plan-2');
    await perform(task, 'plan-2');
  }
  const { release, previous } = await json(folder('plan-2'), 'deploy', 'deployment.json');
  expect(await readlink(join(folder('plan-2'), 'deploy', 'current'))).toBe(release);
  expect(previous).toBe('');
});

it('takes back every step that changes something, in reverse, and again', async () => {
  await performAll('plan-3');
  const undoable = inOrder(tasks).filter((task) => task.compensation !== undefined);
  expect(undoable.map((task) => task.task_id)).toContain('deploy');
  for (const task of undoable.reverse()) {
    await perform(task, 'plan-3', { undo: true });
    await perform(task, 'plan-3', { undo: true });
  }
  const left = await promisify(execFile)('find', [folder('plan-3'), '-type', 'f', '-o', '-type', 'l']);
  const files = left.stdout.trim().split('\n').filter(Boolean);
  expect(files.filter((file) => !file.includes('/reports/'))).toEqual([]);
});

it.each(['lint', 'unit-tests', 'licences', 'secrets-scan', 'smoke-test'])(
  'fails for real in %s when a fault for it is planted',
  async (step) => {
    const failure = await performAll(`broken-${step}`, step, step).catch((error) => error);
    expect(failure).toMatchObject({ code: 'COMMAND_FAILED', output: { exit_code: '1' } });
    expect(failure.message).toContain(`${step}: `);
  },
);

it('does not deploy an archive that was changed after its checksum', async () => {
  await performAll('plan-4', 'checksum');
  const archive = join(folder('plan-4'), 'dist', 'parcel-rates-1.4.0.tar.gz');
  await writeFile(archive, Buffer.concat([await readFile(archive), Buffer.from('x')]));
  const deploy = tasks.find((task) => task.task_id === 'deploy') as PlanTask;
  await expect(perform(deploy, 'plan-4')).rejects.toMatchObject({ message: expect.stringContaining('has checksum') });
});

it('fails for good when a step it needs has not run, or there is no such step', async () => {
  const sbom = tasks.find((task) => task.task_id === 'sbom') as PlanTask;
  await expect(perform(sbom, 'plan-5')).rejects.toMatchObject({
    retryable: false,
    message: expect.stringContaining('has not run'),
  });
  await expect(perform({ ...sbom, task_id: '../evil' }, 'plan-5')).rejects.toMatchObject({
    retryable: false,
    message: expect.stringContaining('no step'),
  });
});
