/** How an agent leaves so that no ticket stays with it: first it asks for no more, last it is removed. */
import type { ApiClient } from './api-client.ts';
import type { Clock } from './clock.ts';
import { codeOf, messageOf } from './failures.ts';
import type { Logger } from './logger.ts';
import { retry } from './retry.ts';
import type { Slots } from './slots.ts';

/** How long a call is tried again. */
const CALL_WITHIN_MS = 5000;

export interface SignOffOptions {
  api: ApiClient;
  agentId: string;
  slots: Slots;
  /** Asks the orchestrator what the agent holds, and offers it to the slots. */
  lookAround: () => Promise<void>;
  clock: Clock;
  random: () => number;
  logger: Logger;
}

/**
 * Signs off, works off what the orchestrator says is still the agent's (a ticket may have been assigned a moment before),
 * and signs off again until the agent is removed. Ends early, with a line in the log, when the API is away or what is
 * held is nothing that can be worked on, such as a report that was never taken. Never throws.
 */
export async function signOff(options: SignOffOptions): Promise<void> {
  const { api, agentId, slots, logger, clock, random } = options;
  const call = <T>(what: string, send: () => Promise<T>): Promise<T | undefined> =>
    retry(send, { clock, random, until: clock.now() + CALL_WITHIN_MS }).catch((error: unknown) => {
      logger.warn(what, { code: codeOf(error), reason: messageOf(error) });
      return undefined;
    });
  for (;;) {
    const taken = slots.taken();
    const idle = slots.idle();
    const answer = await call('could not sign off', () => api.remove(agentId));
    if (answer?.status === 'removed' || (answer === undefined && idle)) break;
    if (idle) {
      await call('could not ask what is held', options.lookAround);
      if (slots.taken() === taken) {
        logger.warn('leaves while it still holds tickets', { agent_id: agentId });
        break;
      }
    }
    await slots.whenIdle();
  }
  await slots.whenIdle();
}
