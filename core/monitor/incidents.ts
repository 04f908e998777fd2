/** Incidents as they are shown. */

import type { IncidentState } from '../incident/incident.ts';
import type { IncidentView, Page, TenantsPageRequest } from '../messages/monitoring-api.ts';
import type { PlanReader } from '../ports/plan-reader.ts';
import { pageOf } from './page.ts';
import { plansSeen } from './plans-seen.ts';
import { incidentUnknown } from './unknown.ts';

/** Newest first. @throws HiveError CURSOR_INVALID */
export const createListIncidents =
  ({ reader }: { reader: PlanReader }) =>
  ({ tenants = ['*'], ...request }: TenantsPageRequest): Promise<Page<IncidentView>> =>
    pageOf(
      { list: 'incidents', ...request },
      async (slice) => {
        const { items, ...rest } = await reader.listIncidents(slice);
        if (tenants.includes('*')) return { ...rest, items };
        const seen = await plansSeen(
          reader,
          items.map(({ workflow_id }) => workflow_id),
          tenants,
        );
        return { ...rest, items: items.filter(({ workflow_id }) => seen.has(workflow_id)) };
      },
      viewOf,
      ({ created_at, incident_id }) => `${String(created_at).padStart(15, '0')}#${incident_id}`,
    );

/** @throws HiveError INCIDENT_UNKNOWN (404) */
export const createGetIncident =
  ({ reader }: { reader: PlanReader }) =>
  async (incidentId: string): Promise<IncidentView> => {
    const incident = await reader.loadIncident(incidentId);
    if (incident === undefined) throw incidentUnknown(incidentId);
    return viewOf(incident);
  };

function viewOf(state: IncidentState): IncidentView {
  const { status, ...incident } = state;
  if (state.status === 'open') return { ...incident, status };
  const { by, why, resolved_at, status: _, ...said } = state;
  return { ...said, status, resolved_at, resolved_by: by, why };
}
