/**
 * Tails: 100 agents of three speeds, jobs of exponential work, news of agents half a second late. How long do jobs take, by
 * the swarm's own estimates, waits and costs, and by the load balancers that it is compared with?
 *
 *   npx tsx bench/tail.ts [--jobs N] [--load X] [--seed N] [--service MS] [--json]
 */
import { parseArgs } from 'node:util';
import { PLAN_SETTINGS } from '../core/plan/limits.ts';
import { refuse } from './support/refuse.ts';
import { boundOf } from './tail/bound.ts';
import { ours } from './tail/ours.ts';
import { PEERS } from './tail/peers.ts';
import { capacityOf, GOOD, SWARM, type Tail, tailOf, WITH_BAD, WITHOUT_BAD } from './tail/scenes.ts';
import type { MakeDispatcher, Worker } from './tail/world.ts';

const HELP = `npx tsx bench/tail.ts [options]
  --jobs N      jobs of a run, 200000; the first 5 % do not count
  --load X      share of the capacity that is asked for; 0.7 and 0.9 unless given
  --seed N      1
  --service MS  work that an agent of speed 1 does in a service time, 60000 (what a ticket that says nothing is estimated
                to take); signals are 500 ms late whatever it is
  --json`;

const { values: options } = parseArgs({
  options: {
    jobs: { type: 'string', default: '200000' },
    load: { type: 'string' },
    seed: { type: 'string', default: '1' },
    service: { type: 'string', default: String(PLAN_SETTINGS.default_estimate_ms) },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
if (options.help) {
  console.log(HELP);
  process.exit();
}

const WARM_UP = 0.05;
const SIGNAL_MS = 500;
const LEASE_MS = 15_000;
/** Service times that show what late signals cost, ms. */
const SERVICES = [10_000, 5_000, 1_000];
const LOADED = 0.9;

const [jobs, seed, service] = [options.jobs, options.seed, options.service].map(Number) as [number, number, number];
const loads = options.load === undefined ? [0.7, LOADED] : [Number(options.load)];
for (const [name, value] of Object.entries({ jobs, service, load: Math.min(...loads) }))
  if (!(value > 0)) refuse(`--${name}: a number greater than 0 is wanted`);
if (Math.max(...loads) >= 1) refuse('--load: less than 1 is wanted, or queues grow for ever');

interface Line extends Tail {
  readonly name: string;
}

function run(name: string, make: MakeDispatcher, workers: readonly Worker[], load: number, service_ms = service): Line {
  const rate = load * capacityOf(workers);
  const world = { workers, rate, jobs, seed, service_ms, signal_ms: SIGNAL_MS, lease_ms: LEASE_MS };
  return { name, ...tailOf(world, make, WARM_UP) };
}

const bound = (load: number, service_ms: number): number =>
  boundOf(SWARM, load * capacityOf(GOOD), SIGNAL_MS / service_ms, 0.99);

const everybody = { ...PEERS, 'the swarm, nothing known at first': ours };
const byLoad = loads.map((load) => ({
  load,
  bound_p99: bound(load, service),
  lines: Object.entries(everybody).map(([name, make]) => run(name, make, GOOD, load)),
}));
const worst = Math.max(...loads);
const byService = SERVICES.filter((ms) => ms !== service).map((service_ms) => ({
  service_ms,
  bound_p99: bound(worst, service_ms),
  lines: [
    run(
      'shortest expected delay, full knowledge',
      PEERS['shortest expected delay, full knowledge'],
      GOOD,
      worst,
      service_ms,
    ),
    run('the swarm, nothing known at first', ours, GOOD, worst, service_ms),
  ],
}));
const byFaults = (
  ['shortest queue, as heard', 'shortest expected delay, full knowledge', 'the swarm, nothing known at first'] as const
).map((name) => ({
  name,
  without: run(name, everybody[name], WITHOUT_BAD, worst),
  with: run(name, everybody[name], WITH_BAD, worst),
}));

if (options.json)
  console.log(JSON.stringify({ jobs, seed, service_ms: service, byLoad, byService, byFaults }, undefined, 2));
else print();

function print(): void {
  const columns = ['mean', 'p50', 'p99', 'p999'] as const;
  const table = (lines: readonly Line[]): void => {
    console.log(['', ...columns].map((text, index) => (index === 0 ? text.padEnd(52) : text.padStart(9))).join(''));
    for (const line of lines)
      console.log(line.name.padEnd(52) + columns.map((column) => line[column].toFixed(2).padStart(9)).join(''));
  };
  console.log(`${jobs} jobs, seed ${seed}, sojourns in service times, signals ${SIGNAL_MS} ms late`);
  for (const { load, bound_p99, lines } of byLoad) {
    console.log(`\nload ${load}, service time ${service} ms; no p99 below ${bound_p99.toFixed(2)} with such signals`);
    table(lines);
  }
  for (const { service_ms, bound_p99, lines } of byService) {
    console.log(
      `\nload ${worst}, service time ${service_ms} ms; no p99 below ${bound_p99.toFixed(2)} with such signals`,
    );
    table(lines);
  }
  console.log(
    `\nload ${worst} of 98 good agents: without, and with a black hole and one that hangs (lease ${LEASE_MS} ms)`,
  );
  console.log(`${''.padEnd(52)}  without     with    worse   wasted attempts`);
  for (const { name, without, with: bad } of byFaults) {
    const worse = `${((bad.p99 / without.p99 - 1) * 100).toFixed(1)} %`;
    const figures = [without.p99.toFixed(2), bad.p99.toFixed(2), worse, String(bad.wasted)];
    console.log(name.padEnd(52) + figures.map((text) => text.padStart(9)).join(''));
  }
}
