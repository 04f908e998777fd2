/** `on_failure: halt`: the plan stands still until an operator has repaired what failed and redrives it, or gives it up. */
import { incidentIdOf, incidentTypeOf, openIncident } from '../incident/incident.ts';
import { retryOnConflict } from '../ledger/retry.ts';
import type { Clock } from '../ports/clock.ts';
import type { Sha256 } from '../ports/digest.ts';
import type { Ledger } from '../ports/ledger.ts';
import { traceIdOf } from '../ticket/ids.ts';
import { appendToPlan } from './append.ts';
import { isPlanLive, type PlanState } from './state.ts';

const TOLD = 50;

/**
 * Tickets that wait for an agent go back to where the machine had not reached them, each when a round comes upon it; what
 * runs may finish. A plan that has halted before stays as it is.
 */
export function createHaltPlan({ ledger, clock, sha256 }: { ledger: Ledger; clock: Clock; sha256: Sha256 }) {
  return async function haltPlan({ plan_id, run }: PlanState, reason: string): Promise<void> {
    const states = await ledger.loadTicketStates(await ledger.ticketIdsOfPlan(plan_id));
    const failed = states.filter((state) => state.phase === 'failed');
    await retryOnConflict(clock, async () => {
      const plan = await ledger.loadPlan(plan_id);
      if (plan === undefined || !isPlanLive(plan.state) || plan.state.run !== run) return;
      const { header, state } = plan;
      const now = clock.now();
      const incident_id = incidentIdOf(plan_id, `halted in run ${state.run}`, sha256);
      const incident = openIncident(
        {
          incident_id,
          workflow_id: plan_id,
          incident_type: incidentTypeOf(failed.map(({ cause }) => cause)),
          severity: 'MEDIUM',
          details: [
            `The plan has halted: ${reason}`.slice(0, 2000),
            'Repair what failed and redrive the plan, or cancel it.',
          ],
          affected_tickets: failed.slice(0, TOLD).map(({ ticket_id }) => ticket_id),
          correlation_id: header.correlation_id,
          trace_id: header.trace_id ?? traceIdOf(plan_id, sha256),
          escalation_required: true,
          created_at: now,
        },
        sha256,
      );
      const failed_tasks = failed.slice(0, TOLD).map(({ task_id }) => task_id);
      const event = { type: 'PlanHalted' as const, reason, failed_tasks, incident_id };
      await ledger.commit([appendToPlan(plan, event, now, sha256), incident]);
    });
  };
}
