/**
 * Change: one of ten equal agents turns ten times slower, and recovers. How many tickets does it still get until it is avoided
 * (less than 10 % of a fair share), how long until it is used again (half of one), and what did learning it cost?
 *
 *   npx tsx bench/adapt.ts [--seeds N] [--seed N] [--load X] [--service MS] [--json]
 */
import { parseArgs } from 'node:util';
import { type Adapted, adapt, type Until } from './adapt/spell.ts';
import { printTable } from './cost/print.ts';
import { swarm } from './tail/ours.ts';
import { PEERS } from './tail/peers.ts';

const HELP = `npx tsx bench/adapt.ts [options]
  --seeds N     runs of each, 15
  --seed N      the first of them, 1
  --load X      share of the ten agents' capacity, 0.7
  --service MS  mean duration of a ticket, 10000
  --deviation X standard deviation of the logarithm of durations, 0.5
  --json`;

const { values: options } = parseArgs({
  options: {
    seeds: { type: 'string', default: '15' },
    seed: { type: 'string', default: '1' },
    load: { type: 'string', default: '0.7' },
    service: { type: 'string', default: '10000' },
    deviation: { type: 'string', default: '0.5' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
if (options.help) {
  console.log(HELP);
  process.exit();
}

const TICKETS = [2_000, 2_000, 8_000] as const;
const DISPATCHERS = {
  'the swarm': swarm({ fast: true }),
  'the swarm without recent sums': swarm({ fast: false }),
  'round-robin': PEERS['round-robin'],
};

const [seeds, seed, load, service, deviation] = [
  options.seeds,
  options.seed,
  options.load,
  options.service,
  options.deviation,
].map(Number) as [number, number, number, number, number];
const result = Object.entries(DISPATCHERS).map(([name, make]) => {
  const runs = Array.from({ length: seeds }, (_, index) =>
    adapt({ seed: seed + index, service_ms: service, load, deviation, tickets: TICKETS }, make),
  );
  return { name, avoided: medians(runs, 'avoided'), used: medians(runs, 'used'), regret: regretOf(runs) };
});

if (options.json) console.log(JSON.stringify({ seeds, seed, load, service_ms: service, result }, undefined, 2));
else print();

function median(values: readonly number[]): number | undefined {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted.length === 0 ? undefined : sorted[Math.floor(sorted.length / 2)];
}

/** Of all runs; where it never happened in a run, that is longer than any. */
function medians(runs: readonly Adapted[], what: 'avoided' | 'used') {
  const of = (name: keyof Until): number | undefined => {
    const value = median(runs.map((run) => run[what]?.[name] ?? Number.POSITIVE_INFINITY));
    return value === Number.POSITIVE_INFINITY ? undefined : value;
  };
  const happened = runs.filter((run) => run[what] !== undefined).length;
  return { happened, own: of('own'), tickets: of('tickets'), service_times: of('service_times') };
}

/** Service times a ticket, medians: before the change, while it lasts, after it. */
function regretOf(runs: readonly Adapted[]) {
  return TICKETS.map((count, part) => median(runs.map(({ regret }) => (regret[part] as number) / count)));
}

function print(): void {
  const told = (value: number | undefined, digits = 0): string => value?.toFixed(digits) ?? 'never';
  console.log(`medians of ${seeds} runs, from seed ${seed}; load ${load}, tickets of ${service} ms on the mean`);
  const rows = (what: 'avoided' | 'used') =>
    result.map(({ name, [what]: { happened, own, tickets, service_times } }) => [
      name,
      told(own),
      told(tickets),
      told(service_times, 1),
      `${happened} of ${seeds}`,
    ]);
  const head = ['', 'its tickets', 'tickets of all', 'service times', 'runs'];
  printTable('it turns ten times slower: until it is avoided', head, rows('avoided'));
  printTable('it recovers: until it is used again', head, rows('used'));
  printTable(
    'regret against the oracle, service times a ticket',
    ['', 'before', 'while slow', 'after'],
    result.map(({ name, regret }) => [name, ...regret.map((value) => told(value, 3))]),
  );
}
