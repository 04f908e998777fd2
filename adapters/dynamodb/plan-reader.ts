/** Reads for people: all tickets of a plan with what never changes of them, and the events of one ticket. */
import type { Recorded } from '../../core/ledger/chain.ts';
import type { TicketEvent } from '../../core/ticket/events.ts';
import type { TicketSpec } from '../../core/ticket/state.ts';
import * as keys from './keys.ts';
import { getItems, queryPartition, type Table } from './table.ts';

export interface PlanReader {
  /** What was minted, in no order; tickets that do not exist are left out. Strongly consistent. */
  loadTicketSpecs(ticketIds: readonly string[]): Promise<TicketSpec[]>;
  /** All events of a ticket, oldest first; none when there is no such ticket. Strongly consistent. */
  loadTicketEvents(ticketId: string): Promise<Recorded<TicketEvent>[]>;
}

export function createDynamoPlanReader(table: Table): PlanReader {
  return {
    async loadTicketSpecs(ticketIds) {
      const items = await getItems(
        table,
        ticketIds.map((id) => ({ pk: keys.ticketKey(id), sk: keys.eventSort(1) })),
      );
      return items
        .map((item) => (item.record as Recorded<TicketEvent>).event)
        .flatMap((event) => (event.type === 'TicketCreated' ? [event.spec] : []));
    },

    async loadTicketEvents(ticketId) {
      const items = await queryPartition(table, keys.ticketKey(ticketId));
      return items.filter(({ kind }) => kind === 'event').map(({ record }) => record as Recorded<TicketEvent>);
    },
  };
}
