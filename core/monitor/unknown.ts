/** What was asked for is not there. */
import { HiveError } from '../errors.ts';

const unknown = (code: string, what: string, id: string): HiveError =>
  new HiveError(code, `There is no ${what} ${JSON.stringify(id)}: look at the list.`, { status: 404 });

export const planUnknown = (id: string): HiveError => unknown('PLAN_UNKNOWN', 'plan', id);
export const ticketUnknown = (id: string): HiveError => unknown('TICKET_UNKNOWN', 'ticket', id);
export const agentUnknown = (id: string): HiveError => unknown('AGENT_UNKNOWN', 'agent', id);
export const incidentUnknown = (id: string): HiveError => unknown('INCIDENT_UNKNOWN', 'incident', id);
