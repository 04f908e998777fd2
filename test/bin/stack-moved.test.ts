import { describe, expect, it } from 'vitest';
import type { ApiClient } from '../../agents/sdk/index.ts';
import { exitCodeOf } from '../../bin/support/exit-codes.ts';
import { createPulse } from '../../bin/support/pulse.ts';
import { untilMoved } from '../../bin/support/stack-moved.ts';
import type { Target } from '../../bin/support/target.ts';
import { HiveError } from '../../core/errors.ts';
import { NOW } from '../support/plans.ts';
import { memoryOut } from './run-cli.ts';

const target = (ApiUrl: string, kind: Target['kind'] = 'local'): Target => ({
  kind,
  endpoint: 'http://127.0.0.1:4566',
  stage: 'dev',
  flags: '',
  outputs: { LedgerTable: 't', EventBusName: 'b', ApiUrl, Region: 'us-east-1' },
});
const io = {
  stdout: memoryOut(),
  stderr: memoryOut(),
  env: {},
  readStdin: async () => '',
  now: () => NOW,
  interrupt: () => new AbortController().signal,
};

/** An API whose heartbeat answers what the script says next; the clock stands still unless told. */
function beating(...script: readonly (string | undefined)[]) {
  let now = NOW;
  const answers = [...script];
  const heartbeat = async () => {
    const code = answers.shift();
    if (code !== undefined) throw new HiveError(code, `it says ${code}`);
    return { assignments: [] };
  };
  const pulse = createPulse(() => now);
  const api = pulse.listen({ heartbeat } as unknown as ApiClient);
  return {
    pulse,
    async beat(afterMs: number) {
      now += afterMs;
      await api.heartbeat('x').catch(() => {});
      return pulse.silentFor();
    },
  };
}

describe('the pulse of an API', () => {
  it('is silent since the first of nothing but failures', async () => {
    const { beat, pulse } = beating('HTTP_404', 'API_UNREACHABLE', 'HTTP_403');
    expect([await beat(0), await beat(5000), await beat(5000)]).toEqual([0, 5000, 10_000]);
    expect(pulse.lastFailure()).toContain('HTTP_403');
  });

  it.each([[undefined], ['AGENT_UNKNOWN']])('is there again once the API itself answers (%s)', async (answer) => {
    const { beat } = beating('HTTP_404', answer, 'HTTP_404');
    expect([await beat(0), await beat(5000), await beat(5000)]).toEqual([0, 0, 0]);
  });
});

describe('agents whose stack does not answer', () => {
  const watch = (silentMs: number, findAgain: () => Promise<Target>, kind: Target['kind'] = 'local') => {
    const leave = new AbortController();
    const found = { count: 0 };
    const pulse = { silentFor: () => silentMs, lastFailure: () => 'it says HTTP_404' };
    const again = () => {
      if (++found.count === 3) leave.abort();
      return findAgain();
    };
    return untilMoved({
      target: target('old', kind),
      pulse,
      findAgain: again,
      signal: leave.signal,
      io,
      intervalMs: 1,
    });
  };
  const notFound = async (): Promise<Target> => {
    throw new HiveError('STACK_NOT_FOUND', 'there is none');
  };

  it('go to where it is now', async () => {
    expect(await watch(31_000, async () => target('new'))).toMatchObject({ outputs: { ApiUrl: 'new' } });
  });

  it('stay while it may come back', async () => {
    expect(await watch(31_000, notFound)).toBeUndefined();
    expect(await watch(31_000, async () => target('old'))).toBeUndefined();
  });

  it('end with a status of its own when it is gone', async () => {
    await expect(watch(200_000, notFound)).rejects.toMatchObject({
      code: 'STACK_GONE',
      message: expect.stringContaining('HTTP_404'),
      detail: { try: expect.stringContaining('hive up') },
    });
    expect(exitCodeOf({ code: 'STACK_GONE' })).toBe(7);
  });

  it('wait out a long silence of AWS while their stack is known there', async () => {
    expect(await watch(900_000, async () => target('old', 'aws'), 'aws')).toBeUndefined();
    await expect(watch(900_000, notFound, 'aws')).rejects.toMatchObject({ code: 'STACK_GONE' });
  });
});
