/** How many slots a load needs: the M/M/c queue. */

/** The probability that nobody is free when a ticket comes, c slots, offered load a Erlang (Erlang 1917): 1 where a ≥ c. */
export function erlangC(slots: number, load: number): number {
  if (load <= 0) return 0;
  if (load >= slots) return 1;
  // Erlang B by its recursion, which neither overflows nor cancels; C from B.
  let blocked = 1;
  for (let c = 1; c <= slots; c++) blocked = (load * blocked) / (c + load * blocked);
  return blocked / (1 - (load / slots) * (1 - blocked));
}

export interface Staffing {
  /** a ticket waits longer than `wait_ms` with at most this probability */
  readonly late: number;
  readonly wait_ms: number;
}

/** Beyond this load the square root rule is exact to less than a slot in a hundred, and cheaper. */
const LARGE_LOAD = 1000;
/** Standard deviations above the load: β of Halfin & Whitt, for a wait in one of twenty or so. */
const LARGE_BETA = 1.4;

/**
 * The fewest slots at which P(wait > wait_ms) = C(c, a)·e^{−(c − a)·wait ÷ service} ≤ late: Erlang's formula, and for large
 * loads its limit, the square root rule c = a + β√a (Halfin & Whitt, "Heavy-Traffic Limits for Queues with Many
 * Exponential Servers", 1981).
 * @param load Erlang: arrivals a ms × service ms
 * @param serviceMs mean service time, ms, > 0
 * @returns 0 for no load
 */
export function slotsFor(load: number, serviceMs: number, { late, wait_ms }: Staffing): number {
  if (!(load > 0)) return 0;
  if (load > LARGE_LOAD) return Math.ceil(load + LARGE_BETA * Math.sqrt(load));
  for (let slots = Math.floor(load) + 1; ; slots++)
    if (erlangC(slots, load) * Math.exp((-(slots - load) * wait_ms) / serviceMs) <= late) return slots;
}
