import { describe, expect, it } from 'vitest';
import { HiveError } from '../../../core/errors.ts';
import { COMMIT_CONFLICT, retryOnConflict } from '../../../core/ledger/retry.ts';
import { virtualClock } from '../../support/virtual-clock.ts';

const conflict = () => new HiveError(COMMIT_CONFLICT, 'lost');

describe('retryOnConflict', () => {
  it('decides again until the commit goes through, waiting longer each time', async () => {
    const waits: number[] = [];
    const clock = { ...virtualClock(), sleep: async (ms: number) => void waits.push(ms) };
    let calls = 0;
    const answer = await retryOnConflict(clock, async () => {
      if (++calls < 9) throw conflict();
      return 'done';
    });
    expect([answer, calls]).toEqual(['done', 9]);
    expect(waits).toEqual([5, 10, 20, 40, 80, 160, 200, 200]);
  });

  it('gives up with TRY_AGAIN when it loses every race', async () => {
    await expect(retryOnConflict(virtualClock(), () => Promise.reject(conflict()))).rejects.toMatchObject({
      code: 'TRY_AGAIN',
      status: 503,
    });
  });

  it('leaves every other error alone', async () => {
    let calls = 0;
    const decide = () => {
      calls++;
      return Promise.reject(new HiveError('TICKET_FINISHED', 'over'));
    };
    await expect(retryOnConflict(virtualClock(), decide)).rejects.toMatchObject({ code: 'TICKET_FINISHED' });
    expect(calls).toBe(1);
  });
});
