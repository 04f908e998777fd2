import type { SQSRecord } from 'aws-lambda';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createMemoryTimers } from '../../adapters/memory/timers.ts';
import { createSqsTimers } from '../../adapters/sqs/timers.ts';
import type { Timer } from '../../core/ports/timers.ts';
import { fireBatch } from '../../lambdas/fire-timers/fire-batch.ts';
import { captureLog } from './log-lines.ts';

const recordOf = (messageId: string, body: unknown): SQSRecord =>
  ({ messageId, body: typeof body === 'string' ? body : JSON.stringify(body) }) as unknown as SQSRecord;
const ticket: Timer = { kind: 'ticket', id: 't', at: 1 };
const plan: Timer = { kind: 'plan', id: 'p', at: 2 };

beforeEach(() => {
  captureLog();
});
afterEach(() => vi.restoreAllMocks());

describe('a batch of the timer queue', () => {
  it('fires each timer as it was set', async () => {
    const fired: Timer[] = [];
    const failed = await fireBatch(
      [recordOf('1', ticket), recordOf('2', plan)],
      async (timer) => void fired.push(timer),
    );
    expect(fired).toEqual([ticket, plan]);
    expect(failed).toEqual([]);
  });

  it('reads what the timers’ adapter sends', async () => {
    const sent: SQSRecord[] = [];
    const client = {
      send: async ({ input }: { input: { MessageBody: string } }) => void sent.push(recordOf('1', input.MessageBody)),
    };
    await createSqsTimers(client as never, 'q', { now: () => 0 }).set(plan);
    const fired: Timer[] = [];
    await fireBatch(sent, async (timer) => void fired.push(timer));
    expect(fired).toEqual([plan]);
  });

  it('has come again what failed and what cannot be read, and nothing else', async () => {
    const odd = ['', '{', 'null', [], { ...ticket, kind: 'other' }, { ...ticket, id: '' }, { kind: 'plan', id: 'p' }];
    const records = [
      ...odd.map((body, index) => recordOf(`odd${index}`, body)),
      recordOf('bad', ticket),
      recordOf('good', plan),
    ];
    const failed = await fireBatch(records, async ({ kind }) => {
      if (kind === 'ticket') throw new Error('the ledger is away');
    });
    expect(failed.map(({ messageId }) => messageId)).toEqual([...odd.map((_, index) => `odd${index}`), 'bad']);
  });

  it('keeps no timer waiting for another one’s look', async () => {
    let release = () => {};
    const slow = new Promise<void>((resolve) => {
      release = resolve;
    });
    const batch = fireBatch([recordOf('1', plan), recordOf('2', ticket)], async ({ kind }) => {
      if (kind === 'plan') await slow;
      else release();
    });
    expect(await batch).toEqual([]);
  });
});

describe('timers in memory', () => {
  it('are taken out once they are due, the earliest first', async () => {
    const timers = createMemoryTimers();
    for (const at of [30, 10, 20]) await timers.set({ ...ticket, at });
    expect(timers.due(9)).toEqual([]);
    expect(timers.due(20).map(({ at }) => at)).toEqual([10, 20]);
    expect(timers.pending.map(({ at }) => at)).toEqual([30]);
  });

  it('fire as often as they were set', async () => {
    const timers = createMemoryTimers();
    await timers.set(plan);
    await timers.set(plan);
    expect(timers.due(2)).toEqual([plan, plan]);
  });
});
