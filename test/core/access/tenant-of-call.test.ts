import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMemoryBuckets } from '../../../adapters/memory/guards.ts';
import type { Caller } from '../../../core/access/caller.ts';
import { createGuard } from '../../../core/access/guard.ts';
import { tenantOfCall } from '../../../core/access/tenants.ts';
import { createAdmit } from '../../../core/guard/admit.ts';
import { LIMITS } from '../../../core/guard/settings.ts';
import { createTakeToken } from '../../../core/guard/tokens.ts';
import { HIVE } from '../../../core/policy/entities.ts';
import type { Buckets } from '../../../core/ports/guards.ts';
import { seededRandom } from '../../../core/predict/seeded.ts';

describe('A call is counted', () => {
  it.each([
    ['of the tenant whose it is what it is about', ['acme', 'globex'], 'globex', 'globex'],
    ['of the caller’s own tenant, where that is about another’s', ['acme'], 'globex', 'acme'],
    ['of the caller’s own tenant, where it is about nobody’s', ['acme'], undefined, 'acme'],
    [
      'of no tenant, where the caller is of several and it is about none of them',
      ['acme', 'globex'],
      'other',
      undefined,
    ],
    ['of no tenant, where the caller is of all', ['*'], 'acme', undefined],
    ['of no tenant, where the caller is of one and of all', ['acme', '*'], 'acme', undefined],
    ['of no tenant, where the caller is of none', [], 'acme', undefined],
  ])('%s', (_, tenants, about, expected) => {
    expect(tenantOfCall(tenants, about)).toBe(expected);
  });
});

const TENANTS = ['acme', 'globex', 'initech'];

/** The guard over buckets in memory, and who took of which. */
function edge() {
  const stored = createMemoryBuckets();
  const taken = new Map<string, Set<string>>();
  let [now, who] = [1_000_000, ''];
  const buckets: Pick<Buckets, 'take'> = {
    take: (bucket, ...rest) => {
      taken.set(bucket, (taken.get(bucket) ?? new Set()).add(who));
      return stored.take(bucket, ...rest);
    },
  };
  const clock = { now: () => now };
  const admit = createAdmit({
    takeToken: createTakeToken({ buckets, clock: { ...clock, random: seededRandom('e') } }),
    clock,
  });
  let reads = 0;
  async function call(caller: Pick<Caller, 'principal' | 'tenants'>, about: string | undefined): Promise<string> {
    who = caller.principal;
    const guard = createGuard({
      ...{
        clock,
        authorize: async () => ({ policies: [], inputs: '', policy_set: '' }),
        recordRefusal: async () => {},
      },
      callers: async () => ({ ...caller, name: who, kind: 'iam', roles: [], source: undefined }),
      resources: async () => {
        reads++;
        return { resource: HIVE.uid, entities: [HIVE], tenant_id: about };
      },
    });
    try {
      const entry = await admit.user(who);
      const asked = {
        identity: { kind: 'local', key: who },
        action: 'ViewPlan',
        about: { kind: 'Hive', id: 'hive' },
      } as const;
      return await guard({ ...asked, entry }, async () => 'in');
    } catch (error) {
      const { code, detail } = error as { code: string; detail: { bucket: string } };
      return `${code} ${detail.bucket}`;
    }
  }
  return { call, taken, reads: () => reads, wait: (ms: number) => (now += ms) };
}

describe('A tenant’s bucket', () => {
  it('is never asked for a caller that is not of the tenant, whatever they call', async () => {
    const callers = fc.array(fc.record({ tenants: fc.subarray([...TENANTS, '*']) }), { minLength: 1, maxLength: 6 });
    const calls = fc.array(
      fc.record({ by: fc.nat(5), about: fc.constantFrom(undefined, ...TENANTS), wait: fc.nat(400) }),
      {
        minLength: 40,
        maxLength: 200,
      },
    );
    await fc.assert(
      fc.asyncProperty(callers, calls, async (people, made) => {
        const { call, taken, wait } = edge();
        for (const { by, about, wait: ms } of made) {
          wait(ms);
          const at = by % people.length;
          await call({ principal: `p${at}`, tenants: people[at]?.tenants ?? [] }, about);
        }
        for (const tenant of TENANTS)
          for (const name of taken.get(`tenant#${tenant}#0`) ?? []) {
            const { tenants = [] } = people[Number(name.slice(1))] ?? {};
            expect(tenants).toContain(tenant);
            expect(tenants).not.toContain('*');
          }
      }),
      { seed: 5, numRuns: 100 },
    );
  });

  it('lets its own callers in, however many others call about what is the tenant’s', async () => {
    const { call } = edge();
    for (let at = 0; at < 6 * LIMITS.tenant.burst; at++) {
      const other = { principal: `other-${at % 12}`, tenants: at % 3 === 0 ? ['globex', 'initech'] : ['globex'] };
      await call(other, 'acme');
    }
    expect(await call({ principal: 'ada', tenants: ['acme'] }, 'acme')).toBe('in');
  });

  it('is asked after its user’s, and the one of all after it: the first that is empty refuses, and is named', async () => {
    const { call, reads } = edge();
    const answers = { user: '', tenant: '' };
    for (let at = 0; at <= LIMITS.user.burst; at++)
      answers.user = await call({ principal: 'ada', tenants: ['acme'] }, 'acme');
    expect(answers.user).toBe('RATE_LIMITED user:ada');
    // Who asks too much costs no read.
    expect(reads()).toBe(LIMITS.user.burst);
    const left = LIMITS.tenant.burst - LIMITS.user.burst;
    for (let at = 0; at <= left; at++) answers.tenant = await call({ principal: 'bo', tenants: ['acme'] }, undefined);
    expect(answers.tenant).toBe('RATE_LIMITED tenant:acme');
    for (let at = 0; at < LIMITS.global.burst; at++) await call({ principal: `u${at}`, tenants: ['*'] }, 'acme');
    expect(await call({ principal: 'cy', tenants: ['globex'] }, 'globex')).toBe('RATE_LIMITED global');
  });
});
