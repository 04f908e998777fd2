/** How an assignment reaches its agent. A hint: the agent's heartbeat answers with all it holds. */
import type { InboxMessage } from '../messages/agent-api.ts';

export interface Inboxes {
  deliver(inboxUrl: string, message: InboxMessage): Promise<void>;
  /** The agent's own inbox, made when it is not there yet. */
  open(agentId: string): Promise<string>;
  /** Deletes it; one that is not there is no failure. */
  close(agentId: string): Promise<void>;
}
