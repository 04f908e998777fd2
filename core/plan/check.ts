/** Reads what a producer sent: the plan when its structure is right, and every fault that was found, at once. */
import type { z } from 'zod';
import type { PlanFault } from '../messages/bus-events.ts';
import { type CognitivePlan, cognitivePlan } from '../messages/cognitive-plan.ts';
import { admissionFaults } from './admission.ts';
import { fault, isMalformed, quoted } from './faults.ts';
import { type GraphTask, graphFaults } from './graph-faults.ts';
import { PLAN_SETTINGS, type PlanSettings } from './limits.ts';

export interface Checked {
  /** present when the plan is a well-formed DAG, though it may not be admissible */
  readonly plan?: CognitivePlan;
  readonly faults: readonly PlanFault[];
}

/** Never throws, whatever it is given. Time-dependent rules are `timeFaults`. */
export function checkPlan(raw: unknown, settings: PlanSettings = PLAN_SETTINGS): Checked {
  if (raw === null || typeof raw !== 'object' || Array.isArray(raw))
    return { faults: [fault('PLAN_NOT_AN_OBJECT', [], 'a cognitive plan is a JSON object')] };
  const version = versionFaults(raw, settings);
  const parsed = cognitivePlan.safeParse(version.length > 0 ? { ...raw, schema_version: 1 } : raw);
  if (!parsed.success)
    return {
      faults: [
        ...version,
        ...parsed.error.issues.map((issue) => issueFault(issue, raw)),
        ...graphFaults(looseTasks(raw)),
      ],
    };
  const plan = parsed.data;
  const faults = [...version, ...graphFaults(plan.tasks), ...admissionFaults(plan, settings)];
  return faults.some(isMalformed) ? { faults } : { plan, faults };
}

function versionFaults(raw: object, settings: PlanSettings): PlanFault[] {
  const version = (raw as { schema_version?: unknown }).schema_version;
  if (version === undefined || version === settings.supported_schema_version) return [];
  const known = settings.supported_schema_version;
  const told = typeof version === 'string' ? quoted(version) : typeof version === 'number' ? version : typeof version;
  return [
    fault(
      'SCHEMA_VERSION_UNKNOWN',
      ['schema_version'],
      `${told} is not ${known}: re-issue the plan in schema version ${known}`,
    ),
  ];
}

function issueFault(issue: z.core.$ZodIssue, raw: unknown): PlanFault {
  const path = issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part));
  if (issue.code === 'too_small' && path.length === 1 && path[0] === 'tasks')
    return fault('PLAN_EMPTY', path, 'a plan has at least one task');
  return valueAt(raw, path) === undefined
    ? fault('FIELD_MISSING', path, 'is required')
    : fault('FIELD_INVALID', path, issue.message);
}

const valueAt = (value: unknown, path: readonly (string | number)[]): unknown =>
  path.reduce<unknown>(
    (at, part) => (at !== null && typeof at === 'object' ? (at as Record<string | number, unknown>)[part] : undefined),
    value,
  );

/** What can be read of the tasks although something is wrong, so that faults of the graph are told in the same answer. */
function looseTasks(raw: object): GraphTask[] {
  const tasks = (raw as { tasks?: unknown }).tasks;
  if (!Array.isArray(tasks)) return [];
  return tasks.map((task: unknown, index) => {
    const { task_id, dependencies } = (task ?? {}) as { task_id?: unknown; dependencies?: unknown };
    return {
      task_id: typeof task_id === 'string' && task_id !== '' ? task_id : `(task ${index})`,
      dependencies: Array.isArray(dependencies) ? dependencies.filter((id) => typeof id === 'string') : [],
    };
  });
}
