import { execFile } from 'node:child_process';
import { access, copyFile, mkdir, mkdtemp, readFile, readlink, rm, symlink, writeFile } from 'node:fs/promises';
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
import { contextOf, ticketOf } from './tickets.ts';

const { tasks } = cognitivePlan.parse(plan);
const STEP = resolve('samples/release-train/step.mjs');
let work: string;
beforeAll(async () => {
  work = await mkdtemp(join(tmpdir(), 'hive-release-train-'));
});
afterAll(() => rm(work, { recursive: true, force: true }));

interface Doing {
  /** the step that is to break, by the agent's environment */
  fault?: string;
  /** Undo it, as what the task answered with. */
  undo?: Record<string, string>;
}

/** Runs a task, or undoes it, as the agent of its capability does. */
async function perform(task: PlanTask, planId: string, { fault, undo }: Doing = {}) {
  const ticket = ticketOf({
    plan_id: planId,
    task_id: undo === undefined ? task.task_id : `undo:${task.task_id}`,
    task_type: undo === undefined ? taskType.parse(task.task_type) : 'COMPENSATE',
    parameters: undo === undefined ? task.parameters : (task.compensation?.parameters ?? {}),
  });
  const compensates = undo && { ticketId: ticket.ticket_id, taskId: task.task_id, output: undo };
  const env = {
    PATH: process.env.PATH ?? '',
    HIVE_WORK_DIR: work,
    ...(fault === undefined ? {} : { HIVE_SAMPLE_BREAK: fault }),
  };
  if (task.required_capabilities.includes('transform')) {
    return { result: await evaluate(ticket.parameters.expression ?? '', ticket.parameters.input ?? '') };
  }
  return runCommand(ticket, contextOf({ compensates }), { command: [process.execPath, STEP], env });
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

const task = (id: string) => tasks.find((each) => each.task_id === id) as PlanTask;

/** Every file and link below the plan's folder. */
async function left(planId: string): Promise<string[]> {
  const { stdout } = await promisify(execFile)('find', [folder(planId), '-type', 'f', '-o', '-type', 'l']);
  return stdout.trim().split('\n').filter(Boolean).sort();
}

it('takes back each step that leaves something behind, alone, in reverse, twice, until nothing is left', async () => {
  const states: [PlanTask, string[], Record<string, string>][] = [];
  for (const each of inOrder(tasks)) {
    const before = states.length === 0 ? [] : await left('plan-3');
    states.push([each, before, await perform(each, 'plan-3')]);
    const leaves = (await left('plan-3')).length > before.length;
    expect([each.task_id, each.compensation !== undefined]).toEqual([each.task_id, leaves]);
  }
  for (const [each, before, output] of states.reverse()) {
    if (each.compensation === undefined) continue;
    for (let time = 1; time <= 2; time++) {
      expect(await perform(each, 'plan-3', { undo: output })).toEqual({ undone: each.task_id });
      expect([each.task_id, await left('plan-3')]).toEqual([each.task_id, before]);
    }
  }
  expect(await left('plan-3')).toEqual([]);
});

/** Another release is the current one before the plan deploys its own. */
async function deployedOver(planId: string) {
  await performAll(planId, 'checksum');
  await perform(task('render-config'), planId);
  const previous = join(folder(planId), 'deploy', 'releases', '1.3.0');
  const current = join(folder(planId), 'deploy', 'current');
  await mkdir(previous, { recursive: true });
  await symlink(previous, current);
  const output = await perform(task('deploy'), planId);
  const undo = () => perform(task('deploy'), planId, { undo: output });
  return { previous, current, undo, release: await readlink(current) };
}

it('goes back to the release before, also from a rehearsal that was cut short', async () => {
  const { previous, current, undo, release } = await deployedOver('plan-7');
  expect(release).not.toBe(previous);
  const rehearsal = `${release}-rehearsal`;
  await mkdir(rehearsal);
  await rm(current);
  await symlink(rehearsal, current);
  for (let time = 1; time <= 2; time++) {
    await undo();
    expect(await readlink(current)).toBe(previous);
    for (const gone of [release, rehearsal]) await expect(access(gone)).rejects.toMatchObject({ code: 'ENOENT' });
  }
});

it('leaves it to a person, for good, to undo a deployment that somebody else has deployed over', async () => {
  const { current, undo, release } = await deployedOver('plan-8');
  await rm(current);
  await symlink('/elsewhere', current);
  await expect(undo()).rejects.toMatchObject({ retryable: false, message: expect.stringContaining('/elsewhere') });
  expect(await readlink(current)).toBe('/elsewhere');
  await access(release);
});

it('does nothing again for a ticket that undoes it, and knows what to undo without being told by a parameter', async () => {
  await performAll('plan-9', 'checkout');
  const bare = { ...task('checkout'), compensation: { parameters: {} } };
  expect(await perform(bare, 'plan-9', { undo: {} })).toEqual({ undone: 'checkout' });
  expect(await left('plan-9')).toEqual([]);
  const unknown = perform({ ...bare, task_id: 'release-notes', required_capabilities: ['build'] }, 'plan-9', {
    undo: {},
  });
  await expect(unknown).rejects.toMatchObject({
    retryable: false,
    message: expect.stringContaining('nothing to undo'),
  });
});

const BREAKABLE = ['lint', 'unit-tests', 'licences', 'secrets-scan', 'smoke-test', 'load-check', 'publish'];

it.each(BREAKABLE)('fails for real, each time, in %s when a fault for it is planted', async (step) => {
  const planId = `broken-${step}`;
  const failed = (thrown: unknown) => {
    expect(thrown).toMatchObject({ code: 'COMMAND_FAILED', output: { exit_code: '1' } });
    expect((thrown as Error).message).toContain(`${step}: `);
  };
  failed(await performAll(planId, step, step).catch((error) => error));
  failed(await perform(task(step), planId).catch((error) => error)); // by an agent that plants none
});

it('plants the fault that a task of the plan asks for', async () => {
  const asked = (each: PlanTask) => (each.task_id === 'checkout' ? { ...each, parameters: { break: 'lint' } } : each);
  await perform(asked(task('checkout')), 'plan-10');
  await expect(perform(task('lint'), 'plan-10')).rejects.toMatchObject({ code: 'COMMAND_FAILED' });
  const unknown = { ...task('checkout'), parameters: { break: 'constructor' } };
  await expect(perform(unknown, 'plan-10')).rejects.toMatchObject({ retryable: false });
});

it('goes on where it failed once the fault is repaired', async () => {
  await performAll('plan-11', 'publish', 'publish').catch((error) => error);
  const { release } = await json(folder('plan-11'), 'deploy', 'deployment.json');
  await copyFile(join(folder('plan-11'), 'bundle', 'main.mjs'), join(release, 'main.mjs'));
  expect(await perform(task('publish'), 'plan-11')).toHaveProperty('manifest');
});

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
