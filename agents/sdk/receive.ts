/** Takes assignments out of the inbox for as long as the agent takes any. */
import { assignment as assignmentSchema } from '../../core/messages/agent-api.ts';
import { type Clock, sleep } from './clock.ts';
import { messageOf } from './failures.ts';
import type { Inbox, InboxMessage } from './inbox.ts';
import type { Logger } from './logger.ts';
import { backoffMs } from './retry.ts';
import type { Slots } from './slots.ts';

export interface ReceiveOptions {
  inbox: Inbox;
  inboxUrl: () => string;
  agentId: string;
  slots: Slots;
  clock: Clock;
  random: () => number;
  logger: Logger;
  /** Aborts: receive no more. */
  signal: AbortSignal;
}

/** Asks only while a slot is free, so that what this agent cannot run yet stays visible in its queue. Never throws. */
export async function receiveAssignments(options: ReceiveOptions): Promise<void> {
  const { inbox, slots, signal, logger } = options;
  let failures = 0;
  while (!signal.aborted) {
    await slots.whenFree();
    if (signal.aborted) return;
    try {
      const inboxUrl = options.inboxUrl();
      const messages = await inbox.receive(inboxUrl, slots.free(), signal);
      failures = 0;
      for (const message of messages) await take(message, inboxUrl, options);
    } catch (error) {
      if (signal.aborted) return;
      logger.warn('inbox cannot be read', { reason: messageOf(error) });
      await sleep(options.clock, backoffMs(++failures, options.random), signal);
    }
  }
}

/** Deleted once taken over: should it be lost after that, the heartbeat's answer still lists the assignment. */
async function take(message: InboxMessage, inboxUrl: string, options: ReceiveOptions): Promise<void> {
  const { agentId, slots, logger } = options;
  const parsed = assignmentSchema.safeParse(parseJson(message.body));
  if (!parsed.success) logger.warn('message in the inbox is no assignment', { body: message.body.slice(0, 200) });
  else if (parsed.data.agent_id !== agentId) logger.warn("assignment is another agent's", { ...parsed.data });
  else slots.offer(parsed.data);
  await options.inbox.remove(inboxUrl, message);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
