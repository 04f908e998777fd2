/** A ticket as the outside sees it. */
import type { ExecutionTicket, TicketStatus } from '../messages/execution-ticket.ts';
import type { PhaseName, TicketSpec, TicketState } from './state.ts';

/** Each inner phase maps to exactly one of the six statuses. A claim makes a ticket RUNNING; a cancelled one FAILED. */
export const STATUS_OF_PHASE: Readonly<Record<PhaseName, TicketStatus>> = {
  created: 'PENDING',
  gated: 'PENDING',
  ready: 'PENDING',
  assigned: 'PENDING',
  running: 'RUNNING',
  completed: 'COMPLETED',
  failed: 'FAILED',
  cancelled: 'FAILED',
};

export function toExecutionTicket({ spec, state }: { spec: TicketSpec; state: TicketState }): ExecutionTicket {
  const {
    pool: _p,
    plan_deadline: _d,
    tenant_id: _t,
    customer_tier: _c,
    gated_by: _g,
    releases: _r,
    sla,
    ...fields
  } = spec;
  return {
    ...fields,
    status: STATUS_OF_PHASE[state.phase],
    sla: 'ready_at' in state ? { ...sla, deadline: state.ready_at + sla.timeout_ms } : sla,
    retry_count: Math.max(0, state.attempts - 1),
    ...('started_at' in state ? { started_at: state.started_at } : {}),
    ...('completed_at' in state ? { completed_at: state.completed_at } : {}),
    ...('duration_ms' in state ? { actual_duration_ms: state.duration_ms } : {}),
    ...(state.phase === 'failed' ? { error_message: state.error_message } : {}),
    ...(state.phase === 'cancelled' ? { error_message: `cancelled: ${state.reason}` } : {}),
  };
}
