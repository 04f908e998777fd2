/**
 * A ticket that policies keep from everybody there goes on waiting, since another agent may come, or other policies. It
 * does not wait in silence: an incident says why, once for each time that the ticket became ready.
 */
import { incidentIdOf, openIncident } from '../incident/incident.ts';
import { isConflict } from '../ledger/retry.ts';
import type { PlanState } from '../plan/state.ts';
import type { AgentRegistry } from '../ports/agent-registry.ts';
import type { Clock } from '../ports/clock.ts';
import type { Sha256 } from '../ports/digest.ts';
import type { Ledger } from '../ports/ledger.ts';
import type { TicketRecord } from '../ticket/state.ts';
import { ANY_CAPABILITY } from './any-capability.ts';
import { createDeniedToAll } from './denied-to-all.ts';
import type { MayDispatch } from './may-dispatch.ts';

export interface NobodyMayDeps {
  mayDispatch: MayDispatch;
  ledger: Pick<Ledger, 'commit'>;
  agents: Pick<AgentRegistry, 'listByCapability'>;
  clock: Pick<Clock, 'now'>;
  sha256: Sha256;
}

/** A process asks again about a ticket after so long, ms: rounds come often, and all agents are asked about. */
const AGAIN_AFTER_MS = 60_000;
const MOST_KNOWN = 1000;

/** For a ticket that was denied to an agent. Does nothing where somebody else may have it. */
export type NobodyMay = (ticket: TicketRecord, plan: Pick<PlanState, 'deadline'>) => Promise<void>;

export function createNobodyMay(deps: NobodyMayDeps): NobodyMay {
  const { ledger, agents, clock, sha256 } = deps;
  const deniedToAll = createDeniedToAll(deps.mayDispatch);
  const asked = new Map<string, number>();

  return async ({ spec, head, ...rest }, plan) => {
    const { ticket_id, plan_id, task_id, correlation_id, trace_id } = spec;
    const incident_id = incidentIdOf(plan_id, `nobody may run ${ticket_id} @${head.version}`, sha256);
    const now = clock.now();
    if (now - (asked.get(incident_id) ?? -Infinity) < AGAIN_AFTER_MS) return;
    if (asked.size >= MOST_KNOWN) asked.clear();
    asked.set(incident_id, now);
    const there = await agents.listByCapability(spec.required_capabilities[0] ?? ANY_CAPABILITY);
    const why = await deniedToAll({ spec, head, ...rest }, plan, there, now);
    if (why === undefined) return;
    const incident = openIncident(
      {
        ...{ incident_id, workflow_id: plan_id, incident_type: 'INCONSISTENCY' as const, severity: 'MEDIUM' as const },
        details: [
          `POLICY_DENIED: task ${JSON.stringify(task_id)} waits: ${why}`.slice(0, 2000),
          'Start an agent that may have it, change the policies, or skip the ticket: it is asked about in each round.',
        ],
        ...{ affected_tickets: [ticket_id], correlation_id, trace_id, escalation_required: true, created_at: now },
      },
      sha256,
    );
    try {
      await ledger.commit([incident]);
    } catch (error) {
      if (!isConflict(error)) throw error;
    }
  };
}
