import type { InboxMessage } from '../../core/messages/agent-api.ts';
import type { Inboxes } from '../../core/ports/inboxes.ts';

export interface MemoryInboxes extends Inboxes {
  /** what was delivered and not taken, by inbox URL; an inbox that was closed is not among them */
  readonly messages: ReadonlyMap<string, readonly InboxMessage[]>;
  /** the next message of an inbox, taken out of it */
  take(inboxUrl: string): InboxMessage | undefined;
}

export function createMemoryInboxes(): MemoryInboxes {
  const messages = new Map<string, InboxMessage[]>();
  const urlOf = (agentId: string) => `memory://inbox/${agentId}`;
  return {
    messages,
    take: (inboxUrl) => messages.get(inboxUrl)?.shift(),
    async deliver(inboxUrl, message) {
      // A queue that is not there swallows the message: the agent has left.
      messages.get(inboxUrl)?.push(structuredClone(message));
    },
    async open(agentId) {
      const url = urlOf(agentId);
      if (!messages.has(url)) messages.set(url, []);
      return url;
    },
    async close(agentId) {
      messages.delete(urlOf(agentId));
    },
  };
}
