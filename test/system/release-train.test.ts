/** The release train, broken at its last step: undone by itself, or halted, repaired by hand and redriven. */
import { copyFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { sha256 } from '../../adapters/system/digest.ts';
import { compensationIdOf } from '../../core/ticket/ids.ts';
import { expectSoundLedger } from './checks.ts';
import { createHiveCommands, ROOT } from './hive-command.ts';
import { historyOf, ticketsOf, unique } from './stack.ts';

const commands = createHiveCommands();
const { hive, stepAgent, stop, work } = commands;
afterAll(() => commands.end());

/** Agents of other tests offer the sample's own capabilities, and work in another folder. */
const ours = new Map(['build', 'test', 'release'].map((name) => [name, unique(name)]));

interface Task {
  task_id: string;
  required_capabilities: string[];
  dependencies: string[];
  compensation?: object;
  parameters: Record<string, string>;
}
const sample = JSON.parse(readFileSync(join(ROOT, 'samples/release-train.json'), 'utf8')) as { tasks: Task[] };

/** A copy that runs now, under an id of its own, and breaks at its last step. */
function broken(planId: string, onFailure: string): string {
  const tasks = sample.tasks.map((task) => ({
    ...task,
    required_capabilities: task.required_capabilities.map((name) => ours.get(name) ?? name),
    parameters: { ...task.parameters, ...(task.task_id === 'deploy' ? { break: 'publish' } : {}) },
  }));
  const file = join(work, `${planId}.json`);
  const plan = { ...sample, tasks, plan_id: planId, on_failure: onFailure, created_at: Date.now() };
  writeFileSync(file, JSON.stringify(plan));
  return file;
}

/** Every pair of tasks of which the first comes before the second. */
function* ordered(): Generator<[string, string]> {
  const before = new Map<string, Set<string>>();
  for (const { task_id, dependencies } of sample.tasks) {
    const all = new Set(dependencies.flatMap((id) => [id, ...(before.get(id) ?? [])]));
    before.set(task_id, all);
    for (const id of all) yield [id, task_id];
  }
}

const timeOf = async (ticketId: string, type: string): Promise<number> =>
  (await historyOf(`TICKET#${ticketId}`)).find(({ event }) => event.type === type)?.at ?? Number.NaN;

describe('a release that fails for good at its last step', () => {
  it('is undone by itself, in the exact reverse of the order that ran', async () => {
    const planId = unique('undone-train');
    const agent = stepAgent([...ours.values()]);
    const { code, answer } = await hive('submit', broken(planId, 'compensate'), '--wait');
    expect(answer).toMatchObject({ outcome: 'compensated', failed_tasks: ['publish'] });
    expect(code).toBe(1);
    await stop(agent);

    const undone = sample.tasks.filter(({ compensation, task_id }) => compensation && task_id !== 'publish');
    const ids = new Map(undone.map(({ task_id }) => [task_id, compensationIdOf(planId, task_id, sha256)]));
    const tickets = await ticketsOf(planId);
    expect(
      [...tickets]
        .filter(([, { phase }]) => phase === 'compensated')
        .map(([task]) => task)
        .sort(),
    ).toEqual([...ids.keys()].sort());
    for (const [earlier, later] of ordered()) {
      const [first, second] = [ids.get(later), ids.get(earlier)];
      if (first === undefined || second === undefined) continue;
      const [ready, completed] = [await timeOf(second, 'TicketReady'), await timeOf(first, 'TicketCompleted')];
      expect(ready, `${later} is undone before ${earlier}`).toBeGreaterThanOrEqual(completed);
    }
    await expectSoundLedger(planId);
    // Undone for real: what was deployed is gone, and so is what was built.
    const folder = join(work, 'release-train', planId);
    for (const path of ['deploy/current', 'bundle', 'dist/manifest.json'])
      expect(existsSync(join(folder, path)), path).toBe(false);
    const replayed = await hive('replay', planId);
    expect(replayed).toMatchObject({ code: 0 });
  });

  it('halts, and once it is repaired is redriven without running what is done again', async () => {
    const planId = unique('halted-train');
    const agent = stepAgent([...ours.values()]);
    const halted = await hive('submit', broken(planId, 'halt'), '--wait');
    expect(halted).toMatchObject({ code: 4, answer: { outcome: 'halted', failed_tasks: ['publish'] } });
    const started = async () =>
      new Map(
        await Promise.all(
          [...(await ticketsOf(planId))].map(async ([task, { ticket_id }]) => {
            const history = await historyOf(`TICKET#${ticket_id}`);
            return [task, history.filter(({ event }) => event.type === 'TicketStarted').length] as const;
          }),
        ),
      );
    const before = await started();
    const folder = join(work, 'release-train', planId);
    copyFileSync(join(folder, 'bundle/main.mjs'), join(folder, 'deploy/releases/1.4.0/main.mjs'));
    const redriven = await hive('redrive', planId, '--why', 'put the bundle back in place', '--wait');
    expect(redriven).toMatchObject({ code: 0, answer: { outcome: 'completed' } });
    await stop(agent);
    const after = await started();
    for (const [task, count] of after) expect(count - (before.get(task) ?? 0), task).toBe(task === 'publish' ? 1 : 0);
    expect(existsSync(join(folder, 'dist/manifest.json'))).toBe(true);
    await expectSoundLedger(planId);
    const explained = await hive('explain', planId, 'publish');
    expect(explained.code).toBe(0);
    expect(JSON.stringify(explained.answer)).toContain('put the bundle back in place');
  });
});
