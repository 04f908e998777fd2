/**
 * Stands before everything that agents say. Whom IAM lets call the agents' API is an agent; which one, is said by whose it
 * is: an agent's id is the principal's that registered it first, since trails, health and the log know the agent by it, and
 * nobody but security gives it to another. Here it is asked before anything is read; whose it becomes is decided where it
 * is written, in one write.
 */
import { HiveError } from '../errors.ts';
import type { AgentRegistration } from '../messages/agent-api.ts';
import type { Action } from '../policy/access.ts';
import type { Authorization } from '../policy/decision.ts';
import { agentEntity } from '../policy/entities.ts';
import { unknownAgent } from '../policy/questions.ts';
import type { AgentRegistry } from '../ports/agent-registry.ts';
import { type AgentRecord, isKeptFrom } from '../swarm/agent.ts';
import type { Authorize } from './authorize.ts';
import type { Caller } from './caller.ts';
import type { Bounds } from './enrolment/state.ts';
import { registrationWithin } from './enrolment/within.ts';
import { questionOf, recorded } from './guard.ts';
import { type Identity, nameOfIdentity, principalOf } from './identity.ts';
import type { RecordRefusal } from './refusal.ts';
import { type Resource, type Resources, standingOf } from './resources.ts';

export interface AgentAsked {
  readonly identity: Identity;
  readonly action: Action;
  readonly agent_id: string;
  readonly ticket_id?: string | undefined;
  /** what an agent says of itself that registers */
  readonly registers?: AgentRegistration | undefined;
  /** the policies are asked elsewhere, with the change that they allow */
  readonly asked_later?: boolean | undefined;
}

export interface AgentAdmitted {
  readonly caller: Caller;
  readonly authorization?: Authorization | undefined;
  /** what it was enrolled for; absent: it was not */
  readonly bounds?: Bounds | undefined;
}

/** @throws HiveError AGENT_OF_ANOTHER · AGENT_BEYOND_ENROLMENT · POLICY_DENIED (403), recorded; POLICIES_UNAVAILABLE, REFUSAL_NOT_RECORDED (503); what `run` throws */
export type AgentGuard = <T>(asked: AgentAsked, run: (admitted: AgentAdmitted) => Promise<T>) => Promise<T>;

export interface AgentGuardDeps {
  agents: Pick<AgentRegistry, 'load'>;
  resources: Resources;
  authorize: Authorize;
  recordRefusal: RecordRefusal;
}

export const agentOfAnother = (agentId: string): HiveError =>
  new HiveError(
    'AGENT_OF_ANOTHER',
    `Agent ${JSON.stringify(agentId)} is somebody else's, or was taken from you: call with its owner's credentials, register under an id of your own, or have security give it to you (hive agent hand-over).`,
    { status: 403, detail: { agent_id: agentId } },
  );

export function createAgentGuard({ agents, resources, authorize, recordRefusal }: AgentGuardDeps): AgentGuard {
  return async ({ identity, action, agent_id, ticket_id, registers, asked_later = false }, run) => {
    const caller = agentCaller(identity);
    const known = await agents.load(agent_id);
    // What an agent that registers anew says of itself now; whose it is, and for whom it works, it does not say.
    const said = registers ?? known ?? unknownAgent(agent_id);
    // An enrolled agent is what its enrolment says.
    const bounds = identity.kind === 'credential' ? identity.bounds : undefined;
    const { clearance = said.clearance, tenants = known?.tenants } = bounds ?? {};
    const agent = agentEntity({ ...said, clearance }, standingOf({ ...known, ...(tenants && { tenants }) }));
    const own: Resource = { resource: agent.uid, entities: [agent], ticket_id };
    const about =
      ticket_id === undefined || asked_later
        ? own
        : await resources({ kind: 'Ticket', id: ticket_id, holder: agent_id });
    return recorded(recordRefusal, { caller, action, resource: { ...about, ticket_id } }, async () => {
      if (known !== undefined && isKeptFrom(known, caller.principal)) throw agentOfAnother(agent_id);
      if (bounds !== undefined && bounds.agent_id !== agent_id) throw agentOfAnother(agent_id);
      if (bounds !== undefined && registers !== undefined) registrationWithin(registers, bounds);
      // Enrolled for less since: until it registers anew, the scheduler knows it as what it was.
      if (bounds !== undefined && known !== undefined && AS_KNOWN.includes(action)) requireKnownWithin(known, bounds);
      // There is no such ticket: whatever is said of it, nothing follows but being told so.
      const unknown = ticket_id !== undefined && about.ticket_id === undefined;
      if (asked_later || unknown) return run({ caller, bounds });
      const call = { caller, action, resource: about, context: { caller: caller.principal } };
      const authorization = await authorize(questionOf(call, agent.uid, about === own ? [] : [agent]));
      return run({ caller, authorization, bounds });
    });
  };
}

/** Calls by which it is given tickets, told what is in them, or let at what they touch. */
const AS_KNOWN: readonly Action[] = ['HeartbeatAgent', 'ReadInbox', 'ClaimTicket', 'ExchangeToken'];

/** @throws HiveError AGENT_BEYOND_ENROLMENT (403): register anew */
function requireKnownWithin(known: AgentRecord, bounds: Bounds): void {
  const { clearance } = registrationWithin(known, bounds);
  const same = [...(known.tenants ?? [])].sort().join() === [...bounds.tenants].sort().join();
  if (clearance === known.clearance && same) return;
  throw new HiveError('AGENT_BEYOND_ENROLMENT', 'The agent was enrolled anew since it registered: register it anew.', {
    status: 403,
  });
}

/** A local AWS is one person's own, and hands out a new access key to each process of a function: all of them are one. */
export const ONES_OWN = 'local';

function agentCaller(identity: Identity): Caller {
  const { kind, source } = identity;
  return {
    principal: kind === 'local' ? ONES_OWN : principalOf(identity),
    name: nameOfIdentity(identity),
    kind,
    roles: ['agent'],
    tenants: [],
    source,
  };
}
