/** An agent's inbox: a queue of hints that a ticket waits for it. */
import { DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { Credentials } from './signed-fetch.ts';

export interface InboxMessage {
  body: string;
  /** What `remove` needs. */
  receipt: string;
}

/** The URL is the one that registering answered with, so it is given at each call. */
export interface Inbox {
  /** Waits up to 20 s for 1 to `max` (≤ 10) messages; answers with none when nothing came, or `signal` aborted. */
  receive(inboxUrl: string, max: number, signal: AbortSignal): Promise<InboxMessage[]>;
  remove(inboxUrl: string, message: InboxMessage): Promise<void>;
}

/**
 * The inbox in SQS. Requests go to the client's own endpoint, not to the queue URL's host, which need not resolve
 * against a local AWS.
 */
export function createSqsInbox(options: { region: string; credentials?: Credentials }): Inbox {
  const sqs = new SQSClient({
    region: options.region,
    ...(options.credentials === undefined ? {} : { credentials: options.credentials }),
    useQueueUrlAsEndpoint: false,
  });
  return {
    async receive(inboxUrl, max, signal) {
      try {
        const { Messages } = await sqs.send(
          new ReceiveMessageCommand({
            QueueUrl: inboxUrl,
            MaxNumberOfMessages: Math.min(10, max),
            WaitTimeSeconds: 20,
          }),
          { abortSignal: signal },
        );
        return (Messages ?? []).map((message) => ({ body: message.Body ?? '', receipt: message.ReceiptHandle ?? '' }));
      } catch (error) {
        if (signal.aborted) return [];
        throw error;
      }
    },
    async remove(inboxUrl, message) {
      await sqs.send(new DeleteMessageCommand({ QueueUrl: inboxUrl, ReceiptHandle: message.receipt }));
    },
  };
}
