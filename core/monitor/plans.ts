/** Plans as they are shown. */

import { seesTenant } from '../access/tenants.ts';
import { TICKET_STATUSES } from '../messages/execution-ticket.ts';
import type { Page, PlanSummary, PlanView, TenantsPageRequest } from '../messages/monitoring-api.ts';
import type { RiskBand } from '../messages/primitives.ts';
import { standingPrediction } from '../plan/prediction.ts';
import type { PlanState } from '../plan/state.ts';
import type { PlanHistory, PlanReader, TicketHead } from '../ports/plan-reader.ts';
import { STATUS_OF_PHASE } from '../ticket/view.ts';
import { interventionsOf } from './interventions.ts';
import { pageOf } from './page.ts';
import { planUnknown } from './unknown.ts';

/** Newest first. @throws HiveError CURSOR_INVALID */
export const createListPlans =
  ({ reader }: { reader: PlanReader }) =>
  ({ tenants = ['*'], ...request }: TenantsPageRequest): Promise<Page<PlanSummary>> =>
    pageOf(
      { list: 'plans', ...request },
      async (slice) => {
        const { items, ...rest } = await reader.listPlans(slice);
        return { ...rest, items: items.filter(({ tenant_id }) => seesTenant(tenants, tenant_id)) };
      },
      summaryOf,
      ({ received_at, plan_id }) => `${String(received_at).padStart(15, '0')}#${plan_id}`,
    );

/** @throws HiveError PLAN_UNKNOWN (404) */
export const createGetPlan =
  ({ reader }: { reader: PlanReader }) =>
  async (planId: string): Promise<PlanView> => {
    const plan = await reader.loadPlan(planId);
    if (plan === undefined) throw planUnknown(planId);
    return viewOf(plan, await reader.loadTicketHeads(await reader.listTicketIds(planId)));
  };

function summaryOf(state: PlanState): PlanSummary {
  const { plan_id, intent_id, phase, tickets, received_at, deadline } = state;
  return {
    ...{ plan_id, intent_id, phase, tickets, received_at, deadline },
    risk_band: state.risk_band as RiskBand,
    ...('accepted_at' in state ? { accepted_at: state.accepted_at } : {}),
    ...('started_at' in state ? { started_at: state.started_at } : {}),
    ...('ended_at' in state ? { ended_at: state.ended_at } : {}),
  };
}

function viewOf({ state, version, events, prediction }: PlanHistory, heads: readonly TicketHead[]): PlanView {
  const received = events[0]?.event;
  if (received?.type !== 'PlanReceived') throw new TypeError(`plan ${state.plan_id} does not begin as one`);
  const { header } = received;
  const { correlation_id, trace_id, tenant_id, customer_tier, original_domain } = header;
  const { risk_score, is_destructive, reasoning_summary, metadata } = header;
  return {
    ...summaryOf(state),
    version,
    plan_version: header.version,
    run: state.run,
    on_failure: state.on_failure,
    ...{ correlation_id, trace_id: events[0]?.subject.trace_id ?? trace_id, tenant_id, customer_tier, original_domain },
    ...{ risk_score, is_destructive, reasoning_summary, metadata },
    ...standingOf(state),
    tickets_by_status: {
      ...(Object.fromEntries(TICKET_STATUSES.map((status) => [status, 0])) as PlanView['tickets_by_status']),
      ...countBy(heads, ({ phase }) => STATUS_OF_PHASE[phase]),
    },
    tickets_by_phase: countBy(heads, ({ phase }) => phase),
    ...standingPrediction(state, prediction),
    interventions: interventionsOf(events),
  };
}

/** What only some phases have. */
function standingOf(state: PlanState) {
  const why = 'reason' in state ? state.reason : 'why' in state ? state.why : undefined;
  return {
    ...('shape' in state ? { shape: state.shape } : {}),
    ...('execution_arn' in state ? { execution_arn: state.execution_arn } : {}),
    ...('machine_arn' in state ? { machine_arn: state.machine_arn } : {}),
    ...('reasons' in state ? { approval_reasons: [...state.reasons] } : {}),
    ...(why === undefined ? {} : { reason: why }),
    ...('failed_tasks' in state ? { failed_tasks: [...state.failed_tasks] } : {}),
    ...('incident_id' in state ? { incident_id: state.incident_id } : {}),
    ...('compensations' in state ? { compensations: state.compensations } : {}),
  };
}

function countBy<T, K extends string>(items: readonly T[], keyOf: (item: T) => K): { [key in K]?: number } {
  const counts: { [key in K]?: number } = {};
  for (const item of items) {
    const key = keyOf(item);
    counts[key] = (counts[key] ?? 0) + 1;
  }
  return counts;
}
