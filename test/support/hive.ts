/** The whole core over ports in memory, wired as the functions wire it. */
import { createMemoryAgentRegistry } from '../../adapters/memory/agent-registry.ts';
import { createMemoryInboxes } from '../../adapters/memory/inboxes.ts';
import { createMemoryLedger } from '../../adapters/memory/ledger.ts';
import { createMemoryPlanMachines, type MemoryPlanMachines } from '../../adapters/memory/plan-machines.ts';
import { createMemoryReadyQueue } from '../../adapters/memory/ready-queue.ts';
import { createMemoryRounds } from '../../adapters/memory/rounds.ts';
import { createMemoryTable } from '../../adapters/memory/table.ts';
import { sha256 } from '../../adapters/system/digest.ts';
import type { Fence, ReportRequest } from '../../core/messages/agent-api.ts';
import { agentRegistration } from '../../core/messages/agent-api.ts';
import { executionResult } from '../../core/messages/execution-result.ts';
import { createAcceptPlan } from '../../core/plan/accept.ts';
import { createCompletePlan } from '../../core/plan/complete.ts';
import type { PlanMachines } from '../../core/ports/plan-machines.ts';
import { createBecomeReady } from '../../core/schedule/become-ready.ts';
import { createEnterTicket } from '../../core/schedule/enter.ts';
import { createFreeCapacity } from '../../core/schedule/free-capacity.ts';
import { priorityOrder } from '../../core/schedule/order.ts';
import { createRound } from '../../core/schedule/round.ts';
import { createScheduleTickets } from '../../core/schedule/schedule-tickets.ts';
import { firstCapable } from '../../core/swarm/match.ts';
import { createHeartbeatAgent, createRegisterAgent, createRemoveAgent } from '../../core/swarm/register.ts';
import { createClaimTicket } from '../../core/ticket/claim.ts';
import { createHeartbeatTicket } from '../../core/ticket/heartbeat.ts';
import { ticketIdOf } from '../../core/ticket/ids.ts';
import { createReportTicket } from '../../core/ticket/report.ts';
import { createSettleTicket } from '../../core/ticket/settle.ts';
import { NOW } from './plans.ts';
import { type VirtualClock, virtualClock } from './virtual-clock.ts';

export type Wrap = <Port extends object>(port: Port, name: string) => Port;

export interface HiveOptions<Machines extends PlanMachines> {
  readonly clock?: VirtualClock;
  readonly machines?: Machines;
  /** what the core sees of each port: for faults and delays */
  readonly wrap?: Wrap;
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
  };
  const ports = {
    ledger: wrap(bare.ledger, 'ledger'),
    queue: wrap(bare.queue, 'queue'),
    agents: wrap(bare.agents, 'agents'),
    machines: wrap<PlanMachines>(bare.machines, 'machines'),
    rounds: wrap(bare.rounds, 'rounds'),
    inboxes: wrap(bare.inboxes, 'inboxes'),
    clock,
    sha256,
  };
  /** Functions as a fresh process has them: nothing remembered. */
  const functions = () => {
    const becomeReady = createBecomeReady(ports);
    const deps = { ...ports, becomeReady, freeCapacity: createFreeCapacity(ports) };
    const settle = createSettleTicket(deps);
    const enterTicket = createEnterTicket(deps);
    const round = createRound({ ...ports, order: priorityOrder, match: firstCapable });
    return {
      acceptPlan: createAcceptPlan(deps),
      enterTicket,
      round,
      scheduleTickets: createScheduleTickets({ enterTicket, round }),
      claimTicket: createClaimTicket(deps),
      heartbeatTicket: createHeartbeatTicket(deps),
      reportTicket: createReportTicket({ ...deps, settle }),
      settle,
      completePlan: createCompletePlan(deps),
      registerAgent: createRegisterAgent(deps),
      heartbeatAgent: createHeartbeatAgent(deps),
      removeAgent: createRemoveAgent(deps),
    };
  };
  return { ...bare, ...functions(), table, clock, fresh: functions };
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

/** The machine of a plan reaches a task, and a round follows. */
export async function enter(hive: Pick<Hive, 'enterTicket' | 'round'>, task_id: string, plan_id = 'plan-1') {
  const pool = await hive.enterTicket({ plan_id, task_id, task_token: `token of ${plan_id}/${task_id}` });
  if (pool !== undefined) await hive.round(pool);
}

/** Assigned, claimed and reported by the agent, from ready on. */
export async function work(hive: Hive, agent_id: string, task_id: string, plan_id = 'plan-1'): Promise<void> {
  const id = ticketId(task_id, plan_id);
  await hive.claimTicket(id, fenceOf(agent_id));
  await hive.reportTicket(id, reportOf(id, fenceOf(agent_id)));
}

export async function phaseOf(hive: Pick<Hive, 'ledger'>, task_id: string, plan_id = 'plan-1') {
  return (await hive.ledger.loadTicket(ticketId(task_id, plan_id)))?.state.phase;
}
