import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { Sha256 } from '../../core/ports/digest.ts';
import type { Rounds } from '../../core/ports/rounds.ts';

/** Rounds by the pool queue: a FIFO group a pool, so rounds of one pool come one after the other. */
export function createSqsRounds(client: SQSClient, queueUrl: string, sha256: Sha256): Rounds {
  return {
    async request(pool, reason, once) {
      await client.send(
        new SendMessageCommand({
          QueueUrl: queueUrl,
          MessageGroupId: pool,
          MessageDeduplicationId: sha256(`round:${pool}:${once}`),
          MessageBody: JSON.stringify({ kind: 'round', pool, reason }),
        }),
      );
    },
  };
}
