/** What feeds functions: pollers of queues, followers of the ledger's stream, clocks. Batches form as AWS forms them. */
import { marshall } from '@aws-sdk/util-dynamodb';
import { QUEUE_POLL_MS, STREAM_POLL_MS, STREAM_SHARDS } from '../assumptions.ts';
import type { Meter } from '../meter.ts';
import type { SimulatedTime } from '../simulated-time.ts';
import type { EventSource } from '../stack.ts';
import type { Functions } from './functions.ts';
import { isFifo, type Message, type Sqs } from './sqs.ts';
import type { Change } from './table.ts';

export interface SourceDeps {
  readonly functions: Functions;
  readonly meter: Meter;
  readonly time: SimulatedTime;
}

/** One receive takes what is there, at most a batch; a group of a FIFO queue is left alone while one of its batches is handled. */
export function pollQueue(
  source: EventSource & { queue: string },
  sqs: Sqs,
  { functions, meter, time }: SourceDeps,
): void {
  const queue = sqs.queue(source.queue);
  const busy = new Set<string>();
  let due = false;

  function take(): Message[] {
    const first = queue.messages.find(({ group }) => group === undefined || !busy.has(group));
    if (first === undefined) return [];
    const batch = queue.messages.filter(({ group }) => group === first.group).slice(0, source.batchSize);
    for (const message of batch) queue.messages.splice(queue.messages.indexOf(message), 1);
    return batch;
  }

  async function poll(): Promise<void> {
    due = false;
    for (let batch = take(); batch.length > 0; batch = take()) {
      const group = batch[0]?.group;
      if (group !== undefined) busy.add(group);
      meter.by(source.function, () => sqs.receive(queue.name, batch));
      const Records = batch.map(({ id, body, group: MessageGroupId }) => ({
        messageId: id,
        receiptHandle: `receipt-of-${id}`,
        body,
        attributes: { ApproximateReceiveCount: '1', ...(isFifo(queue.name) ? { MessageGroupId } : {}) },
      }));
      const { answer, until } = await functions.invoke(source.function, { Records }, batch.length);
      requireWhole(source.function, answer);
      if (group === undefined) continue;
      time.at(until, () => {
        busy.delete(group);
        return soon();
      });
    }
  }

  function soon(): void {
    if (due || queue.messages.length === 0) return;
    due = true;
    time.at(time.now() + Math.max(QUEUE_POLL_MS, source.windowMs), poll);
  }
  queue.onMessage = soon;
}

/** @returns what to tell of each change of the table */
export function followStream(source: EventSource, { functions, time }: SourceDeps): (change: Change) => void {
  const pending = new Map<number, unknown[]>();
  let due = false;
  let sequence = 0;

  async function poll(): Promise<void> {
    due = false;
    const lanes = [...pending.values()];
    pending.clear();
    for (const records of lanes)
      for (let start = 0; start < records.length; start += source.batchSize) {
        const Records = records.slice(start, start + source.batchSize);
        const { answer } = await functions.invoke(source.function, { Records }, Records.length);
        requireWhole(source.function, answer);
      }
  }

  return ({ before, after }) => {
    const eventName = before === undefined ? 'INSERT' : after === undefined ? 'REMOVE' : 'MODIFY';
    const NewImage = after && marshall(after);
    const record = { eventName, dynamodb: { NewImage, SequenceNumber: String(++sequence).padStart(21, '0') } };
    if (source.filters.length > 0 && !source.filters.some((pattern) => meets(record, pattern))) return;
    // An item's records stay in one lane of one shard.
    const lane = hash(String((after ?? before)?.pk)) % (STREAM_SHARDS * source.lanes);
    pending.set(lane, [...(pending.get(lane) ?? []), record]);
    if (due) return;
    due = true;
    const shown = functions.until() + source.windowMs;
    time.at(Math.ceil((shown + 1) / STREAM_POLL_MS) * STREAM_POLL_MS, poll);
  };
}

export function tick(name: string, everyMs: number, { functions, time }: SourceDeps): void {
  const again = async (): Promise<void> => {
    await functions.invoke(name, {});
    time.inBackground(time.now() + everyMs, again);
  };
  time.inBackground(time.now() + everyMs, again);
}

/** Nothing goes wrong here that would be repeated: a batch that fails is a fault of the bench or of the system. */
function requireWhole(name: string, answer: unknown): void {
  const failed = (answer as { batchItemFailures?: unknown[] } | undefined)?.batchItemFailures ?? [];
  if (failed.length > 0) throw new Error(`${name} could not handle ${JSON.stringify(failed)}`);
}

/** Lambda's filter rules, as far as the stack has them: members that must be there, with one of the values listed, or none of them. */
export function meets(value: unknown, pattern: unknown): boolean {
  if (!Array.isArray(pattern))
    return Object.entries(pattern as object).every(([name, inner]) =>
      meets((value as Record<string, unknown> | undefined)?.[name], inner),
    );
  return pattern.some((one) => {
    if (typeof one !== 'object' || one === null) return one === value;
    const [[rule, of] = ['', undefined], ...more] = Object.entries(one as object);
    if (rule !== 'anything-but' || more.length > 0) throw new Error(`the filter rule ${rule} is not known here`);
    // As Lambda has it: a member that is not there is none of the values.
    return value !== undefined && !(Array.isArray(of) ? of : [of]).includes(value);
  });
}

/** FNV-1a */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (const byte of Buffer.from(text)) value = Math.imul(value ^ byte, 0x01000193);
  return value >>> 0;
}
