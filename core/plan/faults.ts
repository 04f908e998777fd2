/** Faults of a plan: each with a stable code, the path of what is wrong (RFC 6901 JSON Pointer) and what to do. */
import type { PlanFault } from '../messages/bus-events.ts';

export type FaultCode =
  | 'PLAN_NOT_AN_OBJECT'
  | 'FIELD_MISSING'
  | 'FIELD_INVALID'
  | 'SCHEMA_VERSION_UNKNOWN'
  | 'PLAN_VERSION_UNKNOWN'
  | 'PLAN_NOT_APPROVED'
  | 'PLAN_APPROVAL_REJECTED'
  | 'PLAN_EXPIRED'
  | 'PLAN_DEADLINE_PAST'
  | 'PLAN_DEADLINE_TOO_FAR'
  | 'PLAN_EMPTY'
  | 'PLAN_ID_REUSED'
  | 'TASK_ID_DUPLICATE'
  | 'TASK_DEPENDENCY_MISSING'
  | 'TASK_DEPENDS_ON_ITSELF'
  | 'PLAN_CYCLE'
  | 'NAME_TOO_LONG'
  | 'NAME_HAS_CONTROL_CHARACTERS'
  | 'NAME_HAS_DIRECTION_MARKS'
  | 'NAME_NOT_UNICODE'
  | 'TEXT_TOO_LONG'
  | 'TASK_TOO_LARGE'
  | 'PLAN_TOO_LARGE'
  | 'PLAN_TOO_MANY_TASKS'
  | 'PLAN_TOO_MANY_EDGES'
  | 'SECURITY_LEVEL_UNKNOWN'
  | 'ESTIMATE_OVER_CAP'
  | 'PLAN_OVER_STEP_FUNCTIONS_LIMITS'
  | 'PLAN_COMPENSATION_TOO_WIDE'
  | 'POLICY_DENIED'
  | 'ASSET_NOT_CATALOGUED'
  | 'ASSET_RETIRED'
  | 'ASSET_OF_ANOTHER_TENANT'
  | 'ASSET_NOT_CONFORMING'
  | 'ASSET_ENDPOINT_UNKNOWN';

/** Faults that the producer can only mend by issuing the plan anew in a version we know. */
const ASK_FOR_REISSUE: readonly string[] = ['SCHEMA_VERSION_UNKNOWN', 'PLAN_VERSION_UNKNOWN'] satisfies FaultCode[];

/** Faults of form: with one of these there is no DAG to speak of; the others only say that it may not run. */
const MALFORMED: readonly string[] = [
  'PLAN_NOT_AN_OBJECT',
  'FIELD_MISSING',
  'FIELD_INVALID',
  'PLAN_EMPTY',
  'TASK_ID_DUPLICATE',
  'TASK_DEPENDENCY_MISSING',
  'TASK_DEPENDS_ON_ITSELF',
  'PLAN_CYCLE',
] satisfies FaultCode[];

export function fault(code: FaultCode, path: readonly (string | number)[], message: string): PlanFault {
  return { code, path: pointer(path), message };
}

export const asksForReissue = (faults: readonly PlanFault[]): boolean =>
  faults.some(({ code }) => ASK_FOR_REISSUE.includes(code));

export const isMalformed = ({ code }: PlanFault): boolean => MALFORMED.includes(code);

/** A member's name comes from the plan too: cut, so that an answer full of faults stays within an item and a bus entry. */
const MAX_PATH_PART = 128;

const pointer = (path: readonly (string | number)[]): string =>
  path
    .map((part) => String(part).slice(0, MAX_PATH_PART).toWellFormed())
    .map((part) => `/${part.replaceAll('~', '~0').replaceAll('/', '~1')}`)
    .join('');

/** Text from a plan as it may stand in a message: short, and with nothing that would upset a terminal or a log. */
export function quoted(text: string): string {
  const cut = text.length > 60 ? `${text.slice(0, 60)}…` : text;
  return JSON.stringify(cut).replace(/[\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g, escapeUnit);
}

const escapeUnit = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
