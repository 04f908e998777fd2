/** Keeps a claimed ticket's lease alive. */
import type { Fence } from '../../core/messages/agent-api.ts';
import type { ApiClient } from './api-client.ts';
import type { Clock } from './clock.ts';
import { codeOf, isAttemptLost, messageOf } from './failures.ts';
import type { Logger } from './logger.ts';

export interface LeaseOptions {
  api: ApiClient;
  clock: Clock;
  logger: Logger;
  ticketId: string;
  fence: Fence;
  leaseMs: number;
  /** The attempt is somebody else's, or over. Called once, and no heartbeat follows. */
  onLost: (code: string, message: string) => void;
}

/**
 * Sends a heartbeat every third of the lease, so that two may fail before it runs out. A heartbeat that fails in
 * passing is not repeated: the next one is. The answer stops it.
 */
export function keepLease(options: LeaseOptions): () => void {
  const { api, clock, logger, ticketId, fence } = options;
  let ended = false;
  let cancel = () => {};
  const next = () => {
    if (!ended) cancel = clock.after(options.leaseMs / 3, () => void beat());
  };
  const beat = async () => {
    try {
      await api.heartbeatTicket(ticketId, fence);
    } catch (error) {
      if (ended) return;
      if (isAttemptLost(error)) {
        ended = true;
        options.onLost(codeOf(error), messageOf(error));
        return;
      }
      logger.warn('ticket heartbeat failed', { ticket_id: ticketId, code: codeOf(error), reason: messageOf(error) });
    }
    next();
  };
  next();
  return () => {
    ended = true;
    cancel();
  };
}
