/** What is counted, by name. */

/** `good`: completed by its deadline; `bad`: completed later, or failed for good. */
export const TICKET_SLA = 'sla:tickets';
/** `good`: completed by its deadline; `bad`: completed later, failed, or undone. */
export const PLAN_SLA = 'sla:plans';
/** `arrivals` of attempts, and of those that ended `served`, their `service_ms` and how many were `failures`. */
export const poolSeries = (pool: string): string => `pool:${pool}`;

export const MINUTE_MS = 60_000;

/** The beginning of the minute, epoch ms. */
export const minuteOf = (at: number): number => Math.floor(at / MINUTE_MS) * MINUTE_MS;
