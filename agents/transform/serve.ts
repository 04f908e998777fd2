/** The Lambda agent's two occasions: messages in its inbox, and the minute's beat. */
import type { SQSBatchResponse, SQSRecord } from 'aws-lambda';
import { HiveError } from '../../core/errors.ts';
import { type Assignment, inboxMessage } from '../../core/messages/agent-api.ts';
import { type AttemptDeps, runAttempt } from '../sdk/attempt.ts';
import { createAttempts } from '../sdk/attempts.ts';
import { createHeartbeat } from '../sdk/heartbeat.ts';
import { CAPABILITY } from './contract.ts';

export interface ServeDeps extends Omit<AttemptDeps, 'stop' | 'attempts'> {
  agentId: string;
  inboxUrl: string;
}

/** Tickets at the same time over all of its instances. */
const CAPACITY = 10;

/**
 * Runs the assignment of each message. Only a message whose ticket could not even be claimed, because the API was away,
 * is left in the queue; one that comes again after its attempt was claimed or has ended is done with.
 */
export async function serveInbox(records: SQSRecord[], deps: ServeDeps, stop: AbortSignal): Promise<SQSBatchResponse> {
  const served = await keepingLeases({ ...deps, stop }, (attempt) =>
    Promise.all(records.map(async ({ messageId, body }) => ((await serveMessage(body, attempt)) ? [] : [messageId]))),
  );
  return { batchItemFailures: served.flat().map((itemIdentifier) => ({ itemIdentifier })) };
}

type Attempt = AttemptDeps & Pick<ServeDeps, 'agentId'>;

/** While `serve` works, a heartbeat tells of what this instance of the function runs. */
async function keepingLeases<T>(deps: Omit<Attempt, 'attempts'>, serve: (attempt: Attempt) => Promise<T>): Promise<T> {
  const attempts = createAttempts(deps.clock);
  const heartbeat = createHeartbeat({ ...deps, attempts, intervalMs: () => Number.POSITIVE_INFINITY });
  heartbeat.start();
  try {
    return await serve({ ...deps, attempts });
  } finally {
    heartbeat.stop();
  }
}

async function serveMessage(body: string, deps: Attempt): Promise<boolean> {
  const { data } = inboxMessage.safeParse(parseJson(body));
  if (data === undefined || data.agent_id !== deps.agentId) {
    deps.logger.warn('message in the inbox is nothing for this agent', { body: body.slice(0, 200) });
    return true;
  }
  if (data.kind === 'ticket_assigned') return serveAssignment(data, deps);
  if (data.kind === 'ticket_reminder') return true;
  // Another instance may run it: its heartbeat, or its report, is told.
  deps.logger.info('ticket withdrawn', { ticket_id: data.ticket_id, attempt: data.attempt, reason: data.reason });
  return true;
}

async function serveAssignment(assignment: Assignment, deps: AttemptDeps): Promise<boolean> {
  const { ending } = await runAttempt(assignment, deps);
  return ending.kind !== 'unclaimed';
}

/** Sends a heartbeat, registering when the orchestrator does not know the agent, and runs what the answer names. */
export async function serveBeat(deps: ServeDeps, stop: AbortSignal): Promise<void> {
  const { api, agentId, inboxUrl, logger } = deps;
  try {
    const { assignments } = await api.heartbeat(agentId);
    await keepingLeases({ ...deps, stop }, (attempt) =>
      Promise.all(assignments.map((assignment) => serveAssignment(assignment, attempt))),
    );
  } catch (error) {
    if (!(error instanceof HiveError) || error.code !== 'AGENT_UNKNOWN') throw error;
    await api.register({
      agent_id: agentId,
      capabilities: [CAPABILITY],
      capacity: CAPACITY,
      heartbeat_interval_ms: 60_000,
      inbox_url: inboxUrl,
    });
    logger.info('agent registered', { agent_id: agentId });
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
