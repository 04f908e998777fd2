/** The whole core over ports in memory, wired as the functions wire it. */
import { createMemoryAgentRegistry } from '../../adapters/memory/agent-registry.ts';
import { createMemoryInboxes } from '../../adapters/memory/inboxes.ts';
import { createMemoryLedger } from '../../adapters/memory/ledger.ts';
import { createMemoryPlanMachines, type MemoryPlanMachines } from '../../adapters/memory/plan-machines.ts';
import { createMemoryPlanReader } from '../../adapters/memory/plan-reader.ts';
import { createMemoryPolicies } from '../../adapters/memory/policies.ts';
import { createMemoryReadyQueue } from '../../adapters/memory/ready-queue.ts';
import { createMemoryRounds } from '../../adapters/memory/rounds.ts';
import { createMemorySharesStore } from '../../adapters/memory/shares.ts';
import { createMemoryTable } from '../../adapters/memory/table.ts';
import { createMemoryTimers } from '../../adapters/memory/timers.ts';
import { createMemoryTrails } from '../../adapters/memory/trails.ts';
import { sha256 } from '../../adapters/system/digest.ts';
import { createAuthorize } from '../../core/access/authorize.ts';
import type { Refusal } from '../../core/access/refusal.ts';
import { createAssetFaults } from '../../core/catalogue/asset-faults.ts';
import { createAssetsOfTicket } from '../../core/catalogue/assets-of-ticket.ts';
import type { IssueToken } from '../../core/credential/issue.ts';
import type { Fence, ReportRequest } from '../../core/messages/agent-api.ts';
import { agentRegistration } from '../../core/messages/agent-api.ts';
import { executionResult } from '../../core/messages/execution-result.ts';
import { createOperations } from '../../core/operate/create-operations.ts';
import { createAcceptPlan } from '../../core/plan/accept.ts';
import { createCompletePlan } from '../../core/plan/complete.ts';
import { createFailPlan } from '../../core/plan/fail.ts';
import { createHealPlan } from '../../core/plan/heal.ts';
import { createLookAtPlan } from '../../core/plan/look.ts';
import { createRankPlan } from '../../core/plan/rank-plan.ts';
import type { AgentRegistry } from '../../core/ports/agent-registry.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { Sha256 } from '../../core/ports/digest.ts';
import type { Inboxes } from '../../core/ports/inboxes.ts';
import type { Ledger } from '../../core/ports/ledger.ts';
import type { PlanMachines } from '../../core/ports/plan-machines.ts';
import type { PlanReader } from '../../core/ports/plan-reader.ts';
import type { PoliciesInForce } from '../../core/ports/policies.ts';
import type { ReadyQueue } from '../../core/ports/ready-queue.ts';
import type { Rounds } from '../../core/ports/rounds.ts';
import type { SharesStore } from '../../core/ports/shares.ts';
import type { Timers } from '../../core/ports/timers.ts';
import type { Trails } from '../../core/ports/trails.ts';
import { createPredictPlan } from '../../core/predict/predict-plan.ts';
import { createAssignEntered } from '../../core/schedule/assign-entered.ts';
import { createBecomeReady } from '../../core/schedule/become-ready.ts';
import { createEnterTicket } from '../../core/schedule/enter.ts';
import { createFreeCapacity } from '../../core/schedule/free-capacity.ts';
import { createRound } from '../../core/schedule/round.ts';
import { createScheduleTickets } from '../../core/schedule/schedule-tickets.ts';
import { createStrategyInForce } from '../../core/schedule/strategy/in-force.ts';
import { createSweepPools } from '../../core/schedule/sweep.ts';
import { createAgentLost } from '../../core/swarm/health/agent-lost.ts';
import { createLoadOutcomes } from '../../core/swarm/health/load-outcomes.ts';
import { createWatchAgents } from '../../core/swarm/health/watch-agents.ts';
import { createSwarmMatcher } from '../../core/swarm/match/swarm-matcher.ts';
import { createReadInbox } from '../../core/swarm/read-inbox.ts';
import { createHeartbeatAgent, createRegisterAgent, createRemoveAgent } from '../../core/swarm/register.ts';
import { createClaimTicket } from '../../core/ticket/claim.ts';
import { createFailAttempt } from '../../core/ticket/fail-attempt.ts';
import { createHandBackTicket } from '../../core/ticket/hand-back.ts';
import { createHeartbeatTicket } from '../../core/ticket/heartbeat.ts';
import { ticketIdOf } from '../../core/ticket/ids.ts';
import { createLookAtTicket } from '../../core/ticket/look.ts';
import { createRemindAgent } from '../../core/ticket/remind-agent.ts';
import { createReportTicket } from '../../core/ticket/report.ts';
import { createSettleTicket } from '../../core/ticket/settle.ts';
import { createWithdrawFromAgent } from '../../core/ticket/withdraw.ts';
import { createFireTimer } from '../../core/timer/fire.ts';
import { createReadEstimates } from '../../core/trail/read-estimates.ts';
import { NOW } from './plans.ts';
import { defaultPolicies } from './policies.ts';
import { type VirtualClock, virtualClock } from './virtual-clock.ts';

