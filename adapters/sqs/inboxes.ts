/** Agents' inboxes: an SQS queue each. */
import {
  CreateQueueCommand,
  DeleteQueueCommand,
  GetQueueUrlCommand,
  QueueDoesNotExist,
  SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import type { Inboxes } from '../../core/ports/inboxes.ts';

/** A message that nobody fetched for an hour is of no use: its agent has heard of it by its heartbeat, or is gone. */
const RETENTION_S = 3600;
const VISIBILITY_S = 30;

export function createSqsInboxes(client: SQSClient, prefix: string): Inboxes {
  return {
    async deliver(inboxUrl, message) {
      try {
        await client.send(new SendMessageCommand({ QueueUrl: inboxUrl, MessageBody: JSON.stringify(message) }));
      } catch (error) {
        // The agent has left: its ticket shows as held by an agent that is gone.
        if (!(error instanceof QueueDoesNotExist)) throw error;
      }
    },

    async open(agentId) {
      const { QueueUrl } = await client.send(
        new CreateQueueCommand({
          QueueName: `${prefix}${agentId}`,
          Attributes: {
            MessageRetentionPeriod: String(RETENTION_S),
            VisibilityTimeout: String(VISIBILITY_S),
            SqsManagedSseEnabled: 'true',
          },
        }),
      );
      if (QueueUrl === undefined) throw new TypeError('CreateQueue answered without a URL');
      return QueueUrl;
    },

    async close(agentId) {
      try {
        const { QueueUrl } = await client.send(new GetQueueUrlCommand({ QueueName: `${prefix}${agentId}` }));
        await client.send(new DeleteQueueCommand({ QueueUrl }));
      } catch (error) {
        if (!(error instanceof QueueDoesNotExist)) throw error;
      }
    },
  };
}
