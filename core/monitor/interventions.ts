/** What people did, from events that say who and why. */
import type { Recorded } from '../ledger/chain.ts';
import type { Intervention } from '../messages/monitoring-api.ts';
import type { PlanEvent } from '../plan/events.ts';
import type { TicketEvent } from '../ticket/events.ts';

/** The newest that are told. */
const MAX_INTERVENTIONS = 50;

/** oldest first */
export function interventionsOf(records: readonly Recorded<PlanEvent | TicketEvent>[]): Intervention[] {
  const found = records.flatMap(({ aggregate, version, at, event }, index) => {
    const operator = 'operator' in event ? event.operator : 'why' in event ? event : undefined;
    if (operator === undefined) return [];
    // Taken from its agent by an operator, a ticket goes on by the same word.
    const before = records[index - 1]?.event;
    if (event.type === 'TicketReady' && before?.type === 'AttemptFailed' && before.operator !== undefined) return [];
    const { by, why } = operator;
    return [{ event_id: `${aggregate}@${version}`, at, type: event.type, by, why }];
  });
  return found.slice(-MAX_INTERVENTIONS);
}
