/** From a plan to its tickets (C2). The same plan gives the same tickets, whoever mints them and when. */
import type { CognitivePlan, PlanTask } from '../messages/cognitive-plan.ts';
import type { Qos } from '../messages/execution-ticket.ts';
import {
  PRIORITIES,
  type Priority,
  type RiskBand,
  securityLevel,
  TASK_TYPES,
  type TaskType,
} from '../messages/primitives.ts';
import type { Sha256 } from '../ports/digest.ts';
import { rankOf } from '../schedule/forecast-ranks.ts';
import { ticketIdOf, traceIdOf } from '../ticket/ids.ts';
import type { TicketSpec } from '../ticket/state.ts';
import { deadlineOf } from './admission.ts';
import { type Gate, poolOf } from './compile/index.ts';
import type { PlanSettings } from './limits.ts';
import { upwardRanks } from './upward-rank.ts';

const PRIORITY_FLOOR: Readonly<Record<RiskBand, Priority>> = {
  critical: 'CRITICAL',
  high: 'HIGH',
  medium: 'NORMAL',
  low: 'LOW',
};

/**
 * @param createdAt epoch ms when the plan was first received: part of the tickets, so not "now"
 * @param forecast `forecastRanks` of the tasks, as recorded when the plan was first received
 */
export function mintTickets(
  plan: CognitivePlan,
  gates: readonly Gate[],
  createdAt: number,
  settings: PlanSettings,
  sha256: Sha256,
  forecast?: readonly number[],
): TicketSpec[] {
  const ticketId = (taskId: string) => ticketIdOf(plan.plan_id, taskId, sha256);
  const gatedBy = groupBy(gates, 'after', 'before');
  const releases = groupBy(gates, 'before', 'after');
  const { cap_ms, max_retries } = settings.bands[plan.risk_band];
  const estimateOf = (task: PlanTask) => task.estimated_duration_ms ?? settings.default_estimate_ms;
  const ranks = upwardRanks(plan.tasks, estimateOf);
  return plan.tasks.map((task, at) => {
    const estimate = estimateOf(task);
    const wanted = Math.max(settings.min_timeout_ms, settings.timeout_factor * estimate);
    return {
      ticket_id: ticketId(task.task_id),
      plan_id: plan.plan_id,
      intent_id: plan.intent_id,
      decision_id: plan.decision_id,
      correlation_id: plan.correlation_id,
      trace_id: plan.trace_id ?? traceIdOf(plan.plan_id, sha256),
      span_id: plan.span_id,
      task_id: task.task_id,
      task_type: taskTypeOf(task),
      description: task.description,
      dependencies: [...new Set(task.dependencies)].map(ticketId),
      priority: priorityOf(plan),
      risk_band: plan.risk_band,
      sla: { timeout_ms: Math.min(wanted, cap_ms), max_retries },
      qos: { ...qosOf(plan.risk_band), ...(task.delivery_mode && { delivery_mode: task.delivery_mode }) },
      parameters: task.parameters,
      required_capabilities: task.required_capabilities,
      security_level: securityLevel.parse(plan.original_security_level.toUpperCase()),
      created_at: createdAt,
      estimated_duration_ms: estimate,
      metadata: { ...task.metadata, task_type: task.task_type },
      schema_version: 1,
      plan_deadline: deadlineOf(plan, settings),
      below_ms: (ranks.get(task.task_id) ?? estimate) - estimate,
      ...(forecast !== undefined && { rank_ms: rankOf(forecast, at) }),
      pool: poolOf(task.required_capabilities, sha256),
      tenant_id: plan.tenant_id,
      customer_tier: plan.customer_tier,
      gated_by: (gatedBy.get(task.task_id) ?? []).map(ticketId),
      releases: (releases.get(task.task_id) ?? []).map(ticketId),
      on_failure: plan.on_failure,
      ...(task.compensation && { compensation: task.compensation }),
      ...(task.assets && task.assets.length > 0 && { assets: task.assets }),
    };
  });
}

/** Producers name types freely ("query", "create"): one we know keeps its name, any other is plain execution. */
function taskTypeOf(task: PlanTask): TaskType {
  const upper = task.task_type.toUpperCase();
  return TASK_TYPES.find((type) => type === upper) ?? 'EXECUTE';
}

/** What the producer asked for, but never below what the risk band demands. */
function priorityOf(plan: CognitivePlan): Priority {
  const asked = PRIORITIES.find((name) => name === plan.original_priority.toUpperCase()) ?? 'NORMAL';
  const floor = PRIORITY_FLOOR[plan.risk_band];
  return PRIORITIES.indexOf(asked) > PRIORITIES.indexOf(floor) ? asked : floor;
}

function qosOf(band: RiskBand): Qos {
  return band === 'critical' || band === 'high'
    ? { delivery_mode: 'EXACTLY_ONCE', consistency: 'STRONG', durability: 'PERSISTENT' }
    : { delivery_mode: 'AT_LEAST_ONCE', consistency: 'EVENTUAL', durability: 'PERSISTENT' };
}

function groupBy(gates: readonly Gate[], key: 'before' | 'after', value: 'before' | 'after'): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const gate of gates) {
    const group = groups.get(gate[key]);
    if (group) group.push(gate[value]);
    else groups.set(gate[key], [gate[value]]);
  }
  return groups;
}
