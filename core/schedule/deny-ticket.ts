/**
 * Policies forbid a ticket whoever runs it: it will not run, and nobody waits for it in silence. It is cancelled, an
 * incident tells why, and its plan goes the way of a failure; redriven, it is asked about anew. What undoes another ticket
 * stays where it is, or the plan would count as undone: the incident is all that happens to it.
 */
import { incidentIdOf, openIncident } from '../incident/incident.ts';
import { isConflict } from '../ledger/retry.ts';
import type { Decision } from '../policy/decision.ts';
import type { Clock } from '../ports/clock.ts';
import type { Sha256 } from '../ports/digest.ts';
import type { Ledger } from '../ports/ledger.ts';
import type { Timers } from '../ports/timers.ts';
import { appendToTicket } from '../ticket/append.ts';
import { leaveWrites } from '../ticket/leave.ts';
import { SETTLED_BY_MS, type SettleTicket } from '../ticket/settle.ts';
import type { TicketRecord } from '../ticket/state.ts';
import { denialOf } from './may-dispatch.ts';

export interface DenyTicketDeps {
  ledger: Ledger;
  timers: Timers;
  settle: SettleTicket;
  clock: Clock;
  sha256: Sha256;
}

export type DenyTicket = (ticket: TicketRecord, denied: Decision) => Promise<'denied' | 'ticket_changed'>;

/** Should this die after its commit, the ticket's timer settles it. */
export function createDenyTicket({ ledger, timers, settle, clock, sha256 }: DenyTicketDeps): DenyTicket {
  return async (ticket, denied) => {
    const { spec, state, head } = ticket;
    const { ticket_id, plan_id, task_id, compensates } = spec;
    const now = clock.now();
    const why = denialOf(denied);
    const incident = openIncident(
      {
        // Of this time that it was ready: an incident is opened once, however often a round comes by.
        incident_id: incidentIdOf(plan_id, `policies deny ${ticket_id} @${head.version}`, sha256),
        workflow_id: plan_id,
        incident_type: 'INCONSISTENCY',
        severity: 'HIGH',
        details: [
          `POLICY_DENIED: task ${JSON.stringify(task_id)} may not be dispatched to anybody: ${why}`.slice(0, 2000),
          'Mend the plan or the policies, then redrive the plan.',
        ],
        affected_tickets: [ticket_id],
        correlation_id: spec.correlation_id,
        trace_id: spec.trace_id,
        escalation_required: true,
        created_at: now,
      },
      sha256,
    );
    try {
      if (compensates !== undefined) await ledger.commit([incident]);
      else {
        const event = { type: 'TicketCancelled' as const, reason: `POLICY_DENIED: ${why}`.slice(0, 2000) };
        await timers.set({ kind: 'ticket', id: ticket_id, at: now + SETTLED_BY_MS });
        await ledger.commit([appendToTicket(ticket, event, now, sha256), ...leaveWrites(state), incident]);
      }
    } catch (error) {
      if (!isConflict(error)) throw error;
      return compensates === undefined ? 'ticket_changed' : 'denied';
    }
    if (compensates === undefined) await settle(ticket_id);
    return 'denied';
  };
}
