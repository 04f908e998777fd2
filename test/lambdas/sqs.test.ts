import { QueueDoesNotExist, SQSClient } from '@aws-sdk/client-sqs';
import { describe, expect, it } from 'vitest';
import { createSqsInboxes } from '../../adapters/sqs/inboxes.ts';
import { redeliver, waitAfter } from '../../adapters/sqs/redelivery.ts';
import { createSqsRounds } from '../../adapters/sqs/rounds.ts';
import { createSqsTimers } from '../../adapters/sqs/timers.ts';
import { sha256 } from '../../adapters/system/digest.ts';

/** A client that notes what is sent and answers or throws as told. */
function clientThat(answer: (command: string) => object) {
  const sent: { command: string; input: Record<string, unknown> }[] = [];
  const client = new SQSClient({ region: 'r', credentials: { accessKeyId: 'a', secretAccessKey: 's' } });
  client.send = (async (command: { constructor: { name: string }; input: Record<string, unknown> }) => {
    sent.push({ command: command.constructor.name, input: command.input });
    return answer(command.constructor.name);
  }) as never;
  return { client, sent };
}
const missing = () => {
  throw new QueueDoesNotExist({ message: 'gone', $metadata: {} });
};
const denied = () => {
  throw new Error('AccessDenied');
};
const assignment = {
  kind: 'ticket_assigned' as const,
  agent_id: 'a',
  ticket_id: 't',
  plan_id: 'p',
  task_id: 'x',
  attempt: 1,
};

describe('inboxes on SQS', () => {
  it('deliver a message as JSON; to an agent that has left, nothing', async () => {
    const { client, sent } = clientThat(() => ({}));
    await createSqsInboxes(client, 'p-').deliver('https://queue', assignment);
    expect(sent).toEqual([
      { command: 'SendMessageCommand', input: { QueueUrl: 'https://queue', MessageBody: JSON.stringify(assignment) } },
    ]);
    await createSqsInboxes(clientThat(missing).client, 'p-').deliver('https://queue', assignment);
    await expect(createSqsInboxes(clientThat(denied).client, 'p-').deliver('u', assignment)).rejects.toThrow(
      'AccessDenied',
    );
  });

  it('deliver word of a ticket that is no longer the agent’s', async () => {
    const { client, sent } = clientThat(() => ({}));
    const withdrawal = { kind: 'ticket_withdrawn' as const, agent_id: 'a', ticket_id: 't', attempt: 1, reason: 'lost' };
    await createSqsInboxes(client, 'p-').deliver('https://queue', withdrawal);
    expect(sent[0]?.input.MessageBody).toBe(JSON.stringify(withdrawal));
  });

  it('are made under the agent’s name, and deleting one that is not there is no failure', async () => {
    const { client, sent } = clientThat(() => ({ QueueUrl: 'https://made' }));
    expect(await createSqsInboxes(client, 'hive-').open('agent')).toBe('https://made');
    expect(sent[0]?.input).toMatchObject({ QueueName: 'hive-agent' });
    await createSqsInboxes(client, 'hive-').close('agent');
    expect(sent.map(({ command }) => command).slice(1)).toEqual(['GetQueueUrlCommand', 'DeleteQueueCommand']);
    await createSqsInboxes(clientThat(missing).client, 'hive-').close('agent');
    await expect(createSqsInboxes(clientThat(denied).client, 'hive-').close('agent')).rejects.toThrow('AccessDenied');
  });
});

describe('rounds on SQS', () => {
  it('are asked for in the group of their pool, the same request known again by its key', async () => {
    const { client, sent } = clientThat(() => ({}));
    const rounds = createSqsRounds(client, 'https://pool.fifo', sha256);
    await rounds.request('build+test', 'because', 'once');
    await rounds.request('build+test', 'another reason', 'once');
    await rounds.request('build', 'because', 'once');
    const [first, again, other] = sent.map(({ input }) => input);
    expect(first).toMatchObject({ QueueUrl: 'https://pool.fifo', MessageGroupId: 'build+test' });
    expect(JSON.parse(String(first?.MessageBody))).toEqual({ kind: 'round', pool: 'build+test', reason: 'because' });
    expect(again?.MessageDeduplicationId).toBe(first?.MessageDeduplicationId);
    expect(other?.MessageDeduplicationId).not.toBe(first?.MessageDeduplicationId);
  });
});

describe('timers on SQS', () => {
  const NOW = 1_000_000;
  async function delayOf(at: number) {
    const { client, sent } = clientThat(() => ({}));
    await createSqsTimers(client, 'https://timers', { now: () => NOW }).set({ kind: 'ticket', id: 't', at });
    expect(sent[0]?.input).toMatchObject({
      QueueUrl: 'https://timers',
      MessageBody: JSON.stringify({ kind: 'ticket', id: 't', at }),
    });
    return sent[0]?.input.DelaySeconds;
  }

  it.each([
    ['at once when they are due', NOW, 0],
    ['at once when they are overdue', NOW - 1_000_000, 0],
    ['never before they are due: a part of a second is a second', NOW + 1, 1],
    ['when they are due', NOW + 15_000, 15],
    ['at the longest delay of SQS when they are due then', NOW + 900_000, 900],
    ['on a hop at the longest delay of SQS when they are due later', NOW + 900_001, 900],
    ['on a hop, however far away', NOW + 7 * 86_400_000, 900],
  ])('arrive %s', async (_, at, seconds) => {
    expect(await delayOf(at)).toBe(seconds);
  });
});

describe('a message of the pool queue that failed', () => {
  it('comes again after a wait that doubles, up to the queue’s own', () => {
    expect([1, 2, 3, 4, 5, 6, 9].map(waitAfter)).toEqual([2, 4, 8, 16, 32, 45, 45]);
  });

  it('is shown again by its receipt, all of a batch in one call', async () => {
    const sent: unknown[] = [];
    const client = { send: async (command: { input: unknown }) => void sent.push(command.input) };
    await redeliver(client as never, 'queue', [
      { receiptHandle: 'r1', receiveCount: 1 },
      { receiptHandle: 'r2', receiveCount: 3 },
    ]);
    await redeliver(client as never, 'queue', []);
    expect(sent).toEqual([
      {
        QueueUrl: 'queue',
        Entries: [
          { Id: '0', ReceiptHandle: 'r1', VisibilityTimeout: 2 },
          { Id: '1', ReceiptHandle: 'r2', VisibilityTimeout: 8 },
        ],
      },
    ]);
  });
});
