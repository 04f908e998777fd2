/** Recorded workflow runs (WfFormat 1.5) as cognitive plans for the replay agent. */
import { HiveError } from '../../errors.ts';
import type { CognitivePlanInput } from '../../messages/cognitive-plan.ts';
import { RISK_BANDS, type RiskBand } from '../../messages/primitives.ts';
import { tasksInOrder } from '../compile/index.ts';
import { PLAN_SETTINGS } from '../limits.ts';
import { type ExecutedTask, type Wfformat, wfformat } from './wfformat-schema.ts';

export interface ImportOptions {
  /** Estimates and replayed times are the recorded ones times this; > 0, default 1. */
  scale?: number;
  planId: string;
  /** epoch milliseconds */
  createdAtMs: number;
}

/** Longest command line kept in a task; the program is named in full. */
const MAX_ARGUMENTS = 160;
/** Risk scores that go with the bands. */
const RISK_SCORE: Readonly<Record<RiskBand, number>> = { low: 0.1, medium: 0.4, high: 0.7, critical: 0.9 };

/**
 * A plan with a task per recorded task and the union of the edges told by parents and by children. Estimates are the
 * scaled recorded run times. The band is the lowest whose cap the longest estimate fits (none does: critical, and
 * admission refuses the task); a band that needs approval is approved by `importer`, the workflow's author being another.
 * @throws HiveError WFFORMAT_INVALID, detail.faults: every {path, reason}; PLAN_CYCLE; IMPORT_SCALE_INVALID
 */
export function importWfformat(document: unknown, options: ImportOptions): CognitivePlanInput {
  const scale = options.scale ?? 1;
  if (!(Number.isFinite(scale) && scale > 0))
    throw new HiveError('IMPORT_SCALE_INVALID', `The scale is ${scale}: give a number greater than 0.`);
  const workflow = parse(document);
  const runs = new Map(workflow.workflow.execution.tasks.map((task) => [task.id, task]));
  const parents = edges(workflow, runs);
  const ordered = tasksInOrder(
    [...parents].map(([task_id, list]) => ({ task_id, dependencies: [...list], required_capabilities: ['replay'] })),
  );
  const tasks = ordered.map((task) => {
    const run = runs.get(task.task_id) as ExecutedTask;
    return { ...task, task_type: 'EXECUTE', ...recording(run, scale) };
  });
  const band = bandFor(Math.max(...tasks.map((task) => task.estimated_duration_ms)));
  const needsApproval = band === 'high' || band === 'critical';
  return {
    plan_id: options.planId,
    version: '1.0.0',
    intent_id: `import-${options.planId}`,
    tasks,
    execution_order: tasks.map((task) => task.task_id),
    risk_score: RISK_SCORE[band],
    risk_band: band,
    explainability_token: 'wfformat-import',
    reasoning_summary: `Replay of a recorded run of ${workflow.name}`.slice(0, 200),
    status: 'approved',
    created_at: options.createdAtMs,
    estimated_total_duration_ms: tasks.reduce((sum, task) => sum + task.estimated_duration_ms, 0),
    complexity_score: 0.5,
    original_domain: 'TECHNICAL',
    original_priority: 'NORMAL',
    original_security_level: 'INTERNAL',
    metadata: { source: 'wfformat', scale: String(scale), author: 'wfformat' },
    ...(needsApproval
      ? { approval_status: 'approved' as const, approved_by: 'importer', approved_at: options.createdAtMs }
      : {}),
    schema_version: 1,
  };
}

function recording({ runtimeInSeconds, command }: ExecutedTask, scale: number) {
  const recorded = Math.round(runtimeInSeconds * 1000);
  const scaled = Math.max(1, Math.round(runtimeInSeconds * 1000 * scale));
  const line = command.arguments.join(' ');
  return {
    estimated_duration_ms: scaled,
    parameters: {
      program: command.program,
      arguments: line.length > MAX_ARGUMENTS ? `${line.slice(0, MAX_ARGUMENTS - 1).toWellFormed()}…` : line,
      runtime_ms: String(scaled),
    },
    metadata: { recorded_runtime_ms: String(recorded), scale: String(scale), source: 'wfformat' },
  };
}

function bandFor(longestMs: number): RiskBand {
  const fits = (band: RiskBand): boolean =>
    longestMs * PLAN_SETTINGS.estimate_headroom <= PLAN_SETTINGS.bands[band].cap_ms;
  return RISK_BANDS.find(fits) ?? 'critical';
}

interface Fault {
  path: string;
  reason: string;
}

function invalid(faults: Fault[], cause?: unknown): HiveError {
  const told = faults.slice(0, 5).map(({ path, reason }) => `${path}: ${reason}`);
  const more = faults.length > told.length ? ` (and ${faults.length - told.length} more)` : '';
  return new HiveError(
    'WFFORMAT_INVALID',
    `This is not a WfFormat 1.5 document with a recorded run: ${told.join('; ')}${more}.`,
    { status: 422, detail: { faults }, ...(cause === undefined ? {} : { cause }) },
  );
}

function parse(document: unknown): Wfformat {
  const result = wfformat.safeParse(document);
  if (result.success) return result.data;
  const faults = result.error.issues.map((issue) => ({ path: issue.path.join('.') || '.', reason: issue.message }));
  throw invalid(faults, result.error);
}

/** Each task's parents, in the document's order of tasks. */
function edges({ workflow }: Wfformat, runs: ReadonlyMap<string, ExecutedTask>): Map<string, Set<string>> {
  const parents = new Map<string, Set<string>>();
  const faults: Fault[] = [];
  const at = (index: number, member: string): string => `workflow.specification.tasks.${index}.${member}`;
  for (const [index, { id }] of workflow.specification.tasks.entries()) {
    if (parents.has(id)) faults.push({ path: at(index, 'id'), reason: `task ${id} is there twice` });
    if (!runs.has(id)) faults.push({ path: 'workflow.execution.tasks', reason: `no recorded run of task ${id}` });
    parents.set(id, new Set());
  }
  const add = (parent: string, child: string, path: string): void => {
    const unknown = [parent, child].find((id) => !parents.has(id));
    if (unknown !== undefined) faults.push({ path, reason: `there is no task ${unknown}` });
    else if (parent === child) faults.push({ path, reason: `task ${child} depends on itself` });
    else parents.get(child)?.add(parent);
  };
  for (const [index, task] of workflow.specification.tasks.entries()) {
    for (const parent of task.parents) add(parent, task.id, at(index, 'parents'));
    for (const child of task.children) add(task.id, child, at(index, 'children'));
  }
  if (faults.length > 0) throw invalid(faults);
  return parents;
}
