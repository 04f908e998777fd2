/** From a pool's history to the slots it needs. */
import { type Forecast, forecast } from './forecast.ts';
import { type Staffing, slotsFor } from './queueing.ts';

export interface DemandSettings extends Staffing {
  /** how far ahead capacity is wanted, minutes: what it takes to start agents, and then some */
  readonly ahead: number;
  /** capacity is given back only when it was not needed for so many minutes */
  readonly hold: number;
}

/** One ticket in ten waits longer than ten seconds for a slot. */
export const DEMAND_SETTINGS: DemandSettings = { late: 0.1, wait_ms: 10_000, ahead: 15, hold: 10 };

/** Counts of a pool up to `at`: see forecast.ts. */
export interface PoolHistory {
  /** at least `hold` of them, oldest first */
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
  readonly at: number;
  /** mean service time of an attempt, ms */
  readonly service_ms: number;
  /** tickets that wait now */
  readonly waiting: number;
}

export interface Capacity {
  /** slots, whole; 0 where nothing is expected */
  readonly desired_slots: number;
  /** the busiest of the minutes ahead, Erlang */
  readonly load: number;
  readonly forecast: Forecast;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/**
 * The most that any of the last `hold` minutes asked for: capacity comes at once, and goes when it was not needed for a
 * while. Nothing is remembered for that: what was asked for a minute ago follows from what had been counted by then.
 */
export function capacityFor(history: PoolHistory, settings: DemandSettings = DEMAND_SETTINGS): Capacity {
  const now = needAt(history, 0, settings);
  let desired_slots = now.desired_slots;
  for (let back = 1; back < Math.min(settings.hold, history.minutes.length); back++)
    desired_slots = Math.max(desired_slots, needAt(history, back, settings).desired_slots);
  return { ...now, desired_slots };
}

/** What was needed `back` minutes ago, as it could be known then. */
function needAt(history: PoolHistory, back: number, settings: DemandSettings): Capacity {
  const at = history.at - back * MINUTE_MS;
  const { minutes, hours, service_ms } = history;
  // An hour may have begun since.
  const since = Math.floor(history.at / HOUR_MS) - Math.floor(at / HOUR_MS);
  const known = {
    minutes: back === 0 ? minutes : minutes.slice(0, -back),
    hours: since === 0 ? hours : hours.slice(0, -since),
  };
  const ahead = forecast({ ...known, at }, settings.ahead);
  // Those that wait are to be served within the time ahead; who waited then is not known any more.
  const backlog = back === 0 ? history.waiting / settings.ahead : 0;
  const load = ((Math.max(0, ...ahead.mean) + backlog) * service_ms) / MINUTE_MS;
  return { desired_slots: peakySlots(load, ahead.dispersion, service_ms, settings), load, forecast: ahead };
}

/** Less than this share of a slot is nothing: a forecast of a pool that nobody uses any more never quite reaches 0. */
const IDLE_LOAD = 0.01;

/**
 * Hayward's approximation (Fredericks, "Congestion in Blocking Systems: A Simple Approximation Technique", 1980): arrivals
 * of peakedness z at c slots fare as Poisson ones of 1/z of the load at c/z slots.
 */
function peakySlots(load: number, peakedness: number, serviceMs: number, settings: DemandSettings): number {
  if (load < IDLE_LOAD) return 0;
  return Math.ceil(peakedness * slotsFor(load / peakedness, serviceMs, settings));
}
