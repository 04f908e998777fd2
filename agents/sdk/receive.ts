/** Takes messages out of the inbox for as long as the agent takes tickets. */
import { type Assignment, inboxMessage, type Withdrawal } from '../../core/messages/agent-api.ts';
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
  slots: Pick<Slots, 'free' | 'whenRoom'>;
  onAssigned: (assignment: Assignment) => void;
  onWithdrawn: (withdrawal: Withdrawal) => void;
  clock: Clock;
  random: () => number;
  logger: Logger;
  /** Aborts: receive no more. */
  signal: AbortSignal;
}

/**
 * Asks also while no slot is free, since what fills them may be withdrawn; but not while as much waits as the agent can
 * run. Never throws.
 */
export async function receiveMessages(options: ReceiveOptions): Promise<void> {
  const { inbox, slots, signal, logger } = options;
  let failures = 0;
  while (!signal.aborted) {
    await slots.whenRoom();
    if (signal.aborted) return;
    try {
      const inboxUrl = options.inboxUrl();
      const messages = await inbox.receive(inboxUrl, Math.max(1, slots.free()), signal);
      failures = 0;
      for (const message of messages) await take(message, inboxUrl, options);
    } catch (error) {
      if (signal.aborted) return;
      logger.warn('inbox cannot be read', { reason: messageOf(error) });
      await sleep(options.clock, backoffMs(++failures, options.random), signal);
    }
  }
}

/** Deleted once taken over: should it be lost after that, the heartbeat's answer still tells how things stand. */
async function take(message: InboxMessage, inboxUrl: string, options: ReceiveOptions): Promise<void> {
  const { agentId, logger } = options;
  const { data } = inboxMessage.safeParse(parseJson(message.body));
  if (data === undefined) logger.warn('message in the inbox is of no known kind', { body: message.body.slice(0, 200) });
  else if (data.agent_id !== agentId) logger.warn("message in the inbox is another agent's", { ...data });
  else if (data.kind === 'ticket_assigned') options.onAssigned(data);
  else if (data.kind === 'ticket_withdrawn') options.onWithdrawn(data);
  // People are reminded; a program of their kind may read its own.
  else logger.info('reminded of a ticket', { ticket_id: data.ticket_id, due_at: data.due_at });
  await options.inbox.remove(inboxUrl, message);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
