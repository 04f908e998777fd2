/** Where the orchestrator is: its API and the agent's inbox, from the stack's outputs and AWS credentials. */
import { type ApiClient, createApiClient } from './api-client.ts';
import { createSqsInbox, type Inbox } from './inbox.ts';
import type { Credentials } from './signed-fetch.ts';

/** `apiUrl` and `region` are the stack's outputs ApiUrl and Region; credentials default to the SDK's usual chain. */
export function connect(options: { apiUrl: string; region: string; credentials?: Credentials }): {
  api: ApiClient;
  inbox: Inbox;
} {
  return { api: createApiClient({ ...options, baseUrl: options.apiUrl }), inbox: createSqsInbox(options) };
}
