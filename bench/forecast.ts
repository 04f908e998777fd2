/**
 * The demand forecast against other models, on the same arrivals: `npx tsx bench/forecast.ts [--days N] [--seed S] [--json]`.
 *
 * From the fourth day on, every 7 minutes each model forecasts the next 15 from the same past. MASE: mean absolute error over
 * that of "as in the last minute" (Hyndman & Koehler 2006), and of the rate itself, which no model can know: what chance
 * leaves. Pinball: mean pinball loss of the 0.1 and 0.9 quantiles, over the mean count; peers get Poisson intervals around
 * their means. Covered: share of counts at or below the 0.9 quantile.
 */
import { parseArgs } from 'node:util';
import { forecast } from '../core/demand/forecast.ts';
import { createRandom } from '../core/simulate/random.ts';
import { dampedHolt, ewma, holtWinters, type Model, seasonalNaive } from './forecast/models.ts';
import { drawPoisson, traces } from './forecast/traces.ts';

const { values: options } = parseArgs({
  options: {
    days: { type: 'string', default: '7' },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
if (options.help) {
  console.log('npx tsx bench/forecast.ts [--days N (default 7, at least 4)] [--seed S] [--json]');
  process.exit(0);
}
const days = Number(options.days);
const seed = Number(options.seed);
if (!Number.isInteger(days) || days < 4 || !Number.isInteger(seed))
  throw new RangeError('--days: 4 or more; --seed: a whole number');

const DAY = 1440;
const STEPS = 15;
const EVERY = 7;
const FIRST = 3 * DAY;
const MINUTE_MS = 60_000;
const Z90 = 1.2816;

interface Told {
  readonly mean: readonly number[];
  readonly p10: readonly number[];
  readonly p90: readonly number[];
}
/** @param past counts a minute, oldest first, from a midnight on */
type Forecaster = (past: readonly number[]) => Told;

const poisson = (mean: readonly number[]): Told => ({
  mean,
  p10: mean.map((one) => Math.max(0, one - Z90 * Math.sqrt(one))),
  p90: mean.map((one) => one + Z90 * Math.sqrt(one)),
});
const peer =
  (model: Model, past = Number.POSITIVE_INFINITY): Forecaster =>
  (row) =>
    poisson(model(row.slice(-past), STEPS));

const ours: Forecaster = (past) => {
  const hours = Array.from({ length: Math.floor(past.length / 60) }, (_, hour) =>
    past.slice(hour * 60, hour * 60 + 60).reduce((sum, count) => sum + count, 0),
  );
  return forecast({ minutes: past.slice(-120), hours, at: past.length * MINUTE_MS }, STEPS);
};
const MODELS: Readonly<Record<string, Forecaster>> = {
  ours,
  'last minute': (past) => poisson(new Array<number>(STEPS).fill(past.at(-1) ?? 0)),
  ewma: peer(ewma(0.1), 120),
  'damped Holt': peer(dampedHolt(0.1, 0.05, 0.98), 240),
  'seasonal naive': peer(seasonalNaive(DAY)),
  'Holt-Winters': peer(holtWinters(0.05, 0.001, 0.1, DAY)),
};

const pinball = (count: number, quantile: number, q: number): number =>
  count >= quantile ? q * (count - quantile) : (1 - q) * (quantile - count);

const rows: { trace: string; model: string; mase: number; pinball: number; covered: number }[] = [];
const random = createRandom(seed);
for (const { name, rate } of traces(days, random)) {
  const rates = Array.from({ length: days * DAY }, (_, minute) => rate(minute));
  const counts = rates.map((mean) => drawPoisson(mean, random));
  const all: [string, Forecaster | undefined][] = [...Object.entries(MODELS), ['the rate itself', undefined]];
  const sums = all.map(() => ({ error: 0, loss: 0, covered: 0, counted: 0, scale: 0, total: 0 }));
  for (let at = FIRST; at + STEPS <= counts.length; at += EVERY) {
    const past = counts.slice(0, at);
    for (const [index, [, model]] of all.entries()) {
      const told = model?.(past) ?? poisson(rates.slice(at, at + STEPS));
      const sum = sums[index] as (typeof sums)[number];
      for (let step = 0; step < STEPS; step++) {
        const count = counts[at + step] as number;
        const [mean, p10, p90] = [told.mean[step], told.p10[step], told.p90[step]] as [number, number, number];
        sum.error += Math.abs(count - mean);
        sum.loss += pinball(count, p10, 0.1) + pinball(count, p90, 0.9);
        sum.covered += count <= p90 ? 1 : 0;
        sum.counted += 1;
        sum.scale += Math.abs(count - (past.at(-1) as number));
        sum.total += count;
      }
    }
  }
  for (const [index, [model]] of all.entries()) {
    const { error, loss, covered, counted, scale, total } = sums[index] as (typeof sums)[number];
    rows.push({
      ...{
        trace: name,
        model,
        mase: error / scale,
        pinball: loss / (2 * Math.max(1, total)),
        covered: covered / counted,
      },
    });
  }
}

if (options.json) console.log(JSON.stringify({ days, seed, rows }, undefined, 2));
else print();

function print(): void {
  const models = [...new Set(rows.map(({ model }) => model))];
  for (const figure of ['mase', 'pinball', 'covered'] as const) {
    console.log(`\n${figure.padEnd(16)}${models.map((model) => model.padStart(16)).join('')}`);
    for (const trace of new Set(rows.map((row) => row.trace))) {
      const cells = models.map(
        (model) => rows.find((row) => row.trace === trace && row.model === model)?.[figure] ?? 0,
      );
      console.log(`${trace.padEnd(16)}${cells.map((cell) => cell.toFixed(3).padStart(16)).join('')}`);
    }
    const means = models.map((model) => {
      const own = rows.filter((row) => row.model === model).map((row) => row[figure]);
      return own.reduce((sum, one) => sum + one, 0) / own.length;
    });
    console.log(`${'mean'.padEnd(16)}${means.map((cell) => cell.toFixed(3).padStart(16)).join('')}`);
  }
}
