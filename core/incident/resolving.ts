/** What resolves an open incident together with the change that deals with it. */
import type { Sha256 } from '../ports/digest.ts';
import type { Ledger, Write } from '../ports/ledger.ts';
import type { ByOperator } from '../ticket/events.ts';
import { resolveWrite } from './incident.ts';

/** Nothing where there is no such incident, or it is resolved. */
export async function resolving(
  ledger: Ledger,
  incidentId: string | undefined,
  operator: ByOperator,
  now: number,
  sha256: Sha256,
): Promise<Write[]> {
  const incident = incidentId === undefined ? undefined : await ledger.loadIncident(incidentId);
  return incident?.state.status === 'open' ? [resolveWrite(incident, operator, now, sha256)] : [];
}
