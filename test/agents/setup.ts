/** An agent under test: real HTTP to an edge of its own, an inbox in memory, a clock that is told what time it is. */
import { afterEach } from 'vitest';
import { type AgentOptions, createAgent } from '../../agents/sdk/agent.ts';
import { createApiClient } from '../../agents/sdk/api-client.ts';
import type { Logger } from '../../agents/sdk/logger.ts';
import type { RunContext } from '../../agents/sdk/run-context.ts';
import { type Edge, startEdge } from './edge.ts';
import { type FakeClock, fakeClock } from './fake-clock.ts';
import { type MemoryInbox, memoryInbox } from './memory-inbox.ts';

export const KEYS = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' };

export function recordingLogger(): Logger & { lines: string[] } {
  const lines: string[] = [];
  const log = (message: string, fields?: Record<string, unknown>) => {
    lines.push(`${message} ${JSON.stringify(fields ?? {})}`);
  };
  return { lines, info: log, warn: log, error: log };
}

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

export async function edgeForTest(options: Parameters<typeof startEdge>[0] = {}): Promise<Edge> {
  const edge = await startEdge(options);
  cleanups.push(() => edge.close());
  return edge;
}

export interface AgentUnderTest {
  agent: ReturnType<typeof createAgent>;
  edge: Edge;
  inbox: MemoryInbox;
  clock: FakeClock;
  lines: string[];
  /** Heartbeats whose answer the agent has. */
  answered: () => number;
}

/** A started agent `worker-1`; it is stopped for good after the test. */
export async function startAgent(options: Partial<AgentOptions> & Pick<AgentOptions, 'run'>): Promise<AgentUnderTest> {
  const edge = await edgeForTest();
  const inbox = memoryInbox();
  const clock = fakeClock();
  const { lines, ...logger } = recordingLogger();
  const client = createApiClient({ baseUrl: edge.url, region: 'us-east-1', credentials: KEYS });
  let answered = 0;
  const heartbeat: typeof client.heartbeat = async (...args) => {
    const answer = await client.heartbeat(...args);
    answered++;
    return answer;
  };
  const api = { ...client, heartbeat };
  const agent = createAgent({
    api,
    inbox,
    clock,
    logger,
    random: () => 0.5,
    agentId: 'worker-1',
    capabilities: ['build'],
    abortGraceMs: 0,
    ...options,
  });
  await agent.start();
  cleanups.push(async () => {
    edge.recover();
    void agent.stop();
    await agent.stop();
  });
  return { agent, edge, inbox, clock, lines, answered: () => answered };
}

/** Work that a test ends by hand. */
export function controlledRun() {
  const running: {
    taskId: string;
    context: RunContext;
    signal: AbortSignal;
    finish: (output?: Record<string, string>) => void;
  }[] = [];
  const run: AgentOptions['run'] = (ticket, context) =>
    new Promise((resolve, reject) => {
      const { signal } = context;
      signal.addEventListener('abort', () => reject(new Error('told to stop')), { once: true });
      running.push({ taskId: ticket.task_id, context, signal, finish: (output = {}) => resolve(output) });
    });
  return { run, running };
}
