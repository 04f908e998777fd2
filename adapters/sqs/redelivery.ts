import { ChangeMessageVisibilityBatchCommand, type SQSClient } from '@aws-sdk/client-sqs';

/** What failed once may well pass in a moment; what fails again and again must not come back at once. */
const BASE_S = 1;
const CAP_S = 45;

export const waitAfter = (receiveCount: number): number => Math.min(CAP_S, BASE_S * 2 ** receiveCount);

/**
 * Shows messages again after a wait that doubles with every time they came, instead of the queue's whole visibility
 * timeout: until then their FIFO group stands still. A refusal is no harm, the timeout remains.
 * @param messages at most ten, the size of a batch
 */
export async function redeliver(
  client: SQSClient,
  queueUrl: string,
  messages: readonly { receiptHandle: string; receiveCount: number }[],
): Promise<void> {
  if (messages.length === 0) return;
  const Entries = messages.map(({ receiptHandle, receiveCount }, index) => ({
    Id: String(index),
    ReceiptHandle: receiptHandle,
    VisibilityTimeout: waitAfter(receiveCount),
  }));
  await client.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl: queueUrl, Entries }));
}
