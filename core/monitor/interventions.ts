/** What people did, from events that say who and why. */
import type { Recorded } from '../ledger/chain.ts';
import type { Intervention } from '../messages/monitoring-api.ts';
import type { PlanEvent } from '../plan/events.ts';
import type { TicketEvent } from '../ticket/events.ts';

/** The newest that are told. */
const MAX_INTERVENTIONS = 50;

/** oldest first */
export function interventionsOf(records: readonly Recorded<PlanEvent | TicketEvent>[]): Intervention[] {
  const found = records.flatMap(({ aggregate, version, at, event }) => {
    const operator = 'operator' in event ? event.operator : 'why' in event ? event : undefined;
    if (operator === undefined) return [];
    const { by, why } = operator;
    return [{ event_id: `${aggregate}@${version}`, at, type: event.type, by, why }];
  });
  return found.slice(-MAX_INTERVENTIONS);
}
