/**
 * How many attempts will arrive in a pool in each of the next minutes, with intervals.
 *
 * A minute's count is mostly noise (Poisson), a day's course is mostly not: so the course of the day is learnt from hours,
 * smoothed over days, and the minutes only say how today compares with it: a level that decays with a half-life of ten
 * minutes. Holt–Winters over minutes would fit 1 440 indices of a season to the noise of single minutes; Holt without a season
 * follows a day's slope late and runs past its peak; the seasonal naive repeats each burst a day after. See docs/benchmarks.md
 * for how they do beside it. With less than a day's history the season is flat, with none the forecast is 0.
 */
export interface History {
  /** counts of the last minutes, oldest first, up to the forecast's begin */
  readonly minutes: readonly number[];
  /** counts of the last whole hours, oldest first; they end where the current hour of `at` begins */
  readonly hours: readonly number[];
  /** the forecast's begin, epoch ms, a whole minute */
  readonly at: number;
}

export interface Forecast {
  /** a minute, expected */
  readonly mean: readonly number[];
  /** quantiles of a minute's count */
  readonly p10: readonly number[];
  readonly p90: readonly number[];
  /** variance of a minute's count over its mean: 1 for Poisson, more where arrivals come in bursts */
  readonly dispersion: number;
}

const HOURS = 24;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** What yesterday at this hour counts for, against the days before. */
const DAY_WEIGHT = 0.35;
/** Arrivals an hour that a season is believed as much as flatness for. */
const SEASON_PRIOR = 30;
const HALF_LIFE_MINUTES = 10;
const LEVEL_DECAY = 0.5 ** (1 / HALF_LIFE_MINUTES);
/** Minutes that the level at the row's begin, by the season alone, is worth. */
const LEVEL_PRIOR = 2;
/** Squared error of a minute over its mean that counts at most, five standard deviations: a burst that is over is no habit. */
const MAX_EXCESS = 25;
const Z90 = 1.2816;

/** Expected arrivals a minute by hour of the day alone; undefined while less than a day is known. */
export function seasonOf(hours: readonly number[], at: number): readonly number[] | undefined {
  if (hours.length < HOURS) return undefined;
  const current = Math.floor(at / HOUR_MS);
  const overall = hours.reduce((sum, count) => sum + count, 0) / hours.length;
  const season: number[] = [];
  for (let hour = 0; hour < HOURS; hour++) {
    let weight = 0;
    let sum = 0;
    let share = 1;
    for (let back = 1; back <= hours.length; back++) {
      if ((((current - back) % HOURS) + HOURS) % HOURS !== hour) continue;
      sum += share * (hours[hours.length - back] as number);
      weight += share;
      share *= 1 - DAY_WEIGHT;
    }
    const own = sum / weight;
    const trust = (weight * own) / (weight * own + SEASON_PRIOR);
    season.push((trust * own + (1 - trust) * overall) / 60);
  }
  return season;
}

/** The season at a minute: hours' means, joined by straight lines from mid-hour to mid-hour. */
function seasonAt(season: readonly number[], at: number): number {
  const place = at / HOUR_MS - 0.5;
  const low = Math.floor(place);
  const of = (hour: number) => season[((hour % HOURS) + HOURS) % HOURS] as number;
  return of(low) + (place - low) * (of(low + 1) - of(low));
}

/** @param steps minutes ahead */
export function forecast({ minutes, hours, at }: History, steps: number): Forecast {
  const season = seasonOf(hours, at);
  const total = minutes.reduce((sum, count) => sum + count, 0);
  const floor = Math.max(1e-3, (minutes.length === 0 ? 0 : total / minutes.length) * 0.05);
  const expected = (time: number): number =>
    season === undefined ? 1 : Math.max(floor, seasonAt(season, time + MINUTE_MS / 2));
  // The level is a ratio of sums, so a quiet minute weighs as little as it knows.
  let counted = season === undefined ? 0 : LEVEL_PRIOR * expected(at - minutes.length * MINUTE_MS);
  let due = counted;
  let excess = 0;
  let seen = 0;
  for (const [index, count] of minutes.entries()) {
    const usual = expected(at - (minutes.length - index) * MINUTE_MS);
    const now = due > 0 ? (counted / due) * usual : count;
    if (index >= HALF_LIFE_MINUTES) {
      excess += Math.min(MAX_EXCESS, (count - now) ** 2 / Math.max(0.1, now));
      seen += 1;
    }
    counted = LEVEL_DECAY * counted + count;
    due = LEVEL_DECAY * due + usual;
  }
  const level = due > 0 ? counted / due : 0;
  // As if ten minutes of Poisson had been seen before.
  const dispersion = Math.max(1, (excess + 10) / (seen + 10));
  const mean = Array.from({ length: steps }, (_, step) => {
    // A burst does not last: the further ahead, the more the season says.
    const share = season === undefined ? 1 : LEVEL_DECAY ** (step / 6);
    return Math.max(0, level ** share * expected(at + step * MINUTE_MS));
  });
  const around = (z: number) => mean.map((one) => Math.max(0, one + z * Math.sqrt(dispersion * one)));
  return { mean, p10: around(-Z90), p90: around(Z90), dispersion };
}
