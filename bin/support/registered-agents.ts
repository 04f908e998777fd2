/** The agents of the stack as a simulation's: as fast and as sure at each kind of work as their trails say. */
import { createDynamoTrails } from '../../adapters/dynamodb/trails.ts';
import { sha256 } from '../../adapters/system/digest.ts';
import type { CognitivePlan } from '../../core/messages/cognitive-plan.ts';
import { poolOf } from '../../core/plan/compile/index.ts';
import type { SimulatedAgent } from '../../core/simulate/types.ts';
import { type AgentRecord, hasCapabilities, healthOf } from '../../core/swarm/agent.ts';
import type { Estimates } from '../../core/trail/estimate.ts';
import { meanDuration } from '../../core/trail/predict.ts';
import { createReadEstimates } from '../../core/trail/read-estimates.ts';
import { refuse } from './errors.ts';
import { connectHive } from './hive-client.ts';
import type { Io } from './io.ts';
import type { TargetOptions } from './target.ts';

/** @throws HiveError AGENTS_INVALID when nobody is registered; and as `resolveTarget` */
export async function registeredAgents(
  plans: readonly CognitivePlan[],
  options: TargetOptions,
  io: Io,
): Promise<SimulatedAgent[]> {
  const hive = await connectHive(options, io);
  try {
    const agents = (await hive.registry.listByCapability('*')).filter(
      (agent) => healthOf(agent, io.now()) !== 'UNHEALTHY',
    );
    if (agents.length === 0)
      throw refuse('AGENTS_INVALID', 'no agent that lives is registered in this stack', {
        try: 'hive agents, to see who is there; or --agents N',
      });
    const clock = { now: io.now, random: () => 0, sleep: async () => {} };
    const readEstimates = createReadEstimates({ trails: createDynamoTrails(hive.table), clock });
    const known = await knownOf(plans, readEstimates);
    return agents.map((agent) => simulatedOf(agent, known));
  } finally {
    hive.close();
  }
}

interface KindOfWork {
  readonly task_type: string;
  readonly required_capabilities: readonly string[];
  readonly estimates: Estimates;
}

/** What is known of each kind of work in the plans; a kind in several pools is taken from the first. */
async function knownOf(
  plans: readonly CognitivePlan[],
  readEstimates: ReturnType<typeof createReadEstimates>,
): Promise<KindOfWork[]> {
  const kinds = new Map<string, KindOfWork>();
  for (const { task_type, required_capabilities } of plans.flatMap(({ tasks }) => tasks)) {
    if (kinds.has(task_type)) continue;
    const estimates = await readEstimates(poolOf(required_capabilities, sha256));
    kinds.set(task_type, { task_type, required_capabilities, estimates });
  }
  return [...kinds.values()];
}

function simulatedOf(agent: AgentRecord, known: readonly KindOfWork[]): SimulatedAgent {
  const { agent_id, capabilities, capacity, clearance, location } = agent;
  const own = known.filter(({ required_capabilities }) => hasCapabilities(agent, required_capabilities));
  const speeds = own.map(({ task_type, estimates }): [string, number] => [
    task_type,
    1 / meanDuration(estimates(agent_id, task_type), 1),
  ]);
  const failures = own.map(({ task_type, estimates }) => {
    const { a, b } = estimates(agent_id, task_type).success;
    return b / (a + b);
  });
  const { region, zone } = location;
  return {
    ...{ agent_id, capabilities, capacity, clearance },
    location: { region, ...(zone !== undefined && { zone }) },
    speeds: Object.fromEntries(speeds),
    failure: failures.length === 0 ? 0 : failures.reduce((sum, one) => sum + one, 0) / failures.length,
  };
}
