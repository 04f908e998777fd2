/** May this plan run? Rules of the domain over a well-formed plan, every fault at once. */
import { jsonBytes } from '../json-bytes.ts';
import type { PlanFault } from '../messages/bus-events.ts';
import type { CognitivePlan } from '../messages/cognitive-plan.ts';
import { SECURITY_LEVELS } from '../messages/primitives.ts';
import { fault, quoted } from './faults.ts';
import type { PlanSettings } from './limits.ts';
import { nameFaults } from './name-faults.ts';

export const deadlineOf = (plan: CognitivePlan, settings: PlanSettings): number =>
  plan.deadline ?? plan.created_at + settings.default_deadline_ms;

/** Faults that depend on the plan alone, whenever it is looked at. */
export function admissionFaults(plan: CognitivePlan, settings: PlanSettings): PlanFault[] {
  return [
    ...statusFaults(plan),
    ...sizeFaults(plan, settings),
    ...textFaults(plan, settings),
    ...estimateFaults(plan, settings),
  ];
}

/** Faults that depend on the time: a plan accepted before is not asked again. */
export function timeFaults(plan: CognitivePlan, now: number, settings: PlanSettings): PlanFault[] {
  const faults: PlanFault[] = [];
  const iso = (ms: number) => (Math.abs(ms) <= 8.64e15 ? new Date(ms).toISOString() : `${ms} ms`);
  if (plan.valid_until !== undefined && plan.valid_until <= now)
    faults.push(fault('PLAN_EXPIRED', ['valid_until'], `was valid until ${iso(plan.valid_until)}: issue it anew`));
  const deadline = deadlineOf(plan, settings);
  const path = [plan.deadline === undefined ? 'created_at' : 'deadline'];
  if (deadline <= now)
    faults.push(fault('PLAN_DEADLINE_PAST', path, `its deadline was ${iso(deadline)}: issue it anew with a later one`));
  else if (deadline > now + settings.max_deadline_ms)
    faults.push(
      fault('PLAN_DEADLINE_TOO_FAR', path, `its deadline ${iso(deadline)} is over ${settings.max_deadline_ms} ms away`),
    );
  return faults;
}

function statusFaults(plan: CognitivePlan): PlanFault[] {
  const faults: PlanFault[] = [];
  if (plan.status !== 'approved')
    faults.push(fault('PLAN_NOT_APPROVED', ['status'], `is "${plan.status}": only approved plans run`));
  if (plan.approval_status === 'rejected')
    faults.push(fault('PLAN_APPROVAL_REJECTED', ['approval_status'], 'a person has rejected this plan'));
  if (!(SECURITY_LEVELS as readonly string[]).includes(plan.original_security_level.toUpperCase()))
    faults.push(
      fault(
        'SECURITY_LEVEL_UNKNOWN',
        ['original_security_level'],
        `${quoted(plan.original_security_level)} is none of ${SECURITY_LEVELS.join(', ')}`,
      ),
    );
  return faults;
}

function sizeFaults(plan: CognitivePlan, settings: PlanSettings): PlanFault[] {
  const faults: PlanFault[] = [];
  const { tasks, ...header } = plan;
  const edges = tasks.reduce((sum, task) => sum + task.dependencies.length, 0);
  if (tasks.length > settings.max_tasks)
    faults.push(
      fault(
        'PLAN_TOO_MANY_TASKS',
        ['tasks'],
        `has ${tasks.length} tasks, at most ${settings.max_tasks}: split the plan`,
      ),
    );
  if (edges > settings.max_edges)
    faults.push(fault('PLAN_TOO_MANY_EDGES', ['tasks'], `has ${edges} dependencies, at most ${settings.max_edges}`));
  const headerBytes = jsonBytes({ ...header, execution_order: [] });
  if (headerBytes > settings.max_header_bytes)
    faults.push(
      fault('PLAN_TOO_LARGE', [], `has ${headerBytes} bytes beside its tasks, at most ${settings.max_header_bytes}`),
    );
  tasks.forEach((task, index) => {
    const bytes = jsonBytes(task);
    if (bytes > settings.max_task_bytes)
      faults.push(
        fault(
          'TASK_TOO_LARGE',
          ['tasks', index],
          `has ${bytes} bytes, at most ${settings.max_task_bytes}: pass a reference to large data`,
        ),
      );
  });
  return faults;
}

function textFaults(plan: CognitivePlan, settings: PlanSettings): PlanFault[] {
  const faults = [
    ...nameFaults(plan.plan_id, ['plan_id'], settings.max_id_chars),
    ...nameFaults(plan.intent_id, ['intent_id'], settings.max_id_chars),
    ...nameFaults(plan.tenant_id, ['tenant_id'], settings.max_id_chars),
    ...nameFaults(plan.correlation_id ?? '', ['correlation_id'], settings.max_id_chars),
    ...nameFaults(plan.decision_id ?? '', ['decision_id'], settings.max_id_chars),
  ];
  plan.tasks.forEach((task, index) => {
    faults.push(...nameFaults(task.task_id, ['tasks', index, 'task_id'], settings.max_id_chars));
    faults.push(...nameFaults(task.task_type, ['tasks', index, 'task_type'], settings.max_id_chars));
    if (task.description.length > settings.max_description_chars)
      faults.push(
        fault(
          'TEXT_TOO_LONG',
          ['tasks', index, 'description'],
          `has ${task.description.length} characters, at most ${settings.max_description_chars}`,
        ),
      );
  });
  return faults;
}

function estimateFaults(plan: CognitivePlan, settings: PlanSettings): PlanFault[] {
  const { cap_ms } = settings.bands[plan.risk_band];
  return plan.tasks.flatMap((task, index) => {
    const estimate = task.estimated_duration_ms ?? settings.default_estimate_ms;
    if (estimate * settings.estimate_headroom <= cap_ms) return [];
    const most = Math.floor(cap_ms / settings.estimate_headroom);
    return fault(
      'ESTIMATE_OVER_CAP',
      ['tasks', index, 'estimated_duration_ms'],
      `${estimate} ms is over what band ${plan.risk_band} allows (${most} ms): split the task or raise the band`,
    );
  });
}

/** Why a person must say yes first; empty when the plan may run as it is. */
export function approvalReasons(plan: CognitivePlan, settings: PlanSettings): string[] {
  const author = plan.metadata.author ?? plan.metadata.created_by;
  const approver = plan.approved_by?.trim() || undefined;
  if (plan.approval_status === 'approved' && approver !== undefined && approver !== author?.trim()) return [];
  const reasons = approvalNeeds(plan, settings);
  if (reasons.length > 0 && plan.approval_status === 'approved')
    reasons.push(approver === undefined ? 'its approval names nobody' : 'its author may not approve it');
  return reasons;
}

/** Why a person must say yes, whether or not one has. */
export function approvalNeeds(
  plan: Omit<CognitivePlan, 'tasks' | 'execution_order'>,
  settings: PlanSettings,
): string[] {
  const reasons: string[] = [];
  if (plan.requires_approval) reasons.push('the producer asks for approval');
  if (plan.risk_score >= settings.approval_risk_score)
    reasons.push(`risk score ${plan.risk_score} ≥ ${settings.approval_risk_score}`);
  if (plan.is_destructive || plan.destructive_tasks.length > 0) reasons.push('it destroys something');
  if (plan.risk_band === 'high' || plan.risk_band === 'critical') reasons.push(`risk band ${plan.risk_band}`);
  return reasons;
}
