/** `hive plan compensation`: what would be undone, and in which order, before anything has failed. */
import type { CognitivePlan } from '../../../core/messages/cognitive-plan.ts';
import { type CompensationStep, compensationOrder } from '../../../core/plan/compensation.ts';
import type { Run } from '../../support/command.ts';
import { EXIT } from '../../support/exit-codes.ts';
import type { Io } from '../../support/io.ts';
import { readPlan } from '../../support/plan-file.ts';
import { count, cut, plain, toJson } from '../../support/text.ts';
import { unknownTask } from '../../support/unknown.ts';

export const tellCompensation: Run<{ if: string }> = async (io, [file = '-'], options) => {
  const { plan } = await readPlan(file, io);
  const failing = options.if;
  const names = plan.tasks.map((task) => task.task_id);
  if (!names.includes(failing)) throw unknownTask(failing, names);

  const done = mayBeDone(plan, failing);
  const compensations = new Map(plan.tasks.map((task) => [task.task_id, task.compensation]));
  const tasks = plan.tasks.map(({ task_id, dependencies, compensation }) => ({
    task_id,
    dependencies,
    compensable: compensation !== undefined,
  }));
  const steps = plan.on_failure === 'compensate' ? compensationOrder(tasks, done) : [];
  const undone = new Set(steps.map((step) => step.task_id));
  const not_undone = names.filter((id) => done.has(id) && !undone.has(id));
  if (options.json) {
    const told = steps.map((step) => ({ ...step, compensation: compensations.get(step.task_id) }));
    io.stdout.write(`${toJson({ if: failing, on_failure: plan.on_failure, undone: told, not_undone })}\n`);
  } else describe(plan, failing, steps, not_undone, io);
  return EXIT.ok;
};

/** All that does not depend on the failing task: nothing keeps it from being done before the failure. */
function mayBeDone({ tasks }: CognitivePlan, failing: string): Set<string> {
  const followers = new Map<string, string[]>(tasks.map(({ task_id }) => [task_id, []]));
  for (const { task_id, dependencies } of tasks) for (const id of dependencies) followers.get(id)?.push(task_id);
  const done = new Set(followers.keys());
  const open = [failing];
  for (let id = open.pop(); id !== undefined; id = open.pop())
    if (done.delete(id)) open.push(...(followers.get(id) ?? []));
  return done;
}

const NAME = 40;
const NAMES_TOLD = 8;
const short = (id: string): string => cut(plain(id.slice(0, 4 * NAME)), NAME);

function describe(
  plan: CognitivePlan,
  failing: string,
  steps: readonly CompensationStep[],
  notUndone: readonly string[],
  io: Io,
): void {
  const { bold, gray } = io.stdout.color;
  const of = count(plan.tasks.length, 'task');
  const waves = wavesOf(steps);
  const undone =
    waves.length === 0
      ? 'nothing would be undone'
      : `at most ${steps.length} of ${of} would be undone, in ${count(waves.length, 'wave')}`;
  const lines = [
    `If ${bold(short(failing))} failed for good, ${undone} (on_failure: ${plan.on_failure}).`,
    ...(waves.length === 0 && plan.on_failure === 'compensate' ? [] : [WHAT_HAPPENS[plan.on_failure]]),
  ];
  for (const [at, wave] of waves.entries()) {
    lines.push('', bold(`wave ${at + 1}`));
    for (const { task_id, after } of wave)
      lines.push(`  undo ${short(task_id)}${after.length > 0 ? gray(`  after ${list(after)}`) : ''}`);
  }
  if (plan.on_failure === 'compensate' && notUndone.length > 0)
    lines.push('', `not undone, for lack of a compensation: ${list(notUndone)}`);
  io.stdout.write(`${lines.join('\n')}\n`);
}

const WHAT_HAPPENS: Readonly<Record<CognitivePlan['on_failure'], string>> = {
  compensate:
    'At most: every task that does not depend on it is taken as done by then. What still runs is told to stop.',
  halt: 'What runs may finish; the plan waits to be repaired and redriven.',
  continue: 'What does not depend on it is finished; then the plan ends as failed.',
};

/** Steps that wait for none of their own wave: each is in the first it can be in. */
function wavesOf(steps: readonly CompensationStep[]): CompensationStep[][] {
  const waveOf = new Map<string, number>();
  const waves: CompensationStep[][] = [];
  for (const step of steps) {
    const wave = step.after.reduce((last, id) => Math.max(last, (waveOf.get(id) ?? 0) + 1), 0);
    waveOf.set(step.task_id, wave);
    const list = waves[wave];
    if (list) list.push(step);
    else waves[wave] = [step];
  }
  return waves;
}

function list(ids: readonly string[]): string {
  const told = ids.slice(0, NAMES_TOLD).map(short).join(', ');
  return ids.length > NAMES_TOLD ? `${told} and ${ids.length - NAMES_TOLD} more (--json has all)` : told;
}
