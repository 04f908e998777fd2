/**
 * How well predictions of plans are calibrated: `npx tsx bench/calibration.ts [--plans N] [--seed S] [--json]`.
 *
 * Plans of random graphs run, one after the other, on a swarm whose agents' true speeds, spreads and risks nobody is told;
 * each is predicted before it begins, from what the plans before it have left on the trails.
 * Deadlines are drawn from 0.6 to 1.8 times what the plan's own estimates say. In the same run: always the base rate, and
 * a point estimate from the same trails (in time or not, by mean durations along the list schedule).
 */
import { parseArgs } from 'node:util';
import { type Covered, calibrationOf, coverageOf, type Judged } from '../core/predict/calibration.ts';
import { predictRest } from '../core/predict/plan.ts';
import { createRandom } from '../core/simulate/random.ts';
import { createWorld } from './calibration/world.ts';

const { values: options } = parseArgs({
  options: {
    plans: { type: 'string', default: '600' },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
if (options.help) {
  console.log('npx tsx bench/calibration.ts [--plans N (default 600)] [--seed S] [--json]');
  process.exit(0);
}
const plans = Number(options.plans);
const seed = Number(options.seed);
if (!Number.isInteger(plans) || plans < 10 || !Number.isInteger(seed))
  throw new RangeError('--plans: 10 or more; --seed: a whole number');

const random = createRandom(seed);
const world = createWorld(random);
const predicted: Judged[] = [];
const point: Judged[] = [];
const ends: Covered[] = [];
for (let at = 0; at < plans; at++) {
  const plan = world.drawPlan();
  const rest = world.restOf(plan);
  const deadline = plan.work_ms * (0.6 + 1.2 * random());
  const told = predictRest(rest, deadline, `plan ${at}`);
  const mean = world.meanEnd(plan);
  const end_ms = world.run(plan);
  const happened = end_ms <= deadline;
  predicted.push({ predicted: told.probability, happened });
  point.push({ predicted: mean <= deadline ? 1 : 0, happened });
  if (Number.isFinite(end_ms)) ends.push({ actual_ms: end_ms, p50_ms: told.p50_ms, p90_ms: told.p90_ms });
}
const base = predicted.filter(({ happened }) => happened).length / plans;
const rows = [
  { name: 'ours', of: calibrationOf(predicted) },
  { name: 'point estimate', of: calibrationOf(point) },
  { name: 'always the base rate', of: calibrationOf(predicted.map(({ happened }) => ({ predicted: base, happened }))) },
].map(({ name, of }) => ({ name, ...of }));
const coverage = coverageOf(ends);

if (options.json) console.log(JSON.stringify({ plans, seed, rows, coverage }, undefined, 2));
else {
  const cell = (value: number | undefined) => (value === undefined ? '' : value.toFixed(4)).padStart(13);
  console.log(`${plans} plans, seed ${seed}: ${(100 * base).toFixed(1)} % in time`);
  console.log(
    `${''.padEnd(22)}${['brier', 'reliability', 'resolution', 'skill'].map((one) => one.padStart(13)).join('')}`,
  );
  for (const { name, brier, reliability, resolution, skill } of rows)
    console.log(`${name.padEnd(22)}${cell(brier)}${cell(reliability)}${cell(resolution)}${cell(skill)}`);
  console.log('\nours, by decile    plans    predicted     happened');
  for (const { from, to, count, predicted: said, happened } of rows[0]?.bins ?? [])
    console.log(`${from.toFixed(1)} – ${to.toFixed(1)}${String(count).padStart(15)}${cell(said)}${cell(happened)}`);
  console.log(
    `\nends at or below the predicted median: ${((coverage?.p50 ?? 0) * 100).toFixed(1)} %, p90: ${((coverage?.p90 ?? 0) * 100).toFixed(1)} %`,
  );
}
