/** Tells a person how much time is left for a ticket. A hint: the reminder is in the ledger, and in their list of tasks. */
import type { Reminded } from '../messages/agent-api.ts';
import type { AgentRegistry } from '../ports/agent-registry.ts';
import type { Inboxes } from '../ports/inboxes.ts';

/** Never fails. */
export type RemindAgent = (reminder: Omit<Reminded, 'kind'>) => Promise<void>;

export function createRemindAgent(deps: { agents: AgentRegistry; inboxes: Inboxes }): RemindAgent {
  const { agents, inboxes } = deps;
  return async (reminder) => {
    try {
      const agent = await agents.load(reminder.agent_id);
      if (agent === undefined || agent.status === 'removed') return;
      await inboxes.deliver(agent.inbox_url, { kind: 'ticket_reminder', ...reminder });
    } catch {
      // One person's broken inbox keeps nothing from going on.
    }
  };
}