export type Wrap = <Port extends object>(port: Port, name: string) => Port;

export interface HiveOptions<Machines extends PlanMachines> {
  readonly clock?: VirtualClock;
  readonly machines?: Machines;
  /** what the core sees of each port: for faults and delays */
  readonly wrap?: Wrap;
  /** default: those that come with the code */
  readonly policies?: PoliciesInForce;
}

export function createHive<Machines extends PlanMachines = MemoryPlanMachines>(options: HiveOptions<Machines> = {}) {
  const { clock = virtualClock(), wrap = (port) => port } = options;
  const table = createMemoryTable();
  const bare = {
    ledger: createMemoryLedger(table),
    queue: createMemoryReadyQueue(table),
    agents: createMemoryAgentRegistry(table),
    machines: options.machines ?? (createMemoryPlanMachines() as unknown as Machines),
    rounds: createMemoryRounds(),
    inboxes: createMemoryInboxes(),
    timers: createMemoryTimers(),
    trails: createMemoryTrails(table),
    shares: createMemorySharesStore(table),
    reader: createMemoryPlanReader(table),
  };
  const ports = {
    ledger: wrap(bare.ledger, 'ledger'),
    queue: wrap(bare.queue, 'queue'),
    agents: wrap(bare.agents, 'agents'),
    machines: wrap<PlanMachines>(bare.machines, 'machines'),
    rounds: wrap(bare.rounds, 'rounds'),
    inboxes: wrap(bare.inboxes, 'inboxes'),
    timers: wrap<Timers>(bare.timers, 'timers'),
    trails: wrap<Trails>(bare.trails, 'trails'),
    shares: wrap<SharesStore>(bare.shares, 'shares'),
    reader: wrap<PlanReader>(bare.reader, 'reader'),
    policies: options.policies ?? defaultPolicies(),
    refusals: [] as Refusal[],
    clock,
    sha256,
  };
  const functions = () => wireFunctions(ports);
  return { ...bare, ...functions(), table, clock, refusals: ports.refusals, fresh: functions };
}

/** What the core is wired to. */
export interface Ports {
  ledger: Ledger;
  queue: ReadyQueue;
  agents: AgentRegistry;
  machines: PlanMachines;
  rounds: Rounds;
  inboxes: Inboxes;
  timers: Timers;
  trails: Trails;
  shares: SharesStore;
  /** default: plans are not predicted */
  reader?: PlanReader;
  /** default: everything is allowed */
  policies?: PoliciesInForce;
  /** what was refused, the latest last */
  refusals?: Refusal[];
  clock: Clock;
  sha256: Sha256;
  /** default: tokens that say what they are of and prove nothing */
  issue?: IssueToken;
  renewTokens?: Parameters<typeof createHeartbeatAgent>[0]['renewTokens'];
  isExecutionOf?: (executionArn: string, planId: string, run: number) => boolean;
}

const issueNamed: IssueToken = async ({ ticket_id, attempt, attempt_ends }) => ({
  token: `token of ${ticket_id}/${attempt}`,
  token_expires_at: attempt_ends * 1000,
});

