/** Reads what a producer sent: the plan when its structure is right, and every fault that was found, at once. */
import type { z } from 'zod';
import type { PlanFault } from '../messages/bus-events.ts';
import { type CognitivePlan, cognitivePlan } from '../messages/cognitive-plan.ts';
import { admissionFaults } from './admission.ts';
import { fault, isMalformed, quoted } from './faults.ts';
import { graphFaults } from './graph-faults.ts';
import { PLAN_SETTINGS, type PlanSettings } from './limits.ts';
import { readLoosely } from './loose.ts';

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
  const parsed = cognitivePlan.safeParse({ ...raw, schema_version: 1 });
  if (!parsed.success) {
    const loose = readLoosely(raw);
    const fields = parsed.error.issues.map((issue) => issueFault(issue, raw));
    return { faults: [...version, ...fields, ...graphFaults(loose.tasks), ...admissionFaults(loose, settings)] };
  }
  const plan = parsed.data;
  const faults = [...version, ...graphFaults(plan.tasks), ...admissionFaults(plan, settings)];
  return faults.some(isMalformed) ? { faults } : { plan, faults };
}

/** Read before anything else: a plan of another version may well look different, and is to be issued anew. */
function versionFaults(raw: object, settings: PlanSettings): PlanFault[] {
  const { schema_version, version } = raw as { schema_version?: unknown; version?: unknown };
  const { supported_schema_version: known, supported_major } = settings;
  const faults: PlanFault[] = [];
  if (schema_version !== undefined && schema_version !== known) {
    const told = typeof schema_version === 'string' ? quoted(schema_version) : typeof schema_version;
    faults.push(
      fault(
        'SCHEMA_VERSION_UNKNOWN',
        ['schema_version'],
        `${typeof schema_version === 'number' ? schema_version : told} is not ${known}: re-issue the plan in schema version ${known}`,
      ),
    );
  }
  if (typeof version === 'string' && Number(/^(\d+)\.\d+\.\d+$/.exec(version)?.[1] ?? NaN) !== supported_major)
    faults.push(
      fault(
        'PLAN_VERSION_UNKNOWN',
        ['version'],
        `${quoted(version)} is not ${supported_major}.x.y: re-issue the plan in that version`,
      ),
    );
  return faults;
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
