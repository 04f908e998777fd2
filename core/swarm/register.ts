/** Agents come, live and leave. */
import type { EdgeCaller } from '../credential/guard.ts';
import { HiveError } from '../errors.ts';
import type {
  AgentHeartbeatAnswer,
  AgentHeartbeatRequest,
  AgentRegistered,
  AgentRegistration,
  AgentRemoved,
  Assignment,
} from '../messages/agent-api.ts';
import type { AgentRegistry } from '../ports/agent-registry.ts';
import type { Clock } from '../ports/clock.ts';
import type { Sha256 } from '../ports/digest.ts';
import type { Inboxes } from '../ports/inboxes.ts';
import type { Ledger } from '../ports/ledger.ts';
import type { FreeCapacity } from '../schedule/free-capacity.ts';
import { type AgentRecord, isQuarantined, MISSED_HEARTBEATS_UNTIL_WAKE, missedHeartbeats, takesWork } from './agent.ts';
import { PROBE_EVERY_MS } from './health/probe-agents.ts';
import { createTouchRunning } from './touch-running.ts';

/** Tokens for what the agent goes on to run, of a call that came from this caller. */
type RenewTokens = (
  agentId: string,
  kept: AgentHeartbeatRequest['running'],
  caller: EdgeCaller,
) => Promise<AgentHeartbeatAnswer['tokens']>;

/** An agent that (re-)registers may let tickets run: a round is asked for where some wait. */
export function createRegisterAgent(deps: {
  agents: AgentRegistry;
  inboxes: Inboxes;
  clock: Clock;
  freeCapacity: FreeCapacity;
}) {
  const { agents, inboxes, clock, freeCapacity } = deps;
  /**
   * @param owner the caller as the edge knows it: whose agent it is, unless it is another's already
   * @param tenants whose tickets it may have, as its enrolment says
   * @throws HiveError AGENT_OF_ANOTHER (403)
   */
  return async (
    registration: AgentRegistration,
    owner?: string,
    tenants?: readonly string[],
  ): Promise<AgentRegistered> => {
    const { agent_id, inbox_url: brought, ...said } = registration;
    const now = clock.now();
    const least = said.endpoint?.probe ? PROBE_EVERY_MS : 0;
    const heartbeat_interval_ms = Math.max(least, said.heartbeat_interval_ms);
    const inbox_url = brought ?? (await inboxes.open(agent_id));
    await agents.register({
      ...said,
      agent_id,
      heartbeat_interval_ms,
      inbox_url,
      status: 'active',
      registered_at: now,
      heartbeat_at: now,
      ...(owner !== undefined && { owner }),
      ...(tenants && { tenants }),
    });
    await freeCapacity(agent_id, `registered:${agent_id}:${now}`);
    return { agent_id, inbox_url, heartbeat_interval_ms };
  };
}

/**
 * A sign of life of the agent and of each attempt in `running`. The answer lists what the agent holds, and in `stop` what
 * it says it runs but does not hold (any more). An agent that is nobody's is the `owner`'s from then on.
 * @throws HiveError AGENT_UNKNOWN (404): register again; AGENT_OF_ANOTHER (403)
 */
export function createHeartbeatAgent(deps: {
  agents: AgentRegistry;
  ledger: Ledger;
  clock: Clock;
  sha256: Sha256;
  freeCapacity: FreeCapacity;
  renewTokens: RenewTokens;
}) {
  const { agents, clock, freeCapacity, renewTokens } = deps;
  const touchRunning = createTouchRunning(deps);
  return async (
    agentId: string,
    { running }: AgentHeartbeatRequest = { running: [] },
    caller: EdgeCaller = { principal: agentId },
    owner?: string,
  ): Promise<AgentHeartbeatAnswer> => {
    const now = clock.now();
    const before = await agents.heartbeat(agentId, now, owner);
    if (before === undefined)
      throw new HiveError('AGENT_UNKNOWN', `No agent "${agentId}" is registered: register it.`, { status: 404 });
    // Leases first: a round that cannot be asked for must not cost the agent its tickets. One that is set apart keeps none.
    const stop = isQuarantined(before) ? running.map(quarantined) : await touchRunning(agentId, running, now);
    // Back from silence: tickets may have waited for it.
    if (missedHeartbeats(before, now) >= MISSED_HEARTBEATS_UNTIL_WAKE)
      await freeCapacity(agentId, `back:${agentId}:${now}`);
    const stopped = (of: { ticket_id: string; attempt: number }) =>
      stop.some(({ ticket_id, attempt }) => ticket_id === of.ticket_id && attempt === of.attempt);
    const kept = running.filter((said) => !stopped(said));
    const tokens = await renewTokens(agentId, kept, caller);
    return { agent_id: agentId, draining: !takesWork(before), assignments: assignmentsOf(before), stop, tokens };
  };
}

/**
 * The agent gets no more tickets. While it holds some it is draining: they stay its own, its heartbeats go on to list
 * them, and it calls again when it has reported the last. An ephemeral agent's inbox goes when it is removed.
 */
export function createRemoveAgent({
  agents,
  inboxes,
  clock,
}: {
  agents: AgentRegistry;
  inboxes: Inboxes;
  clock: Clock;
}) {
  return async (agentId: string): Promise<AgentRemoved> => {
    const agent = await agents.remove(agentId, clock.now());
    if (agent?.status === 'draining') return { agent_id: agentId, status: 'draining' };
    if (agent?.ephemeral) await inboxes.close(agentId);
    return { agent_id: agentId, status: 'removed' };
  };
}

const quarantined = ({ ticket_id, attempt }: AgentHeartbeatRequest['running'][number]) => ({
  ...{ ticket_id, attempt, code: 'AGENT_QUARANTINED' },
});

const assignmentsOf = (agent: AgentRecord): Assignment[] =>
  Object.entries(agent.held).map(([ticket_id, { plan_id, task_id, attempt }]) => ({
    kind: 'ticket_assigned',
    agent_id: agent.agent_id,
    ticket_id,
    plan_id,
    task_id,
    attempt,
  }));
