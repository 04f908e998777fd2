/** Tells an agent that it has a ticket no more. A hint: its next heartbeat or call says the same, and is what counts. */
import type { AgentRegistry } from '../ports/agent-registry.ts';
import type { Inboxes } from '../ports/inboxes.ts';

/** Never fails. */
export type WithdrawFromAgent = (agentId: string, ticketId: string, attempt: number, reason: string) => Promise<void>;

export function createWithdrawFromAgent(deps: { agents: AgentRegistry; inboxes: Inboxes }): WithdrawFromAgent {
  const { agents, inboxes } = deps;
  return async (agent_id, ticket_id, attempt, reason) => {
    try {
      const agent = await agents.load(agent_id);
      if (agent === undefined || agent.status === 'removed') return;
      await inboxes.deliver(agent.inbox_url, { kind: 'ticket_withdrawn', agent_id, ticket_id, attempt, reason });
    } catch {
      // One agent's broken inbox keeps nothing from going on.
    }
  };
}
