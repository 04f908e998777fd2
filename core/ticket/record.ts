/** A ticket from what a store keeps of it. */
import type { Aggregate } from '../ledger/aggregate.ts';
import type { TicketEvent } from './events.ts';
import type { TicketRecord, TicketState } from './state.ts';

/**
 * @param notes what is kept beside the events; read are `touched_at` (the holder was last heard of) and `settled_at`
 * @returns undefined for what does not begin as a ticket
 */
export function ticketRecord(
  { head, state, records }: Aggregate<TicketEvent, TicketState>,
  notes: Readonly<Record<string, unknown>>,
): TicketRecord | undefined {
  const created = records[0]?.event;
  if (created?.type !== 'TicketCreated') return undefined;
  const tokens = records.flatMap(({ event }) => ('task_token' in event && event.task_token ? [event.task_token] : []));
  return {
    head,
    state,
    spec: created.spec,
    records,
    task_tokens: [...new Set(tokens)],
    ...(typeof notes.touched_at === 'number' ? { touched_at: notes.touched_at } : {}),
    ...(typeof notes.settled_at === 'number' ? { settled_at: notes.settled_at } : {}),
  };
}
