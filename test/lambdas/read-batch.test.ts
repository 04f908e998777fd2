import type { SQSRecord } from 'aws-lambda';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { readBatch } from '../../lambdas/schedule-tickets/read-batch.ts';
import { captureLog } from './log-lines.ts';

const recordOf = (messageId: string, body: unknown): SQSRecord =>
  ({
    messageId,
    body: typeof body === 'string' ? body : JSON.stringify(body),
    attributes: { MessageGroupId: 'pool' },
  }) as unknown as SQSRecord;
afterEach(() => vi.restoreAllMocks());

describe('a batch of the pool queue', () => {
  const entered = { kind: 'ticket_entered', plan_id: 'p', task_id: 't', task_token: 'token', run: 2 };
  const round = { kind: 'round', pool: 'pool', reason: 'r' };

  it('is read message by message, with its group', () => {
    expect(readBatch([recordOf('1', entered), recordOf('2', { ...round, extra: 1 })])).toEqual({
      batch: [
        { id: '1', group: 'pool', message: entered },
        { id: '2', group: 'pool', message: round },
      ],
      unreadable: [],
    });
  });

  it('sets aside what cannot be read, and keeps the rest', () => {
    const lines = captureLog();
    const odd = ['', '{', 'null', [], { kind: 'other' }, { ...entered, task_token: 7 }, { kind: 'round' }];
    const records = odd.map((body, index) => recordOf(`bad${index}`, body));
    const { batch, unreadable } = readBatch([...records, recordOf('good', round)]);
    expect(batch.map(({ id }) => id)).toEqual(['good']);
    expect(unreadable).toEqual(records.map(({ messageId }) => messageId));
    expect(lines.map((line) => JSON.parse(line).message_id)).toEqual(unreadable);
  });
});
