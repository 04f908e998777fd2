/** The tickets of simulated plans, minted as accepting the plans would, and how long each takes at speed 1. */
import type { CognitivePlan } from '../messages/cognitive-plan.ts';
import { deadlineOf } from '../plan/admission.ts';
import { PLAN_SETTINGS } from '../plan/limits.ts';
import { mintTickets } from '../plan/mint.ts';
import { type QueueEntry, queueKey } from '../schedule/queue-entry.ts';
import { kindOfWork, type TicketSpec } from '../ticket/state.ts';
import { drawNormal } from '../trail/draw.ts';
import { createRandom } from './random.ts';
import type { SimulationDeps, SimulationRequest } from './types.ts';

export interface SimulatedTicket {
  /** its place among all tickets of the simulation */
  readonly index: number;
  readonly plan: number;
  readonly spec: TicketSpec;
  readonly kind: string;
  /** ms at speed 1, whole */
  readonly duration_ms: number;
  readonly predecessors: readonly number[];
  readonly successors: number[];
}

export interface ArrivingPlan {
  readonly plan: CognitivePlan;
  readonly at_ms: number;
  readonly deadline_ms: number;
  readonly tickets: readonly SimulatedTicket[];
}

/** All plans' tickets are numbered from 0, plan by plan. */
export function arrivingPlans(
  request: SimulationRequest,
  { sha256, settings = PLAN_SETTINGS }: SimulationDeps,
): ArrivingPlan[] {
  const random = createRandom(request.seed ?? 1);
  const noise = request.noise ?? 0;
  let count = 0;
  return request.plans.map(({ plan, at_ms = 0 }, number) => {
    const specs = mintTickets(plan, [], at_ms, settings, sha256);
    const numbers = new Map(specs.map(({ ticket_id }, index) => [ticket_id, count + index]));
    const tickets = specs.map((spec): SimulatedTicket => {
      // Drawn for each task, so that naming one's duration leaves the others' as they were.
      const drawn = spec.estimated_duration_ms * Math.exp(noise * drawNormal(random));
      const duration = request.durations?.[plan.plan_id]?.[spec.task_id] ?? drawn;
      return {
        index: count++,
        plan: number,
        spec,
        kind: kindOfWork(spec),
        duration_ms: Math.max(1, Math.round(duration)),
        predecessors: spec.dependencies.map((id) => numbers.get(id)).filter((found) => found !== undefined),
        successors: [],
      };
    });
    const first = tickets[0]?.index ?? 0;
    for (const ticket of tickets)
      for (const before of ticket.predecessors) tickets[before - first]?.successors.push(ticket.index);
    return { plan, at_ms, deadline_ms: at_ms + deadlineOf(plan, settings) - plan.created_at, tickets };
  });
}

/** As it stands in its pool's queue. */
export function entryOf(
  { spec, kind }: SimulatedTicket,
  plan: ArrivingPlan,
  state: { readonly ready_ms: number; readonly attempts: number; readonly avoid: readonly string[] },
  estimatedMs: number,
): QueueEntry {
  const { region, zone } = spec.metadata;
  const { customer_tier, tenant_id, priority, ticket_id, security_level } = spec;
  return {
    pool: spec.pool,
    key: queueKey({ priority, customer_tier, tenant_id, security_level, ready_at: state.ready_ms, ticket_id }),
    ...{ ticket_id, plan_id: spec.plan_id, task_id: spec.task_id, task_type: kind, priority, customer_tier, tenant_id },
    security_level: spec.security_level,
    required_capabilities: spec.required_capabilities,
    estimated_duration_ms: estimatedMs,
    risk_band: spec.risk_band,
    qos: spec.qos,
    below_ms: spec.below_ms,
    plan_deadline: plan.deadline_ms,
    ...(region !== undefined && { location: { region, ...(zone !== undefined && { zone }) } }),
    ready_at: state.ready_ms,
    deadline: state.ready_ms + spec.sla.timeout_ms,
    attempt: state.attempts + 1,
    avoid: state.avoid,
    compensation: false,
  };
}
