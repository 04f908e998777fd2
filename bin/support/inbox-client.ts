/** The agents' API as a person's commands call it, and what they have there. */
import { type ApiClient, createApiClient } from '../../agents/sdk/api-client.ts';
import { HiveError } from '../../core/errors.ts';
import type { AgentInbox, InboxItem } from '../../core/messages/agent-api.ts';
import { refuse } from './errors.ts';
import { claimIdOf, inboxKeyFile } from './inbox-key.ts';
import type { InboxOptions } from './inbox-options.ts';
import type { Io } from './io.ts';
import { resolveTarget } from './target.ts';
import { plain } from './text.ts';
import type { WhichTicket } from './which-ticket.ts';

export interface InboxClient {
  readonly api: ApiClient;
  readonly agent: string;
  /** what to add to another command so that it means the same target */
  readonly flags: string;
  /** @throws HiveError AGENT_UNKNOWN */
  read(): Promise<AgentInbox>;
  /** @throws HiveError NOT_IN_INBOX, AGENT_UNKNOWN */
  find(which: WhichTicket): Promise<InboxItem>;
  /** What fences a call about the ticket. */
  fence(item: InboxItem): { agent_id: string; attempt: number; claim_id: string };
}

export async function connectInbox(options: InboxOptions, io: Io): Promise<InboxClient> {
  const { agent } = options;
  const { outputs, flags } = await resolveTarget(options, io);
  const api = createApiClient({ baseUrl: outputs.ApiUrl, region: outputs.Region });
  const read = () => api.inbox(agent).catch((error: unknown) => Promise.reject(explained(error, agent, flags)));
  return {
    api,
    agent,
    flags,
    read,
    async find(which) {
      const { items } = await read();
      const item = items.find(({ ticket }) => ticket.ticket_id === which.ticket_id);
      if (item !== undefined) return item;
      throw refuse('NOT_IN_INBOX', `${agent} does not have ${which.name} (any more)`, {
        try: `hive inbox --agent ${agent}${flags} lists what is there; hive explain ${which.words}${flags} tells the ticket's story`,
        detail: { agent_id: agent, ticket_id: which.ticket_id },
      });
    },
    fence({ ticket: { ticket_id }, attempt }) {
      const claim = { agent_id: agent, ticket_id, attempt };
      return { agent_id: agent, attempt, claim_id: claimIdOf(claim) };
    },
  };
}

/** The API's refusals, with what a person can do about them. */
export function explained(error: unknown, agent: string, flags: string, which?: WhichTicket): unknown {
  if (!(error instanceof HiveError)) return error;
  const { code, message, detail } = error;
  const told = (advice: string) => refuse(code, message, { try: advice, detail });
  if (code === 'AGENT_UNKNOWN')
    return told(`hive inbox join --agent ${agent} --capability CAPABILITY${flags} lets ${plain(agent)} take tickets`);
  if (which === undefined) return error;
  if (code === 'TICKET_ALREADY_CLAIMED')
    return told(
      `it was claimed on another machine, or by another user: go on there (its key is ${inboxKeyFile()} there), or take it away: hive retry ${which.words}${flags} --why '…'`,
    );
  if (code.startsWith('TICKET_') && code !== 'TICKET_AT_MOST_ONCE')
    return told(`hive explain ${which.words}${flags} tells its story`);
  return error;
}
