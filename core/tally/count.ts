/** From ledger events to what they count for: each in the minute that it happened in, whenever it is counted. */
import type { Recorded } from '../ledger/chain.ts';
import type { LedgerEvent } from '../ledger/project.ts';
import type { TallyIncrement } from '../ports/tallies.ts';
import type { FailureCause } from '../ticket/state.ts';
import { minuteOf, PLAN_SLA, poolSeries, TICKET_SLA } from './series.ts';

/**
 * What one event counts for; nothing for most. A retry needs a slot as a first attempt does, so each time that a ticket
 * becomes ready is an arrival. Who cancels or skips says nothing about whether deadlines are kept.
 */
function countsOf({ event, at }: Recorded<LedgerEvent>): readonly Omit<TallyIncrement, 'at'>[] {
  switch (event.type) {
    case 'TicketReady':
      return [{ series: poolSeries(event.pool), counts: { arrivals: 1 } }];
    case 'TicketCompleted':
      return [...served(event, false), sla(TICKET_SLA, event.deadline === undefined || at <= event.deadline)];
    case 'TicketFailed':
      return [...served(event, true), sla(TICKET_SLA, false)];
    case 'AttemptFailed':
    case 'TicketEscalated':
      return RAN.includes(event.cause) ? served(event, true) : [];
    case 'PlanCompleted':
      return [sla(PLAN_SLA, event.deadline === undefined || at <= event.deadline)];
    case 'PlanFailed':
      return [sla(PLAN_SLA, false)];
    case 'PlanCompensating':
      return event.operator === undefined ? [sla(PLAN_SLA, false)] : [];
    default:
      return [];
  }
}

/** Causes of the end of an attempt that took a slot's time and was to be better: not what nobody claimed, or was handed back. */
const RAN: readonly string[] = ['reported', 'lease_expired', 'attempt_timeout'] satisfies FailureCause[];

const sla = (series: string, good: boolean) => ({ series, counts: good ? { good: 1 } : { bad: 1 } });

const served = ({ pool, duration_ms }: { pool?: string; duration_ms: number }, failed: boolean) =>
  pool === undefined
    ? []
    : [
        {
          series: poolSeries(pool),
          counts: { served: 1, service_ms: duration_ms, ...(failed ? { failures: 1 } : {}) },
        },
      ];

/** One increment a series and minute, in an order of their own: the same events give the same increments. */
export function tally(records: readonly Recorded<LedgerEvent>[]): TallyIncrement[] {
  const sums = new Map<string, { series: string; at: number; counts: Record<string, number> }>();
  for (const record of records)
    for (const { series, counts } of countsOf(record)) {
      const at = minuteOf(record.at);
      const key = `${at} ${series}`;
      const sum = sums.get(key) ?? { series, at, counts: {} };
      sums.set(key, sum);
      for (const [name, count] of Object.entries(counts)) sum.counts[name] = (sum.counts[name] ?? 0) + count;
    }
  return [...sums].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, sum]) => sum);
}
