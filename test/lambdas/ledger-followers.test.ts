/** The functions that follow the ledger's stream: what they do with a batch, and where they ask for it again. */
import { DynamoDBClient, type PutItemCommand } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, type PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import type { Context, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { sha256 } from '../../adapters/system/digest.ts';
import { findBreak, GENESIS, headOf, type Recorded, record } from '../../core/ledger/chain.ts';
import type { LedgerEvent } from '../../core/ledger/project.ts';
import { eventsOf } from '../../lambdas/runtime/ledger-stream.ts';
import { captureLog } from './log-lines.ts';

const context = { functionName: 'f', awsRequestId: 'request' } as Context;
const recordOf = (kind: string, sequence: string, item: Record<string, unknown>): DynamoDBRecord => ({
  eventName: 'INSERT',
  dynamodb: {
    SequenceNumber: sequence,
    NewImage: marshall({ pk: 'TICKET#1', sk: 'x', kind, ...item }, { removeUndefinedValues: true }) as never,
  },
});

function chainOf(...events: LedgerEvent[]): Recorded<LedgerEvent>[] {
  const links: Recorded<LedgerEvent>[] = [];
  for (const [at, event] of events.entries()) {
    const last = links.at(-1);
    const entry = {
      aggregate: 'TICKET#1',
      at,
      subject: { plan_id: 'p', ticket_id: 't', task_id: 'a', trace_id: undefined },
      event,
    };
    links.push(record(last ? headOf(last) : GENESIS, entry, sha256));
  }
  return links;
}
const told: LedgerEvent = { type: 'TicketCancelled', reason: 'why' };
const quiet: LedgerEvent = { type: 'GateOpened', by: 'x' };
const streamOf = (...events: LedgerEvent[]): DynamoDBStreamEvent => ({
  Records: chainOf(...events).map((link, index) => recordOf('event', `s${index}`, { record: link })),
});

beforeEach(() => {
  captureLog();
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

describe('records of the stream', () => {
  it('are read as the events they carry, their chain whole; states, deletions and agents are left out', () => {
    const links = chainOf(told, quiet);
    const read = eventsOf([
      recordOf('state', 's0', { state: {} }),
      ...links.map((link, index) => recordOf('event', `s${index + 1}`, { record: link })),
      recordOf('microservice', 's3', {}),
      { eventName: 'REMOVE', dynamodb: { SequenceNumber: 's4' } },
      {},
    ]);
    expect(read.map(({ sequence }) => sequence)).toEqual(['s1', 's2']);
    expect(
      findBreak(
        read.map((event) => event.record),
        sha256,
      ),
    ).toBeUndefined();
  });
});

describe('project-ledger', () => {
  async function project(stream: DynamoDBStreamEvent, answers: object[]) {
    vi.stubEnv('EVENT_BUS_NAME', 'bus');
    vi.stubEnv('LEDGER_TABLE', 'ledger');
    vi.stubEnv('TIMER_QUEUE_URL', 'https://sqs.us-east-1.amazonaws.com/1/timers');
    const send = vi.spyOn(EventBridgeClient.prototype, 'send');
    const stored = vi.spyOn(DynamoDBClient.prototype, 'send').mockImplementation((async () => ({})) as never);
    for (const answer of answers) send.mockImplementationOnce((async () => answer) as never);
    const { handler } = await import('../../lambdas/project-ledger/handler.ts');
    const answer = await handler(stream, context);
    const noted = stored.mock.calls.flatMap(([command]) => {
      const { Item } = (command as unknown as PutItemCommand).input;
      return Item?.kind?.S === 'log_batch' ? [unmarshall(Item)] : [];
    });
    return { answer, send, noted };
  }
  const taken = (count: number) => ({
    FailedEntryCount: 0,
    Entries: Array.from({ length: count }, () => ({ EventId: 'e' })),
  });

  it('publishes what concerns others, and nothing else', async () => {
    const { answer, send } = await project(streamOf(quiet, told, quiet, told), [taken(2)]);
    expect(answer).toEqual({ batchItemFailures: [] });
    const command = send.mock.calls[0]?.[0] as unknown as PutEventsCommand;
    const Entries = command.input.Entries ?? [];
    expect(Entries.map(({ DetailType }) => DetailType)).toEqual(['TicketCancelled', 'TicketCancelled']);
    expect(JSON.parse(Entries[0]?.Detail ?? '')).toMatchObject({ event_id: 'TICKET#1@2', reason: 'why' });
  });

  it('asks for the batch again from the first event that was not taken', async () => {
    const answers = [{ FailedEntryCount: 1, Entries: [{ EventId: 'e' }, { ErrorCode: 'ThrottlingException' }] }];
    const { answer, noted } = await project(streamOf(told, quiet, told), answers);
    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: 's2' }] });
    // What comes again is noted then.
    expect(noted[0]?.entries).toMatchObject([{ version: 1 }, { version: 2 }]);
  });

  it('notes every event for the log, whomever it concerns', async () => {
    const { noted } = await project(streamOf(quiet, told), [taken(1)]);
    expect(noted[0]?.entries).toMatchObject([
      { aggregate: 'TICKET#1', version: 1 },
      { aggregate: 'TICKET#1', version: 2 },
    ]);
  });

  it('calls nobody for a batch that concerns nobody', async () => {
    const { answer, send } = await project(streamOf(quiet), []);
    expect(answer).toEqual({ batchItemFailures: [] });
    expect(send).not.toHaveBeenCalled();
  });
});
