/**
 * What a million tickets cost on AWS, counted: the deployed functions' own handlers run plans of 246 tasks here, and
 * every request that the AWS SDK would send is charged instead of sent.
 *
 *   npm run bench:cost -- [--wfformat FILE_OR_FOLDER] [--plans N] [--agents N] [--slots N] [--scale X] [--json]
 */
import { parseArgs } from 'node:util';
import { byBasis, dollarsOfAll, serviceOf, sumsBy, total } from './cost/account.ts';
import { IDLE_POLLERS, LONG_POLL_MS } from './cost/assumptions.ts';
import { priceOf } from './cost/cloud/sqs.ts';
import { designsFor } from './cost/designs.ts';
import type { Entry } from './cost/meter.ts';
import { generatedPlan, recordedPlan } from './cost/plans.ts';
import { PRICES, PRICES_AS_OF, REGION } from './cost/prices.ts';
import { count, dollars, printTable } from './cost/print.ts';
import { run } from './cost/run.ts';
import { readStack } from './cost/stack.ts';

const LINES_SHOWN = 24;
const HOUR_MS = 3_600_000;
const GB = 1e9;

const { values: options } = parseArgs({
  options: {
    wfformat: { type: 'string' },
    plans: { type: 'string', default: '1' },
    agents: { type: 'string', default: '10' },
    slots: { type: 'string', default: '4' },
    scale: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
  },
});
const [plans, agents, slots, scale] = [options.plans, options.agents, options.slots, options.scale].map(Number) as [
  number,
  number,
  number,
  number,
];

for (const [name, value] of Object.entries({ plans, agents, slots, scale }))
  if (!(value > 0) || (name !== 'scale' && !Number.isInteger(value)))
    throw new RangeError(`--${name} is a number greater than 0`);

const source = options.wfformat === undefined ? generatedPlan(scale) : recordedPlan(options.wfformat, scale);
const ran = await run({ source, plans, agents, slots });
const { tickets, transitions, entries, elapsedMs, busyMs, storedBytes } = ran;
const charges = byBasis(entries, tickets);
const own = charges.ticket;
const designs = [{ name: 'ours', entries: own }, ...designsFor(tickets, transitions)];
const queues = readStack().sources.flatMap(({ queue }) => (queue === undefined ? [] : [queue]));
const pollsAnHour = (IDLE_POLLERS * HOUR_MS) / LONG_POLL_MS;
const polling = queues.reduce((sum, queue) => sum + pollsAnHour * PRICES[priceOf(queue)].usd, 0);
const stackHours = elapsedMs / HOUR_MS;
/** What goes by time: how often it was in this run, and what one costs. */
const byTime = [
  { what: 'an agent, an hour', times: agents * stackHours, usd: dollarsOfAll(charges['agent hour']) },
  { what: 'a ticket that runs, an hour', times: busyMs / HOUR_MS, usd: dollarsOfAll(charges['running ticket hour']) },
  { what: 'the stack, an hour', times: stackHours, usd: dollarsOfAll(charges['stack hour']) + polling * stackHours },
  { what: 'an agent joins', times: agents, usd: dollarsOfAll(charges['agent joining']) },
].map(({ what, times, usd }) => ({ what, usd_each: usd / times, usd_per_million_tickets: (usd * 1e6) / tickets }));
const lineOf = ({ cause, request, price }: Entry): string => `${cause}: ${request} (${PRICES[price].unit})`;

if (options.json) console.log(JSON.stringify(report(), undefined, 2));
else print();

function report() {
  return {
    prices: { region: REGION, as_of: PRICES_AS_OF },
    run: { plan: source.name, plans, tickets, agents, slots, scale, elapsed_ms: elapsedMs, busy_ms: busyMs },
    transitions_per_ticket: transitions / tickets,
    stored_bytes_per_ticket: storedBytes / tickets,
    by_time: byTime,
    per_million_tickets: designs.map((design) => {
      const services = sumsBy(serviceOf, design.entries, tickets);
      return {
        design: design.name,
        ...total(services),
        services,
        causes: sumsBy(({ cause }) => cause, design.entries, tickets),
        lines: sumsBy(lineOf, design.entries, tickets),
      };
    }),
  };
}

function print(): void {
  const seconds = (ms: number): string => `${Math.round(ms / 1000)} s`;
  console.log(
    `${plans} × ${source.name} (${tickets} tickets, ${(transitions / tickets).toFixed(3)} transitions each) by ${agents} agents of ` +
      `${slots} slots: ${seconds(elapsedMs)}, a ticket runs ${(busyMs / tickets / 1000).toFixed(1)} s. ${REGION}, list prices of ${PRICES_AS_OF}.`,
  );
  const sums = designs.map((design) => sumsBy(serviceOf, design.entries, tickets));
  const services = [...new Set(sums.flat().map(({ name }) => name))];
  const cells = (find: (list: (typeof sums)[number]) => { requests: number; usd: number } | undefined) =>
    sums.flatMap((list) => {
      const found = find(list);
      return [count((found?.requests ?? 0) / 1e6), dollars(found?.usd ?? 0)];
    });
  printTable(
    'A million tickets: million requests, and dollars, by service',
    ['service', ...designs.flatMap(({ name }) => [`${name}: M`, '$'])],
    [
      ...services.map((service) => [service, ...cells((list) => list.find(({ name }) => name === service))]),
      ['total', ...cells(total)],
    ],
  );
  const all = total(sums[0] ?? []).usd;
  const share = (usd: number): string => `${((100 * usd) / all).toFixed(1)} %`;
  printTable(
    'Ours, by who asks',
    ['who', 'M requests', '$', 'share'],
    sumsBy(({ cause }) => cause, own, tickets).map(({ name, requests, usd }) => [
      name,
      count(requests / 1e6),
      dollars(usd),
      share(usd),
    ]),
  );
  const lines = sumsBy(lineOf, own, tickets);
  const rest = total(lines.slice(LINES_SHOWN));
  printTable(
    'Ours, what for',
    ['request (billed unit)', 'M requests', '$', 'share'],
    [...lines.slice(0, LINES_SHOWN), { ...rest, name: `${Math.max(0, lines.length - LINES_SHOWN)} more` }].map(
      ({ name, requests, usd }) => [name, count(requests / 1e6), dollars(usd), share(usd)],
    ),
  );
  printTable(
    'By time, whether tickets come or not',
    ['what', '$', 'in this run, a million tickets'],
    byTime.map(({ what, usd_each, usd_per_million_tickets: here }) => [what, `$${usd_each.toFixed(6)}`, dollars(here)]),
  );
  const stored = (storedBytes / tickets / GB) * 1e6;
  console.log(
    `\nKept: ${stored.toFixed(1)} GB of items a million tickets, for as long as they are kept (not in the sums).`,
  );
}
