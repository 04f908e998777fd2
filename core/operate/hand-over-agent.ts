/**
 * An agent's id is another principal's from now on, or nobody's until another registers it, or gives a sign of life of it.
 * Who had it speaks for it no more, and does not take it again while it is nobody's: its own next heartbeat is seconds away,
 * and would undo what was said. What it holds goes to other agents when its leases are over, unless it is taken from it before (quarantine).
 */
import { ONES_OWN } from '../access/agent-guard.ts';
import { credentialPrincipal, iamPrincipal } from '../access/identity.ts';
import { HiveError } from '../errors.ts';
import { retryOnConflict } from '../ledger/retry.ts';
import type { HandOverRequest, VerbAnswer } from '../messages/monitoring-api.ts';
import { agentUnknown } from '../monitor/unknown.ts';
import type { AgentRegistry } from '../ports/agent-registry.ts';
import { appendToHealth } from '../swarm/health/record.ts';
import type { By, Operations } from './operations.ts';
import { operatorOf, type VerbDeps } from './verb.ts';

/**
 * Whose it is stands in one write with the event, which fails where somebody has registered it meanwhile: then it is read
 * again. Whose it is already stays so.
 * @throws HiveError AGENT_UNKNOWN (404) · OWNER_INVALID (422)
 */
export function createHandOverAgent(deps: VerbDeps & { agents: AgentRegistry }): Operations['handOverAgent'] {
  const { agents, ledger, clock, sha256 } = deps;
  return async (agentId, request: By<HandOverRequest>): Promise<VerbAnswer> => {
    const is = request.to && ownerOf(agentId, request.to);
    return retryOnConflict(clock, async () => {
      const agent = await agents.load(agentId);
      if (agent === undefined) throw agentUnknown(agentId);
      const { owner: was } = agent;
      const changed = was !== is;
      if (changed) {
        const whose = { ...(was && { from: was }), ...(is && { to: is }) };
        const event = { type: 'AgentHandedOver', ...whose, ...operatorOf(request) } as const;
        // On a local AWS there is nobody else who could come.
        const isKept = was !== undefined && was !== ONES_OWN && is === undefined;
        const owner = { ...(was && { was }), ...(is && { is }), ...(isKept && { given_up_by: was }) };
        const before = await ledger.loadHealth(agentId);
        await ledger.commit([appendToHealth(agentId, before, event, clock.now(), sha256, { owner })]);
      }
      return { id: agentId, phase: is === undefined ? 'without_owner' : 'handed_over', changed };
    });
  };
}

/**
 * Sessions of a role are one principal; a credential speaks for its own agent alone. What nobody's calls are named by would
 * be an owner that never comes.
 */
function ownerOf(agentId: string, to: string): string {
  const principal = to === credentialPrincipal(agentId) ? to : iamPrincipal(to);
  if (principal !== undefined) return principal;
  const why = to.startsWith(credentialPrincipal(''))
    ? `${to} speaks for another agent: enrol ${JSON.stringify(agentId)}.`
    : `Nobody calls as ${JSON.stringify(to)}: name an IAM role or user by its ARN, or ${credentialPrincipal(agentId)}, as hive access whoami does.`;
  throw new HiveError('OWNER_INVALID', why, { status: 422, detail: { agent_id: agentId, to } });
}
