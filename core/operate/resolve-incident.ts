/** An incident is over: a person says so. */
import { HiveError } from '../errors.ts';
import { resolveWrite } from '../incident/incident.ts';
import { retryOnConflict } from '../ledger/retry.ts';
import type { Operations } from './operations.ts';
import { operatorOf, type VerbDeps } from './verb.ts';

/** One that is resolved stays as it is. @throws HiveError INCIDENT_UNKNOWN (404) */
export const createResolveIncident =
  ({ ledger, clock, sha256 }: VerbDeps): Operations['resolveIncident'] =>
  (incidentId, request) =>
    retryOnConflict(clock, async () => {
      const incident = await ledger.loadIncident(incidentId);
      if (incident === undefined)
        throw new HiveError('INCIDENT_UNKNOWN', `No incident has the id ${JSON.stringify(incidentId)}.`, {
          status: 404,
        });
      const changed = incident.state.status === 'open';
      if (changed) await ledger.commit([resolveWrite(incident, operatorOf(request), clock.now(), sha256)]);
      return { id: incidentId, phase: 'resolved', changed };
    });
