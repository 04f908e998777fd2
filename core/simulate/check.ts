/** A request that cannot be simulated is refused, naming every fault. */
import { HiveError } from '../errors.ts';
import type { SimulatedAgent, SimulationRequest } from './types.ts';

interface Fault {
  readonly path: string;
  readonly reason: string;
}

const MAX_TOLD = 5;

/** @throws HiveError SIMULATION_INVALID (422), detail.faults: every {path, reason} */
export function checkRequest(request: SimulationRequest): void {
  const { plans, agents, noise = 0, budget, forecasts, seed = 1, durations = {} } = request;
  const faults: Fault[] = [];
  const demand = (holds: boolean, path: string, reason: string): void => {
    if (!holds) faults.push({ path, reason });
  };
  demand(plans.length > 0, 'plans', 'there is no plan');
  demand(agents.length > 0, 'agents', 'there is no agent');
  demand(Number.isFinite(seed), 'seed', 'is no number');
  demand(noise >= 0 && noise <= 5, 'noise', 'is not between 0 and 5');
  for (const name of ['dispatch_ms', 'enter_ms', 'overhead_ms'] as const)
    demand(isTime(request[name] ?? 0), name, 'is no time of 0 ms or more');
  const schedules = budget?.schedules;
  demand(schedules === undefined || isCount(schedules, 1), 'budget.schedules', 'is no whole number of 1 or more');
  demand(forecasts === undefined || isCount(forecasts, 0), 'forecasts', 'is no whole number of 0 or more');
  const ids = plans.map(({ plan }) => plan.plan_id);
  plans.forEach(({ plan, at_ms = 0 }, index) => {
    demand(isTime(at_ms), `plans.${index}.at_ms`, 'is no time of 0 ms or more');
    demand(ids.indexOf(plan.plan_id) === index, `plans.${index}`, `plan ${plan.plan_id} is there twice`);
  });
  for (const [planId, tasks] of Object.entries(durations))
    for (const [taskId, ms] of Object.entries(tasks))
      demand(isTime(ms), `durations.${planId}.${taskId}`, 'is no time of 0 ms or more');
  const agentIds = agents.map(({ agent_id }) => agent_id);
  agents.forEach((agent, index) => {
    demand(agentIds.indexOf(agent.agent_id) === index, `agents.${index}`, `agent ${agent.agent_id} is there twice`);
    faults.push(...agentFaults(agent, `agents.${index}`));
  });
  if (faults.length > 0) throw invalid(faults);
}

function agentFaults(agent: SimulatedAgent, path: string): Fault[] {
  const { capacity = 1, speed = 1, speeds = {}, failure = 0, fails_after = 1 } = agent;
  const faults: Fault[] = [];
  if (!isCount(capacity, 1) || capacity > 100)
    faults.push({ path: `${path}.capacity`, reason: 'is not from 1 to 100' });
  for (const [name, value] of [['speed', speed] as const, ...Object.entries(speeds)])
    if (!isSpeed(value)) faults.push({ path: `${path}.${name}`, reason: 'is no speed between 0.000001 and 1000000' });
  if (!isShare(failure)) faults.push({ path: `${path}.failure`, reason: 'is not from 0 to 1' });
  if (!isShare(fails_after)) faults.push({ path: `${path}.fails_after`, reason: 'is not from 0 to 1' });
  return faults;
}

const isTime = (ms: number): boolean => ms >= 0 && ms <= Number.MAX_SAFE_INTEGER;
const isCount = (value: number, least: number): boolean => Number.isSafeInteger(value) && value >= least;
const isShare = (value: number): boolean => value >= 0 && value <= 1;
const isSpeed = (value: number): boolean => value >= 1e-6 && value <= 1e6;

function invalid(faults: readonly Fault[]): HiveError {
  const told = faults.slice(0, MAX_TOLD).map(({ path, reason }) => `${path} ${reason}`);
  const more = faults.length > told.length ? ` (and ${faults.length - told.length} more)` : '';
  return new HiveError('SIMULATION_INVALID', `This cannot be simulated: ${told.join('; ')}${more}.`, {
    status: 422,
    detail: { faults },
  });
}