/** Functions as a fresh process has them: nothing remembered. */
export function wireFunctions(given: Ports) {
  const { policies = createMemoryPolicies(), refusals = [] } = given;
  const recordRefusal = async (refusal: Refusal) => void refusals.push(refusal);
  const ports = {
    ...given,
    policies,
    assetsOf: createAssetsOfTicket(given),
    authorize: createAuthorize({ policies, recordRefusal }),
  };
  const becomeReady = createBecomeReady(ports);
  const scheduling = { ...ports, becomeReady, freeCapacity: createFreeCapacity(ports) };
  const settle = createSettleTicket(scheduling);
  const failAttempt = createFailAttempt(ports);
  const withdraw = createWithdrawFromAgent(ports);
  const health = { ...scheduling, withdraw, failAttempt, loadOutcomes: createLoadOutcomes(ports) };
  const deps = { ...health, settle, remind: createRemindAgent(ports), agentLost: createAgentLost(health) };
  const enterTicket = createEnterTicket(deps);
  const swarm = {
    shares: ports.shares,
    strategyInForce: createStrategyInForce(ports),
    readEstimates: createReadEstimates(ports),
    match: createSwarmMatcher(),
  };
  const round = createRound({ ...deps, ...swarm });
  const lookAtTicket = createLookAtTicket(deps);
  const { reader } = ports;
  const predictPlan = reader && createPredictPlan({ ...ports, reader, readEstimates: swarm.readEstimates });
  const lookAtPlan = createLookAtPlan({ ...deps, ...(predictPlan && { predictPlan }) });
  return {
    /** what the functions are made of */
    deps,
    strategyInForce: swarm.strategyInForce,
    readEstimates: swarm.readEstimates,
    acceptPlan: createAcceptPlan({
      ...{ ...deps, assetFaults: createAssetFaults(ports) },
      rankPlan: createRankPlan({ ...ports, ...swarm }),
    }),
    enterTicket,
    round,
    scheduleTickets: createScheduleTickets({
      assignEntered: createAssignEntered({ ...deps, ...swarm }),
      enterTicket,
      round,
    }),
    claimTicket: createClaimTicket({ ...deps, issue: ports.issue ?? issueNamed }),
    heartbeatTicket: createHeartbeatTicket(deps),
    reportTicket: createReportTicket(deps),
    handBackTicket: createHandBackTicket(deps),
    readInbox: createReadInbox(ports),
    settle,
    completePlan: createCompletePlan(deps),
    failPlan: createFailPlan(deps),
    healPlan: createHealPlan(deps),
    lookAtTicket,
    lookAtPlan,
    fireTimer: createFireTimer({ ...ports, lookAtTicket, lookAtPlan }),
    operations: createOperations(deps),
    registerAgent: createRegisterAgent(deps),
    heartbeatAgent: createHeartbeatAgent({ ...deps, renewTokens: ports.renewTokens ?? (async () => []) }),
    removeAgent: createRemoveAgent(deps),
    sweepPools: createSweepPools(ports),
    watchAgents: createWatchAgents({ probes: { answers: async () => false }, ...health }),
  };
}

export type Hive = ReturnType<typeof createHive<MemoryPlanMachines>>;

export const ticketId = (task_id: string, plan_id = 'plan-1'): string => ticketIdOf(plan_id, task_id, sha256);

export const registration = (agent_id: string, capabilities: string[] = ['build'], capacity = 1) =>
  agentRegistration.parse({ agent_id, capabilities, capacity });

/** A claim's secret, long enough to be one. */
export const claimId = (name: string): string => name.padEnd(22, '-');

export const fenceOf = (agent_id: string, name = 'claim', attempt = 1): Fence => ({
  agent_id,
  attempt,
  claim_id: claimId(name),
});

/** A report of the claim, by default that all went well. */
export function reportOf(ticket_id: string, fence: Fence, changes: Record<string, unknown> = {}): ReportRequest {
  const result = executionResult.parse({
    ticket_id,
    agent_id: fence.agent_id,
    status: 'COMPLETED',
    timestamp: NOW,
    schema_version: 1,
    ...changes,
  });
  return { attempt: fence.attempt, claim_id: fence.claim_id, result };
}

/** What an agent says of an attempt that no other should follow. */
export const failedForGood = { status: 'FAILED', error_message: 'no', error: { retryable: false } };

/** The machine of a plan reaches a task, and a round follows. */
export async function enter(hive: Pick<Hive, 'enterTicket' | 'round'>, task_id: string, plan_id = 'plan-1') {
  const pool = await hive.enterTicket({ plan_id, task_id, task_token: `token of ${plan_id}/${task_id}` });
  if (pool !== undefined) await hive.round(pool);
}

/** Assigned, claimed and reported by the agent, from ready on. */
export async function work(hive: Hive, agent_id: string, task_id: string, plan_id = 'plan-1'): Promise<void> {
  await workOn(hive, agent_id, ticketId(task_id, plan_id));
}

/** The ticket's present attempt, claimed and reported. */
export async function workOn(hive: Hive, agent_id: string, id: string, changes: Record<string, unknown> = {}) {
  const attempt = (await hive.ledger.loadTicket(id))?.state.attempts ?? 1;
  const fence = fenceOf(agent_id, 'claim', attempt);
  await hive.claimTicket(id, fence);
  await hive.reportTicket(id, reportOf(id, fence, changes));
}

/** Timers that are due fire, and rounds that were asked for run, until neither changes anything. */
export async function elapse(hive: Hive, ms: number): Promise<void> {
  const end = hive.clock.now() + ms;
  for (;;) {
    const next = hive.timers.pending[0];
    const at = next === undefined ? end : Math.min(end, next.at);
    hive.clock.advance(Math.max(0, at - hive.clock.now()));
    for (const timer of hive.timers.due(hive.clock.now())) await hive.fireTimer(timer);
    for (const { pool } of await hive.queue.pools()) await hive.round(pool);
    if (at === end && !(hive.timers.pending[0] && hive.timers.pending[0].at <= end)) return;
  }
}

export async function phaseOf(hive: Pick<Hive, 'ledger'>, task_id: string, plan_id = 'plan-1') {
  return (await hive.ledger.loadTicket(ticketId(task_id, plan_id)))?.state.phase;
}
