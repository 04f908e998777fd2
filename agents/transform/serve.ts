/** The Lambda agent's two occasions: messages in its inbox, and the minute's beat. */
import type { SQSBatchResponse, SQSRecord } from 'aws-lambda';
import { HiveError } from '../../core/errors.ts';
import { type Assignment, assignment as assignmentSchema } from '../../core/messages/agent-api.ts';
import { type AttemptDeps, runAttempt } from '../sdk/attempt.ts';
import { CAPABILITY } from './contract.ts';

export interface ServeDeps extends Omit<AttemptDeps, 'stop'> {
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
  const served = await Promise.all(
    records.map(async ({ messageId, body }) => ((await serveMessage(body, deps, stop)) ? [] : [messageId])),
  );
  return { batchItemFailures: served.flat().map((itemIdentifier) => ({ itemIdentifier })) };
}

async function serveMessage(body: string, deps: ServeDeps, stop: AbortSignal): Promise<boolean> {
  const parsed = assignmentSchema.safeParse(parseJson(body));
  if (!parsed.success || parsed.data.agent_id !== deps.agentId) {
    deps.logger.warn('message in the inbox is no assignment of this agent', { body: body.slice(0, 200) });
    return true;
  }
  return serveAssignment(parsed.data, deps, stop);
}

async function serveAssignment(assignment: Assignment, deps: ServeDeps, stop: AbortSignal): Promise<boolean> {
  const { ending } = await runAttempt(assignment, { ...deps, stop });
  return ending.kind !== 'unclaimed';
}

/** Sends a heartbeat, registering when the orchestrator does not know the agent, and runs what the answer names. */
export async function serveBeat(deps: ServeDeps, stop: AbortSignal): Promise<void> {
  const { api, agentId, inboxUrl, logger } = deps;
  try {
    const { assignments } = await api.heartbeat(agentId);
    await Promise.all(assignments.map((assignment) => serveAssignment(assignment, deps, stop)));
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
