/** An incident is over: a person says so, or what it was about has been dealt with. */
import { HiveError } from '../errors.ts';
import { resolveWrite } from '../incident/incident.ts';
import { retryOnConflict } from '../ledger/retry.ts';
import type { ByOperator } from '../ticket/events.ts';
import type { Operations } from './operations.ts';
import { operatorOf, type VerbDeps } from './verb.ts';

/** One that is resolved, or not there, stays as it is. Resolves to whether it changed; undefined when it is not there. */
export function createResolveIncidentOf({ ledger, clock, sha256 }: VerbDeps) {
  return (incidentId: string, operator: ByOperator): Promise<boolean | undefined> =>
    retryOnConflict(clock, async () => {
      const incident = await ledger.loadIncident(incidentId);
      if (incident === undefined) return undefined;
      if (incident.state.status === 'resolved') return false;
      await ledger.commit([resolveWrite(incident, operator, clock.now(), sha256)]);
      return true;
    });
}

/** @throws HiveError INCIDENT_UNKNOWN (404) */
export function createResolveIncident(deps: VerbDeps): Operations['resolveIncident'] {
  const resolveIncidentOf = createResolveIncidentOf(deps);
  return async (incidentId, request) => {
    const changed = await resolveIncidentOf(incidentId, operatorOf(request));
    if (changed === undefined)
      throw new HiveError('INCIDENT_UNKNOWN', `No incident has the id ${JSON.stringify(incidentId)}.`, { status: 404 });
    return { id: incidentId, phase: 'resolved', changed };
  };
}
