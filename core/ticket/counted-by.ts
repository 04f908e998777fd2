/** What an attempt that ended is counted by, told in its event: whoever counts reads nothing else. */
import type { TicketSpec } from './state.ts';

/** @returns `deadline`: the ticket's own, epoch ms, which counts from when it became ready */
export const countedBy = (
  { pool, sla }: Pick<TicketSpec, 'pool' | 'sla'>,
  { ready_at }: { readonly ready_at: number },
): { pool: string; deadline: number } => ({ pool, deadline: ready_at + sla.timeout_ms });
