/** Forecasts of a row of counts: each model reads the row once, and says what it expects of the steps after it. */

/** Expected count of each of the next `steps`; never negative. @param row oldest first, one count a step */
export type Model = (row: readonly number[], steps: number) => number[];

const mean = (row: readonly number[]): number =>
  row.length === 0 ? 0 : row.reduce((sum, one) => sum + one, 0) / row.length;
const flat = (level: number, steps: number): number[] => new Array<number>(steps).fill(Math.max(0, level));

/** Exponentially weighted mean (Brown 1959). */
export const ewma =
  (alpha: number): Model =>
  (row, steps) => {
    let level = mean(row.slice(0, Math.ceil(1 / alpha)));
    for (const count of row) level += alpha * (count - level);
    return flat(level, steps);
  };

/** As a season ago; before there is one, as the last season so far. */
export const seasonalNaive =
  (season: number): Model =>
  (row, steps) =>
    row.length < season
      ? flat(mean(row), steps)
      : Array.from({ length: steps }, (_, at) => row[row.length - season + (at % season)] as number);

/** Level and a trend that dies away by `phi` a step (Gardner & McKenzie, "Forecasting Trends in Time Series", 1985). */
export const dampedHolt =
  (alpha: number, beta: number, phi: number): Model =>
  (row, steps) => {
    let level = mean(row.slice(0, Math.ceil(1 / alpha)));
    let trend = 0;
    for (const count of row) {
      const before = level;
      level = alpha * count + (1 - alpha) * (level + phi * trend);
      trend = beta * (level - before) + (1 - beta) * phi * trend;
    }
    let reach = 0;
    return Array.from({ length: steps }, (_, at) => {
      reach += phi ** (at + 1);
      return Math.max(0, level + reach * trend);
    });
  };

/** Level, trend and a season that multiplies (Holt 1957, Winters 1960). Rows shorter than two seasons have none. */
export const holtWinters =
  (alpha: number, beta: number, gamma: number, season: number): Model =>
  (row, steps) => {
    if (row.length < 2 * season) return dampedHolt(alpha, beta, 0.98)(row, steps);
    let level = mean(row.slice(0, season));
    let trend = 0;
    const seasons = row.slice(0, season).map((count) => (level > 0 ? count / level : 1));
    for (const [at, count] of row.slice(season).entries()) {
      const before = level;
      const index = seasons[at % season] as number;
      level = index > 0.01 ? alpha * (count / index) + (1 - alpha) * (level + trend) : level + trend;
      trend = beta * (level - before) + (1 - beta) * trend;
      seasons[at % season] = gamma * (level > 0 ? count / level : 1) + (1 - gamma) * index;
    }
    const length = row.length - season;
    return Array.from({ length: steps }, (_, at) =>
      Math.max(0, (level + (at + 1) * trend) * (seasons[(length + at) % season] as number)),
    );
  };
