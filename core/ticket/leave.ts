/** What a ticket leaves behind when it is taken out of its phase: its place in the queue, or its agent's slot. */
import type { Write } from '../ports/ledger.ts';
import type { TicketState } from './state.ts';

export function leaveWrites(state: TicketState): Write[] {
  if (state.phase === 'ready') return [{ kind: 'dequeue', entry: { pool: state.pool, key: state.queue_key } }];
  if (state.phase === 'assigned' || state.phase === 'running')
    return [{ kind: 'free_slot', agent_id: state.agent_id, ticket_id: state.ticket_id }];
  return [];
}
