/**
 * How a pool is shared out when more is offered than it can do, by our strategies and by what is usual elsewhere, all on
 * the same tickets:
 *
 *   npx tsx bench/fairness.ts [--seed N] [--seeds N] [--load X] [--slots N] [--hours H] [--json]
 *
 * Every tier offers more than its weight gives it; in each tier one tenant brings 60 % and four bring 10 % each; 2 % of the
 * tickets are CRITICAL and have ten minutes, the others an hour. The bound of a wait is that of core/schedule/wait-bound.ts.
 */
import { parseArgs } from 'node:util';
import { offer } from './fairness/load.ts';
import { fifo, ours, plainRoundRobin, staticPriority } from './fairness/policies.ts';
import { type Outcome, run } from './fairness/run.ts';
import { printTable } from './support/table.ts';

const USAGE = 'npx tsx bench/fairness.ts [--seed N] [--seeds N] [--load X] [--slots N] [--hours H] [--json]';
const { values: options } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    seeds: { type: 'string', default: '1' },
    load: { type: 'string', default: '2' },
    slots: { type: 'string', default: '50' },
    hours: { type: 'string', default: '3' },
    json: { type: 'boolean' },
    help: { type: 'boolean' },
  },
});
if (options.help) {
  console.log(USAGE);
  process.exit(0);
}
const [seed, seeds, load, slots, hours] = [options.seed, options.seeds, options.load, options.slots, options.hours].map(
  Number,
) as [number, number, number, number, number];
if (![seed, seeds, load, slots, hours].every((value) => value > 0)) {
  console.error(USAGE);
  process.exit(2);
}

const POLICIES = [
  () => ours('weighted-fair'),
  () => ours('critical-first'),
  () => ours('round-robin'),
  fifo,
  staticPriority,
  plainRoundRobin,
];
const warmUpMs = (hours * 3_600_000) / 6;
const results: { seed: number; outcomes: Outcome[] }[] = [];
for (let each = seed; each < seed + seeds; each++) {
  const tickets = offer({ seed: each, slots, load, hours });
  const outcomes: Outcome[] = [];
  for (const make of POLICIES) outcomes.push(await run(make(), tickets, slots, warmUpMs));
  results.push({ seed: each, outcomes });
}

if (options.json) console.log(JSON.stringify({ load, slots, hours, results }, undefined, 2));
else for (const of of results) print(of);

function print({ seed, outcomes }: (typeof results)[number]): void {
  const percent = (value: number, digits = 1): string => `${(100 * value).toFixed(digits)} %`;
  console.log(`load ${load} on ${slots} slots for ${hours} h, seed ${seed}`);
  printTable([
    [
      ...['', 'platinum', 'gold', 'silver', 'bronze', 'off weight', 'CRITICAL met', 'all met'],
      ...['small served', 'flood served', 'longest wait', 'past bound', 'closest', 'µs a turn'],
    ],
    ...outcomes.map((one) => [
      one.name,
      ...Object.values(one.shares).map((share) => percent(share)),
      ...[percent(one.off_weight, 2), percent(one.critical_met, 2), percent(one.met), percent(one.small_served)],
      ...[percent(one.flood_served), `${(one.longest_wait / 60_000).toFixed(0)} min`, String(one.past_bound)],
      ...[one.closest.toFixed(2), one.us_a_turn.toFixed(0)],
    ]),
  ]);
}
