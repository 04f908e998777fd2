import { beforeEach, describe, expect, it } from 'vitest';
import { createMemoryTallies } from '../../adapters/memory/tallies.ts';
import { sha256 } from '../../adapters/system/digest.ts';
import { GENESIS, record } from '../../core/ledger/chain.ts';
import type { LedgerEvent } from '../../core/ledger/project.ts';
import { poolSeries } from '../../core/tally/series.ts';
import { createTallyBatch } from '../../lambdas/project-ledger/tally-batch.ts';
import { NOW } from '../support/plans.ts';
import { captureLog } from './log-lines.ts';

const MINUTE = 60_000;
const streamed = (sequence: string, event: LedgerEvent) => ({
  sequence,
  record: record(GENESIS, { aggregate: 'TICKET#1', at: NOW, subject: {}, event }, sha256),
});
const ready: LedgerEvent = { type: 'TicketReady', pool: 'p', queue_key: 'k' };
const batch = [streamed('1', ready), streamed('2', { type: 'GateOpened', by: 'x' }), streamed('3', ready)];
const clock = (now: number) => ({ now: () => now });

beforeEach(() => {
  captureLog();
});

describe('a batch of the stream', () => {
  it('is counted once, however often it is delivered', async () => {
    const tallies = createMemoryTallies();
    const tallyBatch = createTallyBatch({ tallies, clock: clock(NOW) });
    for (let time = 0; time < 3; time++) expect(await tallyBatch(batch)).toBe(true);
    const counted = await tallies.read(poolSeries('p'), NOW - MINUTE, NOW + MINUTE);
    expect(counted.map(({ counts }) => counts)).toEqual([{ arrivals: 2 }]);
  });

  it('comes again when it could not be counted, but not for ever: what is behind it is to be published', async () => {
    const tallies = { ...createMemoryTallies(), add: () => Promise.reject(new Error('throttled')) };
    expect(await createTallyBatch({ tallies, clock: clock(NOW + MINUTE) })(batch)).toBe(false);
    expect(await createTallyBatch({ tallies, clock: clock(NOW + 3 * MINUTE) })(batch)).toBe(true);
  });

  it('that counts for nothing asks nobody', async () => {
    const tallies = { ...createMemoryTallies(), add: () => Promise.reject(new Error('asked')) };
    const tallyBatch = createTallyBatch({ tallies, clock: clock(NOW) });
    expect(await tallyBatch([])).toBe(true);
    expect(await tallyBatch([streamed('1', { type: 'GateOpened', by: 'x' })])).toBe(true);
  });
});
