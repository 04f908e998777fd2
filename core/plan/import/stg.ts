/**
 * Task graphs of the Standard Task Graph set (Tobita & Kasahara, "A standard task graph set for fair evaluation of
 * multiprocessor scheduling algorithms", 2002) as cognitive plans.
 *
 * A file is a line with the number of tasks n, then n + 2 lines `task time predecessors p1 p2 …`; the first and the last task
 * are dummies of time 0 that begin and end the graph. What begins with # is a comment.
 */
import { HiveError } from '../../errors.ts';
import type { CognitivePlanInput } from '../../messages/cognitive-plan.ts';
import { tasksInOrder } from '../compile/index.ts';
import { PLAN_SETTINGS } from '../limits.ts';

export interface StgOptions {
  readonly planId: string;
  /** epoch ms */
  readonly createdAtMs: number;
  /** ms of one unit of the file's time; > 0, default 1000 */
  readonly unitMs?: number;
}

interface Line {
  readonly task: number;
  readonly time: number;
  readonly before: readonly number[];
}

interface Fault {
  readonly path: string;
  readonly reason: string;
}

const MAX_TOLD = 5;

/**
 * A plan with a task `t<number>` for each task of the file; tasks of time 0 are left out, their edges kept. The band is low
 * unless a task is too long for it.
 * @throws HiveError STG_INVALID (422), detail.faults: every {path, reason}; PLAN_CYCLE; IMPORT_SCALE_INVALID
 */
export function importStg(text: string, { planId, createdAtMs, unitMs = 1000 }: StgOptions): CognitivePlanInput {
  if (!(Number.isFinite(unitMs) && unitMs > 0))
    throw new HiveError('IMPORT_SCALE_INVALID', `A unit of time is ${unitMs} ms: give a number greater than 0.`);
  const lines = parse(text);
  const ordered = tasksInOrder(
    lines.map(({ task, before }) => ({
      task_id: nameOf(task),
      dependencies: before.map(nameOf),
      required_capabilities: [],
    })),
  );
  const times = new Map(lines.map(({ task, time }) => [nameOf(task), time]));
  const kept = withoutInstant(ordered, (id) => times.get(id) === 0);
  if (kept.length === 0) throw invalid([{ path: 'line 1', reason: 'there is no task that takes time' }]);
  const tasks = kept.map(({ task_id, dependencies }) => ({
    ...{ task_id, task_type: 'EXECUTE', dependencies },
    estimated_duration_ms: Math.max(1, Math.round((times.get(task_id) ?? 0) * unitMs)),
    metadata: { source: 'stg' },
  }));
  const longest = tasks.reduce((most, task) => Math.max(most, task.estimated_duration_ms), 0);
  const fits = (band: 'low' | 'medium') =>
    longest * PLAN_SETTINGS.estimate_headroom <= PLAN_SETTINGS.bands[band].cap_ms;
  return {
    plan_id: planId,
    version: '1.0.0',
    intent_id: `import-${planId}`,
    tasks,
    execution_order: tasks.map(({ task_id }) => task_id),
    ...(fits('low') ? { risk_score: 0.1, risk_band: 'low' } : { risk_score: 0.4, risk_band: 'medium' }),
    explainability_token: 'stg-import',
    reasoning_summary: 'A graph of the Standard Task Graph set',
    status: 'approved',
    created_at: createdAtMs,
    estimated_total_duration_ms: tasks.reduce((sum, task) => sum + task.estimated_duration_ms, 0),
    complexity_score: 0.5,
    original_domain: 'TECHNICAL',
    original_priority: 'NORMAL',
    original_security_level: 'INTERNAL',
    metadata: { source: 'stg', unit_ms: String(unitMs), author: 'stg' },
    schema_version: 1,
  };
}

const nameOf = (task: number): string => `t${task}`;

interface Task {
  readonly task_id: string;
  readonly dependencies: readonly string[];
}

/** What depended on a task that takes no time depends on what that one depended on. */
function withoutInstant(ordered: readonly Task[], isInstant: (id: string) => boolean) {
  const stands = new Map<string, ReadonlySet<string>>();
  const kept: { task_id: string; dependencies: string[] }[] = [];
  for (const { task_id, dependencies } of ordered) {
    const before = new Set(dependencies.flatMap((id) => [...(stands.get(id) ?? [])]));
    if (isInstant(task_id)) stands.set(task_id, before);
    else {
      stands.set(task_id, new Set([task_id]));
      kept.push({ task_id, dependencies: [...before] });
    }
  }
  return kept;
}

function parse(text: string): Line[] {
  const rows = text
    .split(/\r\n|\n|\r/)
    .map((row, index) => ({ at: `line ${index + 1}`, words: (row.split('#')[0] ?? '').trim().split(/\s+/) }))
    .filter(({ words }) => words[0] !== '');
  const [first, ...rest] = rows;
  if (first === undefined) throw invalid([{ path: 'line 1', reason: 'the file is empty' }]);
  const faults: Fault[] = [];
  const count = numberOf(first.words[0]);
  if (count === undefined || first.words.length !== 1)
    throw invalid([{ path: first.at, reason: 'is not the number of tasks' }]);
  if (count > PLAN_SETTINGS.max_tasks)
    throw invalid([
      { path: first.at, reason: `${count} tasks are more than a plan may have (${PLAN_SETTINGS.max_tasks})` },
    ]);
  if (rest.length !== count + 2)
    faults.push({ path: first.at, reason: `names ${count} tasks and 2 dummies, but ${rest.length} lines follow` });
  const lines = rest.flatMap(({ at, words }) => lineOf(words, at, faults));
  const known = new Set<number>();
  lines.forEach(({ task }, index) => {
    if (known.has(task)) faults.push({ path: rest[index]?.at ?? '', reason: `task ${task} is there twice` });
    known.add(task);
  });
  for (const { task, before } of lines)
    for (const other of before) {
      if (!known.has(other)) faults.push({ path: `task ${task}`, reason: `there is no task ${other}` });
      else if (other === task) faults.push({ path: `task ${task}`, reason: 'depends on itself' });
    }
  if (faults.length > 0) throw invalid(faults);
  return lines;
}

function lineOf(words: readonly string[], at: string, faults: Fault[]): Line[] {
  const numbers = words.map(numberOf);
  const bad = numbers.indexOf(undefined);
  if (bad >= 0) {
    faults.push({ path: at, reason: `"${(words[bad] ?? '').slice(0, 20)}" is no whole number of 0 or more` });
    return [];
  }
  const [task, time, count, ...before] = numbers as number[];
  if (task === undefined || time === undefined || count !== before.length) {
    faults.push({ path: at, reason: 'is not `task time predecessors p1 p2 …` with as many predecessors as it says' });
    return [];
  }
  return [{ task, time, before }];
}

function numberOf(word: string | undefined): number | undefined {
  if (word === undefined || !/^\d{1,15}$/.test(word)) return undefined;
  return Number(word);
}

function invalid(faults: readonly Fault[]): HiveError {
  const told = faults.slice(0, MAX_TOLD).map(({ path, reason }) => `${path}: ${reason}`);
  const more = faults.length > told.length ? ` (and ${faults.length - told.length} more)` : '';
  return new HiveError('STG_INVALID', `This is not a Standard Task Graph file: ${told.join('; ')}${more}.`, {
    status: 422,
    detail: { faults },
  });
}
