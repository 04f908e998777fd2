/** `hive simulate`: what-if, on the product's own decisions. */
import { writeFile } from 'node:fs/promises';
import { sha256 } from '../../adapters/system/digest.ts';
import type { CognitivePlan } from '../../core/messages/cognitive-plan.ts';
import { createRandom } from '../../core/simulate/random.ts';
import { simulate } from '../../core/simulate/simulate.ts';
import { STRATEGIES } from '../../core/simulate/strategies.ts';
import type { SimulatedAgent, SimulatedPlan, SimulationRequest, SimulationResult } from '../../core/simulate/types.ts';
import type { Run } from '../support/command.ts';
import { refuse } from '../support/errors.ts';
import { EXIT } from '../support/exit-codes.ts';
import { ganttSvg } from '../support/gantt-svg.ts';
import type { Io } from '../support/io.ts';
import { nearNames } from '../support/near-names.ts';
import { nameOf, readPlan, refused } from '../support/plan-file.ts';
import { fileReason } from '../support/read-document.ts';
import { registeredAgents } from '../support/registered-agents.ts';
import { identicalAgents, readAgents } from '../support/simulated-agents.ts';
import { byOutcome, comparisonLines, simulationLines } from '../support/simulation-view.ts';
import type { TargetOptions } from '../support/target.ts';
import { echo, plain, toJson } from '../support/text.ts';

interface Options extends TargetOptions {
  agents: number | string;
  seed: number;
  strategy?: string;
  compare?: string;
  planned?: true;
  budget?: number;
  knows: NonNullable<SimulationRequest['knows']>;
  noise: number;
  speeds?: number[];
  failureRate: number;
  copies: number;
  every?: number;
  svg?: string;
}

export const simulatePlans: Run<Options> = async (io, files, options) => {
  const strategies = strategiesOf(options);
  const plans = await readPlans(files, io);
  const agents = await agentsOf(plans, options, io);
  const request = requestOf(plans, agents, options);
  const results = strategies.map((strategy) => simulate({ ...request, ...(strategy && { strategy }) }, { sha256 }));
  const [first] = results as [SimulationResult, ...SimulationResult[]];
  if (options.svg !== undefined) await writeSvg(options.svg, best(results), io);
  if (options.json) io.stdout.write(`${toJson(options.compare === undefined ? first : results)}\n`);
  else {
    const lines = options.compare === undefined ? simulationLines(first, io.stdout) : comparisonLines(results);
    io.stdout.write(`${lines.join('\n')}\n`);
  }
  return EXIT.ok;
};

const best = (results: readonly SimulationResult[]): SimulationResult =>
  [...results].sort(byOutcome)[0] as SimulationResult;

/** undefined: the product's own. @throws HiveError STRATEGY_UNKNOWN */
function strategiesOf({ strategy, compare }: Options): (string | undefined)[] {
  const known = Object.keys(STRATEGIES);
  if (compare === undefined) return [strategy === undefined ? undefined : checked(strategy, known)];
  if (compare === 'all') return known;
  return [...new Set(compare.split(',').map((name) => checked(name.trim(), known)))];
}

function checked(name: string, known: readonly string[]): string {
  if (known.includes(name)) return name;
  const near = nearNames(name, known);
  throw refuse(
    'STRATEGY_UNKNOWN',
    `there is no strategy ${echo(name)}${near.length > 0 ? `; near it: ${near.join(', ')}` : ''}`,
    { try: `one of ${known.join(', ')}`, detail: { strategy: name, known } },
  );
}

/** Plans that may not run are simulated as well, and that is said: what-if may be about just that. */
async function readPlans(files: readonly string[], io: Io): Promise<CognitivePlan[]> {
  const plans: CognitivePlan[] = [];
  for (const file of files) {
    // The same every time: what is left to chance goes by the seed alone.
    const { plan, faults } = await readPlan(file, io, { planId: nameOf(file) });
    if (faults.length > 0) io.stderr.write(`note: ${refused(faults).message}\n`);
    plans.push(plan);
  }
  return plans;
}

function agentsOf(
  plans: readonly CognitivePlan[],
  options: Options,
  io: Io,
): Promise<SimulatedAgent[]> | SimulatedAgent[] {
  const { agents, speeds, failureRate } = options;
  if (typeof agents === 'number') return identicalAgents(agents, speeds, failureRate);
  if (speeds !== undefined || failureRate > 0)
    throw refuse(
      'USAGE',
      '--speeds and --failure-rate are for --agents N: a file or the registry says it of each agent',
    );
  return agents === 'registry' ? registeredAgents(plans, options, io) : readAgents(agents, io);
}

const MINUTE_MS = 60_000;

function requestOf(
  plans: readonly CognitivePlan[],
  agents: readonly SimulatedAgent[],
  { seed, planned, budget, knows, noise, copies, every }: Options,
): SimulationRequest {
  return {
    ...{ plans: arrivals(plans, { copies, seed, meanMs: (every ?? 0) * MINUTE_MS }), agents, seed, knows, noise },
    ...(planned && { mode: 'planned' as const }),
    ...(budget !== undefined && { budget: { schedules: budget } }),
  };
}

/** Each copy is a plan of its own; the time between two is exponential (a Poisson process). */
function arrivals(
  plans: readonly CognitivePlan[],
  { copies, seed, meanMs }: { copies: number; seed: number; meanMs: number },
): SimulatedPlan[] {
  const random = createRandom(seed);
  let at = 0;
  return Array.from({ length: copies }, (_, copy) => copy).flatMap((copy) =>
    plans.map((plan, index): SimulatedPlan => {
      if (copy + index > 0) at += -Math.log(1 - random()) * meanMs;
      const again = plans.findIndex(({ plan_id }) => plan_id === plan.plan_id) < index || copy > 0;
      const plan_id = again ? `${plan.plan_id}#${copy * plans.length + index + 1}` : plan.plan_id;
      return { plan: { ...plan, plan_id }, at_ms: Math.round(at) };
    }),
  );
}

/** @throws HiveError FILE_UNWRITABLE */
async function writeSvg(file: string, told: SimulationResult, io: Io): Promise<void> {
  const title = `${told.tickets} tickets, strategy ${told.strategy}, seed ${told.seed}`;
  try {
    await writeFile(file, ganttSvg(told.assignments, title));
  } catch (error) {
    throw refuse('FILE_UNWRITABLE', `cannot write ${file}: ${fileReason(error, 'there is no such folder')}`, {
      detail: { file },
      cause: error,
    });
  }
  io.stderr.write(`Gantt chart of ${told.strategy} written to ${plain(file)}\n`);
}
