/**
 * The swarm as it is deployed: on a stack that is up (`hive up`) agents that are fast, slow and failing work a plan off that
 * nobody has seen before. What have the choices cost beyond the clairvoyant's, what would round-robin's have, and how far
 * from the run is its simulation?
 *
 *   npx tsx bench/swarm.ts [--stage NAME] [--plan FILE] [--lanes N] [--steps N] [--capacity N] [--seed N] [--json]
 */
import { randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';
import { sha256 } from '../adapters/system/digest.ts';
import { connectHive } from '../bin/support/hive-client.ts';
import { processIo } from '../bin/support/io.ts';
import { readPlan } from '../bin/support/plan-file.ts';
import { regretLines } from '../bin/support/regret-view.ts';
import type { CognitivePlan } from '../core/messages/cognitive-plan.ts';
import { checkPlan } from '../core/plan/check.ts';
import { simulate } from '../core/simulate/simulate.ts';
import { regretOf } from '../core/swarm/regret.ts';
import { type Drift, driftOf, figuresOf, fromRun, type Latencies, latenciesOf } from './swarm/drift.ts';
import { printDrift, type ToldDrift } from './swarm/print-drift.ts';
import { recordedMs, recordedTimes } from './swarm/recorded.ts';
import { runPlan } from './swarm/run.ts';
import { lanesPlan, mixedAgents } from './swarm/scene.ts';

const HELP = `npx tsx bench/swarm.ts [options], on a stack that is up
  --stage NAME   of the stack; what hive up deployed, else dev
  --name NAME    of the local AWS, if several run
  --plan FILE    a plan of tasks with recorded times, as hive plan import writes them; lanes of tasks unless given.
                 It gets an id of its own, and its tasks go to the agents of this bench alone
  --lanes N      of the plan that is made, 5
  --steps N      tasks of a lane, 16
  --capacity N   slots of each of the five agents, 2
  --within S     seconds that the plan may take, 900
  --seed N       1
  --json`;

const { values: options } = parseArgs({
  options: {
    stage: { type: 'string' },
    name: { type: 'string' },
    plan: { type: 'string' },
    lanes: { type: 'string', default: '5' },
    steps: { type: 'string', default: '16' },
    capacity: { type: 'string', default: '2' },
    within: { type: 'string', default: '900' },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
if (options.help) {
  console.log(HELP);
  process.exit();
}

/** Simulations that foretell by their mean, each with a seed of its own. */
const SIMULATIONS = 20;
const PROGRESS_MS = 10_000;

const numbers = [options.lanes, options.steps, options.capacity, options.within, options.seed].map(Number);
const [lanes, steps, capacity, within, seed] = numbers as [number, number, number, number, number];
if (numbers.some((value) => !(Number.isInteger(value) && value > 0)))
  throw new RangeError('--lanes, --steps, --capacity, --within and --seed are whole numbers greater than 0');

const io = processIo();
const run = `bench-swarm-${randomUUID().slice(0, 8)}`;
const agents = mixedAgents(run, capacity);
const plan = options.plan === undefined ? madePlan() : await planFrom(options.plan);
const times = recordedTimes(plan);

function madePlan(): CognitivePlan {
  const made = lanesPlan({ plan_id: run, capability: run, created_at: Date.now(), lanes, steps, seed });
  const checked = checkPlan(made).plan;
  if (checked === undefined) throw new Error('the plan that was made is none');
  return checked;
}

async function planFrom(file: string): Promise<CognitivePlan> {
  const read = (await readPlan(file, io)).plan;
  const tasks = read.tasks.map((task) => ({ ...task, required_capabilities: [run] }));
  return { ...read, plan_id: run, intent_id: run, created_at: Date.now(), tasks };
}

const hive = await connectHive(options as { stage?: string; name?: string }, io);
let told = 0;
const ran = await runPlan(hive, {
  ...{ plan, agents, capability: run, seed, within_ms: within * 1000 },
  onProgress(done, of, ms) {
    if (ms - told < PROGRESS_MS && done < of) return;
    told = ms;
    console.error(`${(ms / 1000).toFixed(0).padStart(4)} s  ${done} of ${of} tickets`);
  },
});
hive.close();

const regret = regretOf(ran.ended, new Map(agents.map((agent) => [agent.agent_id, agent.capacity])));
const deployed = figuresOf(fromRun(ran.attempts));
const speeds = new Map(agents.map(({ agent_id, speed }) => [agent_id, speed]));
const latencies = latenciesOf(
  ran.attempts,
  new Map(plan.tasks.map(({ task_id, dependencies }) => [task_id, dependencies])),
  ({ agent_id, task_id }) => recordedMs(times, task_id) / (speeds.get(agent_id) ?? 1),
);

/** What a simulation is told of the stack that the run was on; its plan and agents it knows either way. */
const TOLD: Readonly<Record<string, Partial<Latencies>>> = {
  'nothing of the stack': {},
  'assignment to start, median': { dispatch_ms: latencies.median.dispatch_ms },
  'entering and reporting too, medians': latencies.median,
  'entering and reporting too, means': latencies.mean,
};
const drifts = Object.entries(TOLD).map(([told, of]): ToldDrift => ({ told, ...foretell(of) }));

function foretell(of: Partial<Latencies>): Drift {
  const simulated = Array.from({ length: SIMULATIONS }, (_, at) =>
    simulate(
      {
        ...{ plans: [{ plan }], agents, seed: seed + at, knows: 'learns', ...of },
        durations: { [plan.plan_id]: Object.fromEntries(times) },
      },
      { sha256 },
    ),
  );
  return driftOf(
    deployed,
    simulated.map(({ assignments }) => figuresOf(assignments)),
  );
}

if (options.json) {
  const { starts: _, ...figures } = deployed;
  const told = { seed, phase: ran.phase, agents, regret, latencies, deployed: figures, drifts };
  console.log(JSON.stringify(told, undefined, 2));
} else {
  console.log(
    `${plan.tasks.length} tickets, ${ran.attempts.length} attempts, seed ${seed}; the plan is ${ran.phase}\n`,
  );
  console.log(`${regretLines(regret, io.stdout).join('\n')}\n`);
  printDrift({
    deployed,
    latencies,
    drifts,
    names: new Map(agents.map(({ agent_id: id }) => [id, id.slice(run.length + 1)])),
  });
  console.log(`\nSimulated: means of ${SIMULATIONS} runs, seeds ${seed} to ${seed + SIMULATIONS - 1}.`);
}
if (ran.phase !== 'completed') process.exitCode = 1;
