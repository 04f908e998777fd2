import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { Clock } from '../../core/ports/clock.ts';
import type { Timers } from '../../core/ports/timers.ts';

/** SQS's longest delay of a message. */
const MAX_DELAY_S = 900;

/**
 * Timers as messages of a standard queue, delayed until they are due. One that is due later than SQS can delay a message
 * comes early, and whoever receives it sets it again.
 */
export function createSqsTimers(client: SQSClient, queueUrl: string, clock: Pick<Clock, 'now'>): Timers {
  return {
    async set({ kind, id, at }) {
      const wait = Math.ceil((at - clock.now()) / 1000);
      await client.send(
        new SendMessageCommand({
          QueueUrl: queueUrl,
          DelaySeconds: Math.min(MAX_DELAY_S, Math.max(0, wait)),
          MessageBody: JSON.stringify({ kind, id, at }),
        }),
      );
    },
  };
}
