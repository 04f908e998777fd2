/** A ticket as the outside sees it. */
import type { ExecutionTicket, TicketStatus } from '../messages/execution-ticket.ts';
import type { PhaseName, TicketSpec, TicketState } from './state.ts';

/**
 * Each inner phase maps to exactly one of the six statuses. A claim makes a ticket RUNNING; a cancelled one is FAILED, one
 * that an operator skipped COMPLETED; between attempts a ticket is PENDING again, also while it waits for a person.
 */
export const STATUS_OF_PHASE: Readonly<Record<PhaseName, TicketStatus>> = {
  created: 'PENDING',
  gated: 'PENDING',
  ready: 'PENDING',
  deferred: 'PENDING',
  assigned: 'PENDING',
  running: 'RUNNING',
  backing_off: 'PENDING',
  awaiting_person: 'PENDING',
  completed: 'COMPLETED',
  skipped: 'COMPLETED',
  failed: 'FAILED',
  cancelled: 'FAILED',
  compensating: 'COMPENSATING',
  compensated: 'COMPENSATED',
};

export function toExecutionTicket({ spec, state }: { spec: TicketSpec; state: TicketState }): ExecutionTicket {
  const {
    pool: _p,
    plan_deadline: _d,
    below_ms: _b,
    rank_ms: _k,
    tenant_id: _t,
    customer_tier: _c,
    gated_by: _g,
    releases: _r,
    on_failure: _f,
    compensation: _u,
    compensates: _o,
    sla,
    ...fields
  } = spec;
  return {
    ...fields,
    status: STATUS_OF_PHASE[state.phase],
    sla: 'ready_at' in state ? { ...sla, deadline: state.ready_at + sla.timeout_ms } : sla,
    retry_count: Math.max(0, state.attempts - 1),
    ...('compensation_ticket_id' in state ? { compensation_ticket_id: state.compensation_ticket_id } : {}),
    ...('started_at' in state ? { started_at: state.started_at } : {}),
    ...('completed_at' in state ? { completed_at: state.completed_at } : {}),
    ...('duration_ms' in state ? { actual_duration_ms: state.duration_ms } : {}),
    ...('error_message' in state ? { error_message: state.error_message } : {}),
    ...(state.phase === 'cancelled' ? { error_message: `cancelled: ${state.reason}` } : {}),
  };
}
