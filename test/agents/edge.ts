/** The orchestrator's edge as agents see it: a real HTTP server that speaks the wire protocol, over tickets in memory. */
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  type AgentHeartbeatAnswer,
  type AgentHeartbeatRequest,
  type AgentRegistration,
  type Assignment,
  agentHeartbeatRequest,
  agentRegistration,
  claimRequest,
  type Fence,
  type ReportRequest,
  reportRequest,
} from '../../core/messages/agent-api.ts';
import type { ExecutionTicket } from '../../core/messages/execution-ticket.ts';

export interface Answer {
  status: number;
  body: unknown;
}
export interface Call {
  method: string;
  path: string;
  headers: IncomingMessage['headers'];
}

export const problemAnswer = (status: number, code: string): Answer => ({
  status,
  body: { type: `urn:neural-hive:${code}`, title: code, status, code, detail: `the edge says ${code}`, context: {} },
});

export interface Edge {
  url: string;
  calls: Call[];
  agents: Map<string, AgentRegistration>;
  claims: Fence[];
  /** What each heartbeat said it runs. */
  beats: AgentHeartbeatRequest['running'][];
  /** What heartbeats are told to stop, if they say that they run it. */
  stop: AgentHeartbeatAnswer['stop'];
  reports: ReportRequest[];
  removed: string[];
  /** Agents that were told they are draining. */
  draining: Set<string>;
  /** What the next calls to `<METHOD> <last path segment, or "agent">` are answered with instead. */
  fail(operation: string, ...answers: Answer[]): void;
  /** Nothing fails any more. */
  recover(): void;
  /** The next call to the operation is carried out, and its answer lost: a gateway's 504 comes instead. */
  loseAnswer(operation: string, times?: number): void;
  /** Takes a ticket on, claimable. */
  add(ticket: ExecutionTicket, options?: { timeoutAt?: number; leaseMs?: number }): void;
  /** What an agent's heartbeat lists. */
  held: Assignment[];
  close(): Promise<void>;
}

export async function startEdge(options: { heartbeatIntervalMs?: number } = {}): Promise<Edge> {
  interface Held {
    ticket: ExecutionTicket;
    timeoutAt: number;
    leaseMs: number;
    claimId?: string;
    attempt?: number;
  }
  const tickets = new Map<string, Held>();
  const failures = new Map<string, Answer[]>();
  const lost = new Map<string, number>();
  const edge: Omit<Edge, 'url'> = {
    calls: [],
    agents: new Map(),
    claims: [],
    beats: [],
    stop: [],
    reports: [],
    removed: [],
    draining: new Set(),
    held: [],
    fail: (operation, ...answers) => failures.set(operation, [...(failures.get(operation) ?? []), ...answers]),
    recover: () => failures.clear(),
    loseAnswer: (operation, times = 1) => lost.set(operation, times),
    add: (ticket, { timeoutAt = Number.MAX_SAFE_INTEGER, leaseMs = 30_000 } = {}) => {
      tickets.set(ticket.ticket_id, { ticket, timeoutAt, leaseMs });
    },
    close: () => close(server),
  };

  /** Tickets that are assigned or claimed, and not reported. */
  const isHeld = (ticketId: string) => !edge.reports.some(({ result }) => result.ticket_id === ticketId);
  const holds = () =>
    [...tickets].some(([id, { claimId }]) => claimId !== undefined && isHeld(id)) ||
    edge.held.some(({ ticket_id }) => isHeld(ticket_id));

  function agentCall(method: string, agentId: string, verb: string | undefined, body: unknown): Answer {
    if (method === 'PUT') {
      const registration = agentRegistration.parse(body);
      edge.agents.set(agentId, registration);
      return {
        status: 200,
        body: {
          agent_id: agentId,
          inbox_url: registration.inbox_url ?? `http://inbox.test/${agentId}`,
          heartbeat_interval_ms: options.heartbeatIntervalMs ?? registration.heartbeat_interval_ms,
        },
      };
    }
    if (!edge.agents.has(agentId)) return problemAnswer(404, 'AGENT_UNKNOWN');
    if (method === 'DELETE') {
      if (holds()) {
        edge.draining.add(agentId);
        return { status: 200, body: { agent_id: agentId, status: 'draining' } };
      }
      edge.agents.delete(agentId);
      edge.removed.push(agentId);
      return { status: 200, body: { agent_id: agentId, status: 'removed' } };
    }
    if (verb !== 'heartbeat') return problemAnswer(404, 'NOT_FOUND');
    const { running } = agentHeartbeatRequest.parse(body);
    edge.beats.push(running);
    const runs = ({ ticket_id, attempt }: { ticket_id: string; attempt: number }) =>
      running.some((said) => said.ticket_id === ticket_id && said.attempt === attempt);
    const draining = edge.draining.has(agentId);
    return { status: 200, body: { agent_id: agentId, draining, assignments: edge.held, stop: edge.stop.filter(runs) } };
  }

  function ticketCall(ticketId: string, verb: string | undefined, body: unknown): Answer {
    const held = tickets.get(ticketId);
    if (held === undefined) return problemAnswer(404, 'TICKET_UNKNOWN');
    if (verb === 'claim') {
      const fence = claimRequest.parse(body);
      edge.claims.push(fence);
      if (held.attempt === fence.attempt && held.claimId !== fence.claim_id)
        return problemAnswer(409, 'TICKET_ALREADY_CLAIMED');
      held.claimId = fence.claim_id;
      held.attempt = fence.attempt;
      const { ticket, timeoutAt, leaseMs } = held;
      return {
        status: 200,
        body: {
          ticket,
          attempt: fence.attempt,
          timeout_at: timeoutAt,
          lease_ms: leaseMs,
          token: `token ${edge.claims.length} of ${ticketId}`,
          token_expires_at: Number.MAX_SAFE_INTEGER,
          idempotency_key: ticketId,
        },
      };
    }
    const request = reportRequest.parse(body);
    if (held.claimId !== request.claim_id) return problemAnswer(409, 'TICKET_NOT_CLAIMED');
    edge.reports.push(request);
    return { status: 200, body: { ticket_id: ticketId, status: request.result.status, duplicate: false } };
  }

  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString();
    const { method = '', url = '' } = request;
    edge.calls.push({ method, path: url, headers: request.headers });
    const [, kind, id = '', verb] = url.split('/');
    const body: unknown = text === '' ? undefined : JSON.parse(text);
    const operation = `${method} ${kind === 'agents' && verb === 'heartbeat' ? 'agent-heartbeat' : (verb ?? 'agent')}`;
    const whole =
      failures.get(operation)?.shift() ??
      (kind === 'agents' ? agentCall(method, id, verb, body) : ticketCall(id, verb, body));
    const losses = lost.get(operation) ?? 0;
    lost.set(operation, losses - 1);
    const answer = losses > 0 ? { status: 504, body: { message: 'Endpoint request timed out' } } : whole;
    const type = answer.status < 400 ? 'application/json' : 'application/problem+json';
    response.writeHead(answer.status, { 'content-type': type }).end(JSON.stringify(answer.body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { ...edge, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

function close(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}
