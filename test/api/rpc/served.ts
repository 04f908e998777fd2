/** The API as `hive api serve` serves it, over a story in memory, and clients of every protocol that speak to it. */

import { type Client, createClient, type Transport } from '@connectrpc/connect';
import { createConnectTransport, createGrpcTransport, createGrpcWebTransport } from '@connectrpc/connect-node';
import { createMemoryTallies } from '../../../adapters/memory/tallies.ts';
import { sha256 } from '../../../adapters/system/digest.ts';
import { AgentService } from '../../../api/rpc/generated/neural_hive/v1/agent_pb.js';
import { IncidentService } from '../../../api/rpc/generated/neural_hive/v1/incident_pb.js';
import { PlanService } from '../../../api/rpc/generated/neural_hive/v1/plan_pb.js';
import { StrategyService } from '../../../api/rpc/generated/neural_hive/v1/strategy_pb.js';
import { TicketService } from '../../../api/rpc/generated/neural_hive/v1/ticket_pb.js';
import type { RpcDeps } from '../../../api/rpc/routes.ts';
import { type ApiServer, startApiServer } from '../../../bin/support/api-server.ts';
import type { VerbAnswer } from '../../../core/messages/monitoring-api.ts';
import { createExplainTicket } from '../../../core/monitor/explain.ts';
import { createMonitor } from '../../../core/monitor/monitor.ts';
import { createGetStrategy } from '../../../core/monitor/strategy.ts';
import type { Operations } from '../../../core/operate/operations.ts';
import type { Clock } from '../../../core/ports/clock.ts';
import { createAccess } from '../../support/access.ts';
import type { Story } from './story.ts';

export const OPERATOR = 'arn:aws:iam::1:user/ada';

/** Whoever waits, waits until it is woken: no test depends on how long that takes. */
export function sleepyClock(now: () => number) {
  let sleepers: (() => void)[] = [];
  const clock: Clock = {
    now,
    random: () => 0.5,
    sleep: () => new Promise((resolve) => sleepers.push(resolve)),
  };
  return {
    clock,
    sleeping: () => sleepers.length,
    wake(): void {
      const woken = sleepers;
      sleepers = [];
      for (const wake of woken) wake();
    },
  };
}

/** Verbs that note what they are asked, and answer as they are told. */
export function notedOperations() {
  const calls: { verb: string; id: string; request: unknown }[] = [];
  let answer = (id: string): VerbAnswer => ({ id, phase: 'paused', changed: false });
  const operations = new Proxy({} as Operations, {
    // There is one strategy: it has no id.
    get: (_, verb: string) => async (first: unknown, second: unknown) => {
      const [id, request] = typeof first === 'string' ? [first, second] : ['strategy', first];
      calls.push({ verb, id, request });
      return answer(id);
    },
  });
  return {
    operations,
    calls,
    answerWith(next: typeof answer): void {
      answer = next;
    },
  };
}

export interface Served {
  readonly server: ApiServer;
  readonly deps: Omit<RpcDeps, 'streams'>;
  readonly clock: ReturnType<typeof sleepyClock>;
  readonly verbs: ReturnType<typeof notedOperations>;
  /** what callers were told as INTERNAL */
  readonly faults: unknown[];
}

export async function serve(story: Story): Promise<Served> {
  const clock = sleepyClock(story.now);
  const verbs = notedOperations();
  const faults: unknown[] = [];
  const monitor = createMonitor({
    reader: story.reader,
    clock: clock.clock,
    sha256,
    explainTicket: createExplainTicket({ ...story, clock: clock.clock }),
    getStrategy: createGetStrategy({ ...story, tallies: createMemoryTallies(), clock: clock.clock }),
  });
  const { guard } = createAccess({ ...story, clock: clock.clock });
  const deps = { monitor, guard, operations: verbs.operations, onFault: (error: unknown) => void faults.push(error) };
  const rest = (request: Request) => new Response(`rest ${request.method} ${new URL(request.url).pathname}`);
  const server = await startApiServer({ ...deps, port: 0, by: OPERATOR, rest });
  return { server, deps, clock, verbs, faults };
}

export const PROTOCOLS: Readonly<Record<string, (baseUrl: string) => Transport>> = {
  'Connect, JSON, HTTP/1.1': (baseUrl) =>
    createConnectTransport({ baseUrl, httpVersion: '1.1', useBinaryFormat: false }),
  'Connect, GET, HTTP/2': (baseUrl) => createConnectTransport({ baseUrl, httpVersion: '2', useHttpGet: true }),
  'gRPC-Web, HTTP/1.1': (baseUrl) => createGrpcWebTransport({ baseUrl, httpVersion: '1.1' }),
  'gRPC, HTTP/2': (baseUrl) => createGrpcTransport({ baseUrl }),
};

export interface Clients {
  readonly plans: Client<typeof PlanService>;
  readonly tickets: Client<typeof TicketService>;
  readonly agents: Client<typeof AgentService>;
  readonly incidents: Client<typeof IncidentService>;
  readonly strategy: Client<typeof StrategyService>;
}

export const clientsOf = (transport: Transport): Clients => ({
  plans: createClient(PlanService, transport),
  tickets: createClient(TicketService, transport),
  agents: createClient(AgentService, transport),
  incidents: createClient(IncidentService, transport),
  strategy: createClient(StrategyService, transport),
});
