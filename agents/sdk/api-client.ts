/** The orchestrator's REST API, a method a call. The only place of the SDK that speaks HTTP. */
import { z } from 'zod';
import { HiveError } from '../../core/errors.ts';
import {
  type AgentHeartbeatAnswer,
  type AgentHeartbeatRequest,
  type AgentInbox,
  type AgentRegistered,
  type AgentRegistrationInput,
  type AgentRemoved,
  type AwsCredentialsAnswer,
  agentHeartbeatAnswer,
  agentInbox,
  agentRegistered,
  agentRegistration,
  agentRemoved,
  awsCredentialsAnswer,
  type ClaimAnswer,
  claimAnswer,
  type Fence,
  type HandBackAnswer,
  type HandBackRequest,
  handBackAnswer,
  problem,
  type ReportAnswer,
  type ReportRequest,
  reportAnswer,
  type TicketHeartbeatAnswer,
  TOKEN_HEADER,
  ticketHeartbeatAnswer,
} from '../../core/messages/agent-api.ts';
import { createCredentialFetch } from './credential-fetch.ts';
import { messageOf } from './failures.ts';
import { createSignedFetch, type SignedFetchOptions } from './signed-fetch.ts';

/**
 * Every method throws a `HiveError`: the API's own code and status; `HTTP_<status>` when something in between answered
 * (a gateway, a proxy); `API_UNREACHABLE` when nothing did; `ANSWER_INVALID` when the answer is not what the schema says.
 */
export interface ApiClient {
  register(registration: AgentRegistrationInput): Promise<AgentRegistered>;
  /** `timeoutMs`: how long an answer is worth waiting for; at most the client's own. */
  heartbeat(agentId: string, request?: AgentHeartbeatRequest, timeoutMs?: number): Promise<AgentHeartbeatAnswer>;
  /** All that the agent has to do, and until when. */
  inbox(agentId: string): Promise<AgentInbox>;
  remove(agentId: string): Promise<AgentRemoved>;
  claim(ticketId: string, fence: Fence): Promise<ClaimAnswer>;
  /** `token`: as the claim, or a heartbeat since, answered it. */
  heartbeatTicket(ticketId: string, fence: Fence, token?: string): Promise<TicketHeartbeatAnswer>;
  report(ticketId: string, request: ReportRequest, token?: string): Promise<ReportAnswer>;
  /** Gives it back undone: somebody else gets it, and no retry is used up. */
  handBack(ticketId: string, request: HandBackRequest, token?: string): Promise<HandBackAnswer>;
  /** For what the attempt reads and writes, until it ends; where the deployment hands out any. */
  awsCredentials(ticketId: string, fence: Fence, token?: string): Promise<AwsCredentialsAnswer>;
}

export interface ApiClientOptions extends SignedFetchOptions {
  /** The stack's `ApiUrl`; with a credential, its `EnrolledAgentsApiUrl`. */
  baseUrl: string;
  /** API Gateway gives up after 29 s; default 30 000. */
  requestTimeoutMs?: number;
  /** Of an enrolled agent, asked for each call: sent instead of a signature. */
  credential?: () => string;
}

export function createApiClient(options: ApiClientOptions): ApiClient {
  const base = options.baseUrl.replace(/\/+$/, '');
  const { credential } = options;
  const send = credential === undefined ? createSignedFetch(options) : createCredentialFetch(credential, options.fetch);
  const timeoutMs = options.requestTimeoutMs ?? 30_000;

  async function call<S extends z.ZodType>(
    method: string,
    path: string,
    body: unknown,
    schema: S,
    { withinMs = timeoutMs, token }: { withinMs?: number; token?: string | undefined } = {},
  ): Promise<z.output<S>> {
    const what = `${method} ${path}`;
    let response: Response;
    let text: string;
    try {
      const sent = body === undefined ? undefined : JSON.stringify(body);
      const headers = token === undefined ? {} : { [TOKEN_HEADER]: token };
      response = await send(method, new URL(base + path), sent, AbortSignal.timeout(Math.ceil(withinMs)), headers);
      text = await response.text();
    } catch (cause) {
      throw new HiveError('API_UNREACHABLE', `${what} got no answer from ${base}: ${reasonOf(cause)}`, {
        status: 503,
        detail: { url: base },
        cause,
      });
    }
    const answer = parseJson(text);
    if (!response.ok) throw refusal(what, response.status, answer, text);
    const checked = schema.safeParse(answer);
    if (checked.success) return checked.data;
    throw new HiveError(
      'ANSWER_INVALID',
      `${what} was answered with something else: ${z.prettifyError(checked.error)}`,
      {
        status: 400,
      },
    );
  }

  const agent = (agentId: string) => `/agents/${encodeURIComponent(agentId)}`;
  const ticket = (ticketId: string) => `/tickets/${encodeURIComponent(ticketId)}`;
  return {
    register: async (registration) =>
      call('PUT', agent(registration.agent_id), agentRegistration.parse(registration), agentRegistered),
    heartbeat: (agentId, request = { running: [] }, withinMs = timeoutMs) =>
      call('POST', `${agent(agentId)}/heartbeat`, request, agentHeartbeatAnswer, {
        withinMs: Math.min(withinMs, timeoutMs),
      }),
    inbox: (agentId) => call('GET', `${agent(agentId)}/inbox`, undefined, agentInbox),
    remove: (agentId) => call('DELETE', agent(agentId), undefined, agentRemoved),
    claim: (ticketId, fence) => call('POST', `${ticket(ticketId)}/claim`, fence, claimAnswer),
    heartbeatTicket: (ticketId, fence, token) =>
      call('POST', `${ticket(ticketId)}/heartbeat`, fence, ticketHeartbeatAnswer, { token }),
    report: (ticketId, request, token) => call('POST', `${ticket(ticketId)}/report`, request, reportAnswer, { token }),
    handBack: (ticketId, request, token) =>
      call('POST', `${ticket(ticketId)}/hand-back`, request, handBackAnswer, { token }),
    awsCredentials: (ticketId, fence, token) =>
      call('POST', `${ticket(ticketId)}/aws-credentials`, fence, awsCredentialsAnswer, { token }),
  };
}

/** `fetch` says "fetch failed" and keeps the reason (ECONNREFUSED, ENOTFOUND …) in its cause. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause === undefined ? messageOf(error) : `${messageOf(error)} (${messageOf(cause)})`;
}

function refusal(what: string, status: number, answer: unknown, text: string): HiveError {
  const told = problem.safeParse(answer);
  if (told.success) return new HiveError(told.data.code, told.data.detail, { status, detail: told.data.context });
  return new HiveError(`HTTP_${status}`, `${what} was answered with ${status}: ${text.slice(0, 300)}`, { status });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
