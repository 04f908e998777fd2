/**
 * Makespan of recorded workflows on agents of different speeds, against HEFT, CPOP and min-min, which know every duration:
 * `npx tsx bench/heterogeneous.ts --wfformat FOLDER [--seed N] [--swarms N] [--runs N] [--json]`.
 *
 * As deployed: by the order of the strategies and the matching that rounds use, with the ranks that accepting a plan gives its
 * tickets (core/schedule/forecast-ranks.ts, within its budget). "Fair" is weighted-fair, which rules while the error budget
 * is healthy; "critical" critical-first.
 *
 * All figures are makespans over HEFT's on the same workflow and swarm, on the mean over swarms: below 1 is better.
 * Learnt: the workflow comes again and again, and nothing is known at first but its recorded run times at speed 1; the
 * figure is the mean of the last half of the runs over our own makespan where durations are known.
 */
import { parseArgs } from 'node:util';
import { sha256 } from '../adapters/system/digest.ts';
import { durationOn } from '../core/simulate/agents.ts';
import { forecastProblem } from '../core/simulate/forecast.ts';
import { simulate } from '../core/simulate/simulate.ts';
import { arrivingPlans } from '../core/simulate/tickets.ts';
import type { SimulatedAgent, SimulationRequest } from '../core/simulate/types.ts';
import { cpop, heft, minMin } from './heterogeneous/peers.ts';
import { type Kind, swarmOf } from './heterogeneous/swarms.ts';
import { readWorkflows, type Workflow } from './heterogeneous/workflows.ts';
import { printTable } from './support/table.ts';

const USAGE = 'npx tsx bench/heterogeneous.ts --wfformat FOLDER [--seed N] [--swarms N] [--runs N] [--json]';
const { values: options } = parseArgs({
  options: {
    wfformat: { type: 'string' },
    seed: { type: 'string', default: '1' },
    swarms: { type: 'string', default: '1' },
    runs: { type: 'string', default: '20' },
    json: { type: 'boolean' },
    help: { type: 'boolean' },
  },
});
if (options.help || options.wfformat === undefined) {
  console.log(USAGE);
  process.exit(options.help ? 0 : 2);
}

const SIZES = [4, 8, 16];
/** Workflows of more tasks run on swarms of one size, so that all of it takes a few minutes. */
const LARGE = { tasks: 500, sizes: [8] };
/** Runs of the same workflow begin this many of HEFT's makespans apart, so that they do not meet. */
const APART = 6;
const seed = Number(options.seed);
const runs = Number(options.runs);

const workflows = readWorkflows(options.wfformat);
const found = workflows.flatMap((workflow) =>
  (['related', 'unrelated'] as const).flatMap((kind) =>
    sizesFor(workflow).flatMap((size) =>
      Array.from({ length: Number(options.swarms) }, (_, at) => measure(workflow, kind, size, seed + at)),
    ),
  ),
);

function sizesFor({ plan }: Workflow): readonly number[] {
  return plan.tasks.length > LARGE.tasks ? LARGE.sizes : SIZES;
}

function measure(workflow: Workflow, kind: Kind, size: number, swarmSeed: number) {
  const agents = swarmOf(kind, size, workflow.kinds, swarmSeed);
  const request: SimulationRequest = {
    ...{ plans: [{ plan: workflow.plan }], agents, seed, knows: 'durations' as const, timeouts: false },
  };
  const problem = forecastProblem(arrivingPlans(request, { sha256 }), agents, durationOn);
  const makespan = (changes: Partial<SimulationRequest>): number =>
    simulate({ ...request, ...changes }, { sha256 }).makespan_ms;
  const reference = heft(problem);
  const upward = simulate({ ...request, forecasts: 0 }, { sha256 });
  const online = makespan({});
  return {
    ...{ workflow: workflow.name, kind, size, seed: swarmSeed, heft_ms: reference, tasks: problem.tasks },
    lower_bound: upward.lower_bound_ms / reference,
    online_upward: upward.makespan_ms / reference,
    online: online / reference,
    fair: makespan({ strategy: 'weighted-fair' }) / reference,
    planned: makespan({ mode: 'planned' }) / reference,
    cpop: cpop(problem) / reference,
    min_min: minMin(problem) / reference,
    learnt: learnt(workflow, agents, reference).map((ms) => ms / online),
  };
}

/** ms of each run, one after the other; nothing is known of the agents at first */
function learnt({ plan }: Workflow, agents: readonly SimulatedAgent[], reference: number): number[] {
  const plans = Array.from({ length: runs }, (_, run) => ({
    plan: { ...plan, plan_id: `${plan.plan_id}#${run}` },
    at_ms: Math.round(run * APART * reference),
  }));
  const known = { plans, agents, seed, knows: 'learns' as const, timeouts: false };
  return simulate(known, { sha256 }).plans.map(({ makespan_ms = Number.NaN }) => makespan_ms);
}

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
const lastHalf = (values: readonly number[]): number => mean(values.slice(Math.floor(values.length / 2)));
const groups: [string, typeof found][] = [
  ...workflows.map(({ name }): [string, typeof found] => [name, found.filter(({ workflow }) => workflow === name)]),
  ['related speeds', found.filter(({ kind }) => kind === 'related')],
  ['unrelated speeds', found.filter(({ kind }) => kind === 'unrelated')],
  ['all', found],
];
const rows = groups.map(([name, of]) => ({
  ...{ name, cases: of.length },
  online: mean(of.map((one) => one.online)),
  fair: mean(of.map((one) => one.fair)),
  online_upward: mean(of.map((one) => one.online_upward)),
  planned: mean(of.map((one) => one.planned)),
  cpop: mean(of.map((one) => one.cpop)),
  min_min: mean(of.map((one) => one.min_min)),
  lower_bound: mean(of.map((one) => one.lower_bound)),
  learnt_first: mean(of.map((one) => one.learnt[0] ?? Number.NaN)),
  learnt: mean(of.map((one) => lastHalf(one.learnt))),
}));

if (options.json) console.log(JSON.stringify({ seed, runs, rows, cases: found }, undefined, 2));
else {
  const figure = (value: number): string => value.toFixed(3);
  printTable([
    [
      'makespan ÷ HEFT',
      'cases',
      'as deployed: critical',
      'fair',
      'upward rank',
      'planned',
      'HEFT',
      'CPOP',
      'min-min',
      'bound',
      'learnt ÷ known: 1st run',
      'last half',
    ],
    ...rows.map((row) => [
      row.name,
      String(row.cases),
      ...[row.online, row.fair, row.online_upward, row.planned, 1, row.cpop, row.min_min, row.lower_bound].map(figure),
      ...[row.learnt_first, row.learnt].map(figure),
    ]),
  ]);
  console.log(`Swarms of ${SIZES.join(', ')} agents, ${options.swarms} each; ${runs} runs to learn by; seed ${seed}.`);
}
