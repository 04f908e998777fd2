/** What an attempt that ended is counted by, told in its event: whoever counts reads nothing else. */
import type { TicketRecord } from './state.ts';
import { touchedOf } from './touched.ts';

/** After these the ticket begins anew, by somebody's will: its plan was paused, halted or redriven. */
const BEGINS_ANEW: readonly string[] = ['TicketDeferred', 'TicketWithdrawn', 'TicketReopened'];

/**
 * The time that failed attempts and the waits between them take is the ticket's own: it counts from when the ticket became
 * ready for the first time, not from the last try.
 *
 * @param held the attempt that ended
 * @returns `deadline`: the ticket's own, epoch ms
 */
export function countedBy(
  { spec, records }: Pick<TicketRecord, 'spec' | 'records'>,
  held: { readonly ready_at: number },
): { pool: string; deadline: number; assets?: string[] } {
  const anew = records.findLastIndex(({ event }) => BEGINS_ANEW.includes(event.type));
  const first = records.find(({ event }, at) => at > anew && event.type === 'TicketReady');
  const { pool, sla } = spec;
  const touched = spec.assets === undefined ? {} : { assets: touchedOf(spec) };
  return { pool, deadline: (first?.at ?? held.ready_at) + sla.timeout_ms, ...touched };
}
