/** SQS: queues that take messages, and hand them to whoever asked to be told. */
import type { Meter } from '../meter.ts';
import type { PriceName } from '../prices.ts';
import type { SimulatedTime } from '../simulated-time.ts';
import { chunksOf64Kb } from '../units.ts';
import type { Answers } from './intercept.ts';

export interface Message {
  readonly id: string;
  readonly body: string;
  readonly group: string | undefined;
}

export interface Queue {
  readonly name: string;
  readonly messages: Message[];
  /** told of each message when it can be received */
  onMessage: () => void;
}

export const isFifo = (name: string): boolean => name.endsWith('.fifo');
export const priceOf = (name: string): PriceName => (isFifo(name) ? 'sqs_fifo' : 'sqs_standard');
export const nameIn = (url: string): string => url.split('/').at(-1) ?? url;

const URL_OF = 'https://sqs.us-east-1.amazonaws.com/123456789012/';

export function createSqs(meter: Meter, time: SimulatedTime, sentAt: () => number) {
  const queues = new Map<string, Queue>();
  const seen = new Set<string>();
  let ids = 0;

  const queue = (name: string): Queue => {
    const found = queues.get(name) ?? { name, messages: [], onMessage: () => {} };
    queues.set(name, found);
    return found;
  };

  function send(name: string, input: Readonly<Record<string, unknown>>): string {
    const body = String(input.MessageBody);
    const group = input.MessageGroupId as string | undefined;
    const id = `message-${++ids}`;
    // Within the five minutes of deduplication a second one is taken, paid, and dropped.
    const again = input.MessageDeduplicationId as string | undefined;
    const duplicate = again !== undefined && seen.has(`${name} ${group} ${again}`);
    if (again !== undefined) seen.add(`${name} ${group} ${again}`);
    if (!duplicate) {
      const delay = Number(input.DelaySeconds ?? 0) * 1000;
      time.at(sentAt() + delay, () => {
        queue(name).messages.push({ id, body, group });
        queue(name).onMessage();
      });
    }
    return id;
  }

  /** What a message's way out of its queue bills: one receive and one delete for a batch. */
  function receive(name: string, batch: readonly Message[]): void {
    const bytes = batch.reduce((sum, { body }) => sum + Buffer.byteLength(body), 0);
    meter.charge({ request: `ReceiveMessage ${kindOf(name)}`, price: priceOf(name), units: chunksOf64Kb(bytes) });
    meter.charge({ request: `DeleteMessageBatch ${kindOf(name)}`, price: priceOf(name), units: 1 });
  }

  const answers: Answers = {
    SendMessageCommand(input) {
      const name = nameIn(String(input.QueueUrl));
      const units = chunksOf64Kb(Buffer.byteLength(String(input.MessageBody)));
      meter.charge({ request: `SendMessage ${kindOf(name)}`, price: priceOf(name), units });
      return { MessageId: send(name, input) };
    },
    SendMessageBatchCommand(input) {
      const name = nameIn(String(input.QueueUrl));
      const entries = input.Entries as Record<string, unknown>[];
      const bytes = entries.reduce((sum, entry) => sum + Buffer.byteLength(String(entry.MessageBody)), 0);
      meter.charge({ request: `SendMessageBatch ${kindOf(name)}`, price: priceOf(name), units: chunksOf64Kb(bytes) });
      return { Successful: entries.map((entry) => ({ Id: entry.Id, MessageId: send(name, entry) })), Failed: [] };
    },
    CreateQueueCommand(input) {
      const name = String(input.QueueName);
      meter.charge({ request: 'CreateQueue', price: 'sqs_standard', units: 1 });
      queue(name);
      return { QueueUrl: `${URL_OF}${name}` };
    },
    GetQueueUrlCommand(input) {
      meter.charge({ request: 'GetQueueUrl', price: 'sqs_standard', units: 1 });
      return { QueueUrl: `${URL_OF}${input.QueueName}` };
    },
    DeleteQueueCommand() {
      meter.charge({ request: 'DeleteQueue', price: 'sqs_standard', units: 1 });
      return {};
    },
  };
  return { answers, queue, receive };
}

/** Inboxes are one kind, however many there are. */
export const kindOf = (name: string): string =>
  name.includes('inbox') ? 'inbox' : name.replace(/^hive-[a-z]+-/, '').replace(/\.fifo$/, '');

export type Sqs = ReturnType<typeof createSqs>;
