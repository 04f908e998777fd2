import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMemoryBuckets } from '../../../adapters/memory/guards.ts';
import { createAdmit } from '../../../core/guard/admit.ts';
import { intervalOf } from '../../../core/guard/bucket.ts';
import { LEASE_MS, LIMITS } from '../../../core/guard/settings.ts';
import { createTakeToken } from '../../../core/guard/tokens.ts';
import type { Buckets } from '../../../core/ports/guards.ts';
import { seededRandom } from '../../../core/predict/seeded.ts';

interface World {
  readonly now: () => number;
  readonly wait: (ms: number) => void;
  readonly writes: () => number;
  readonly process: (seed: string) => ReturnType<typeof createTakeToken>;
}

/** Processes that share buckets and nothing else. */
function world(): World {
  const stored = createMemoryBuckets();
  let [now, writes] = [1_000_000, 0];
  const buckets: Pick<Buckets, 'take'> = {
    take: (...args) => {
      writes++;
      return stored.take(...args);
    },
  };
  return {
    now: () => now,
    wait: (ms) => {
      now += ms;
    },
    writes: () => writes,
    process: (seed) => createTakeToken({ buckets, clock: { now: () => now, random: seededRandom(seed) } }),
  };
}

describe('Tokens leased by processes', () => {
  it('are never more, in any stretch, than the burst and what comes back in it and a lease’s life', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('user' as const, 'tenant' as const, 'global' as const),
        fc.integer({ min: 1, max: 12 }),
        fc.array(
          fc.record({
            who: fc.nat(11),
            wait: fc.integer({ min: 0, max: 900 }),
            calls: fc.integer({ min: 1, max: 60 }),
          }),
          {
            minLength: 20,
            maxLength: 120,
          },
        ),
        async (scope, count, steps) => {
          const { now, wait, process } = world();
          const processes = Array.from({ length: count }, (_, at) => process(`p${at}`));
          const admitted: number[] = [];
          for (const step of steps) {
            wait(step.wait);
            for (let call = 0; call < step.calls; call++)
              if ((await processes[step.who % count]?.(scope, 'k'))?.ok) admitted.push(now());
          }
          const { shards } = LIMITS[scope];
          const interval = intervalOf({ ...LIMITS[scope], limit: LIMITS[scope].limit / shards });
          admitted.forEach((from, first) => {
            const last = admitted.findLastIndex((at) => at <= from + 5000);
            const most = LIMITS[scope].burst + shards * ((5000 + LEASE_MS) / interval);
            expect(last - first + 1).toBeLessThanOrEqual(most);
          });
        },
      ),
      { seed: 9, numRuns: 40 },
    );
  });

  it('of all callers come out within 2 % of the limit where twice as many are wanted', async () => {
    const { wait, process } = world();
    const processes = Array.from({ length: 20 }, (_, at) => process(`p${at}`));
    const random = seededRandom('demand');
    let admitted = 0;
    const [minutes, per_minute] = [10, 2000];
    for (let call = 0; call < minutes * per_minute; call++) {
      wait(60_000 / per_minute);
      const one = processes[Math.floor(random() * processes.length)];
      if ((await one?.('global', 'all'))?.ok) admitted++;
    }
    const { limit, burst } = LIMITS.global;
    const most = burst + minutes * limit;
    expect(admitted).toBeLessThanOrEqual(most);
    expect(admitted).toBeGreaterThan(0.98 * most);
  });

  it('that a process takes and does not use are at most as many as it uses, and one', async () => {
    const { wait, process, writes } = world();
    const one = process('p');
    let used = 0;
    for (const gap of [0, 0, 0, 12_000, 0, 12_000, 12_000, 0, 0, 0, 0, 0, 0, 0, 12_000]) {
      wait(gap);
      if ((await one('global', 'all')).ok) used++;
    }
    expect(used).toBe(15);
    expect(writes()).toBeLessThan(used);
  });

  it('cost a write for few of the calls of a busy caller, and none for those of an agent as usual', async () => {
    const { wait, process, writes } = world();
    const one = process('p');
    for (let call = 0; call < 60; call++) {
      wait(100);
      await one('global', 'all');
    }
    expect(writes()).toBeLessThanOrEqual(8);
    const before = writes();
    for (let beat = 0; beat < 100; beat++) {
      wait(2500);
      expect((await one('agent', 'a')).ok).toBe(true);
    }
    expect(writes()).toBe(before);
  });

  it('that were refused are not asked for again before there can be any', async () => {
    const { wait, process, writes } = world();
    const one = process('p');
    while ((await one('user', 'ada')).ok);
    const before = writes();
    wait(900);
    expect((await one('user', 'ada')).ok).toBe(false);
    expect(writes()).toBe(before);
    wait(100);
    expect((await one('user', 'ada')).ok).toBe(true);
  });
});

describe('A call', () => {
  it('that its tenant may not make gives its user’s token back', async () => {
    const { process, now } = world();
    const enter = createAdmit({ takeToken: process('p'), clock: { now } });
    const admit = async (user: string, tenant: string) => (await enter.user(user))(tenant);
    const users = ['ada', 'bo', 'cy'];
    let calls = 0;
    await expect(
      (async () => {
        for (; ; calls++) await admit(users[calls % 2] ?? '', 't');
      })(),
    ).rejects.toMatchObject({ code: 'RATE_LIMITED', status: 429, detail: { bucket: 'tenant:t', retry_after_ms: 600 } });
    expect(calls).toBe(100);
    await expect(admit('cy', 't')).rejects.toMatchObject({ detail: { scope: 'tenant' } });
    let left = 0;
    await expect(
      (async () => {
        for (; ; left++) await admit('cy', 'other');
      })(),
    ).rejects.toMatchObject({ detail: { scope: 'user' } });
    expect(left).toBe(60);
  });

  it('is let in, and told of, where the buckets cannot be asked', async () => {
    const told: unknown[] = [];
    const admit = createAdmit({
      takeToken: () => Promise.reject(new Error('no table')),
      clock: { now: () => 0 },
      onUnavailable: (error) => void told.push(error),
    });
    await (await admit.user('ada'))('t');
    await admit.agent('agent-1');
    expect(told).toEqual([new Error('no table'), new Error('no table')]);
  });
});
