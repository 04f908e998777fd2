import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMemoryFailureCounts } from '../../../adapters/memory/guards.ts';
import { createMemoryLedger } from '../../../adapters/memory/ledger.ts';
import { createMemoryTable } from '../../../adapters/memory/table.ts';
import { sha256 } from '../../../adapters/system/digest.ts';
import { type BreakerState, mayTry, phaseAt } from '../../../core/guard/breaker.ts';
import { createCountOutcomes } from '../../../core/guard/count-outcomes.ts';
import { areEnough, clearFailures, countFailure, type Failures, NO_FAILURES } from '../../../core/guard/failures.ts';
import {
  createOpenBreakers,
  type OpenOnes,
  spareAgents,
  spareEntries,
  whyCircuitOpen,
} from '../../../core/guard/open-breakers.ts';
import { outcomesOf } from '../../../core/guard/outcomes.ts';
import { BREAKER } from '../../../core/guard/settings.ts';
import { breakerAggregate } from '../../../core/ledger/aggregate.ts';
import { GENESIS, type Recorded, record } from '../../../core/ledger/chain.ts';
import type { Timer } from '../../../core/ports/timers.ts';
import type { QueueEntry } from '../../../core/schedule/queue-entry.ts';
import type { AgentRecord } from '../../../core/swarm/agent.ts';
import { touchedOf } from '../../../core/ticket/touched.ts';
import { NOW } from '../../support/plans.ts';

const ended = (ticket: string, attempt: number, at: number, how: 'ok' | 'bad', more: object = {}): Recorded => {
  const fact =
    how === 'ok'
      ? { type: 'TicketCompleted' }
      : { type: 'AttemptFailed', cause: 'reported', error_code: 'EXIT_1', error_message: '' };
  const event = { ...fact, agent_id: 'a', attempt, ...more };
  return record(
    { ...GENESIS, version: attempt },
    { aggregate: `TICKET#${ticket}`, at, subject: { ticket_id: ticket }, event },
    sha256,
  );
};

const agent = { agent_id: 'a', capacity: 4, held: {} } as unknown as AgentRecord;
const entryOf = (ticket_id: string, attempt: number, assets?: string[]): QueueEntry =>
  ({ ticket_id, attempt, ready_at: NOW, deadline: NOW + 60_000, ...(assets && { assets }) }) as unknown as QueueEntry;

function world() {
  const ledger = createMemoryLedger(createMemoryTable());
  const failures = createMemoryFailureCounts();
  const timers: Timer[] = [];
  let now = NOW;
  const clock = { now: () => now, sleep: async () => {}, random: () => 0.5 };
  const deps = { ledger, failures, clock, sha256, timers: { set: async (timer: Timer) => void timers.push(timer) } };
  return {
    ...{ ledger, failures, timers },
    count: createCountOutcomes(deps),
    breakers: createOpenBreakers({ ledger, clock, sha256 }),
    at(to: number) {
      now = to;
    },
    stateOf: async (key: string) => (await ledger.loadState<BreakerState>(breakerAggregate(key)))?.state,
    async try(entry: QueueEntry, of = agent): Promise<boolean> {
      const breakers = createOpenBreakers({ ledger, clock, sha256 });
      const writes = await breakers.trialOf(entry, of);
      if (writes === undefined || writes.length === 0) return false;
      return ledger.commit(writes).then(
        () => true,
        () => false,
      );
    },
  };
}

describe('Failures', () => {
  const facts = fc.uniqueArray(
    fc.record({ at: fc.integer({ min: 1, max: 400 }), bad: fc.boolean(), id: fc.integer({ min: 0, max: 10_000 }) }),
    { selector: ({ id }) => id, maxLength: 40 },
  );
  const fold = (all: readonly { at: number; bad: boolean; id: number }[]): Failures =>
    all.reduce(
      (before, { at, bad, id }) =>
        bad ? countFailure(before, { event: `e${id}`, at }, BREAKER) : clearFailures(before, at),
      NO_FAILURES,
    );

  it('count the same in any order, told once or more often: those since the last success, the latest five', () => {
    fc.assert(
      fc.property(facts, fc.infiniteStream(fc.nat()), (all, random) => {
        const shuffled = [...all, ...all]
          .map((fact) => ({ fact, by: random.next().value as number }))
          .sort((a, b) => a.by - b.by)
          .map(({ fact }) => fact);
        const success = Math.max(0, ...all.filter(({ bad }) => !bad).map(({ at }) => at));
        const since = all.filter(({ bad, at }) => bad && at > success);
        const counted = (of: Failures) => of.counted.map(({ event }) => event);
        expect(counted(fold(shuffled))).toEqual(counted(fold(all)));
        expect(fold(shuffled).counted).toHaveLength(Math.min(BREAKER.failures, since.length));
        expect(areEnough(fold(all), BREAKER)).toBe(since.length >= BREAKER.failures);
      }),
      { seed: 3, numRuns: 300 },
    );
  });
});

describe('A breaker', () => {
  const five = Array.from({ length: 5 }, (_, at) => ended(`t${at}`, 1, NOW + at, 'bad'));

  it('opens with the fifth failure in a row, tells so once, and has whoever waits look again when it is half open', async () => {
    const { count, timers, stateOf, ledger } = world();
    expect(await count(five.slice(0, 4))).toEqual([]);
    expect(await stateOf('agent:a')).toBeUndefined();
    const opened = await count(five.slice(3));
    expect(opened).toMatchObject([{ type: 'BreakerOpened', key: 'agent:a', cause: 'failures', until: NOW + 60_000 }]);
    expect(await count(five)).toEqual([]);
    expect((await ledger.loadAggregate(breakerAggregate('agent:a')))?.records).toHaveLength(1);
    expect(timers).toEqual([{ kind: 'breaker', id: 'agent:a', at: NOW + 60_000 }]);
  });

  it('does not open where one between them went well, and writes nothing for what goes well', async () => {
    const { count, failures, ledger } = world();
    await count([ended('x', 1, NOW, 'ok')]);
    expect(await failures.load(['agent:a'])).toEqual(new Map());
    await count(five.slice(0, 4));
    await count([ended('x', 2, NOW + 4, 'ok')]);
    await count([ended('y', 1, NOW + 5, 'bad')]);
    expect(await ledger.loadState(breakerAggregate('agent:a'))).toBeUndefined();
    expect((await failures.load(['agent:a'])).get('agent:a')?.counted).toHaveLength(1);
  });

  it('lets one ticket try when its time is over; that one alone closes it or opens it again', async () => {
    const { count, at, stateOf, ...hive } = world();
    await count(five);
    at(NOW + 59_999);
    expect(await hive.try(entryOf('p', 1))).toBe(false);
    at(NOW + 60_000);
    const tries = await Promise.all(['p', 'q', 'r'].map((id) => hive.try(entryOf(id, 1))));
    expect(tries.filter(Boolean)).toHaveLength(1);
    const trial = (await stateOf('agent:a'))?.trial;
    // One that began before the opening comes to its end.
    expect(await count([ended('t9', 1, NOW + 61_000, 'ok')])).toEqual([]);
    expect(await count([ended(trial?.ticket_id ?? '', 1, NOW + 62_000, 'bad')])).toMatchObject([
      { type: 'BreakerOpened', cause: 'trial_failed', until: NOW + 122_000 },
    ]);
    at(NOW + 122_000);
    expect(await hive.try(entryOf('s', 3))).toBe(true);
    expect(await count([ended('s', 3, NOW + 123_000, 'ok')])).toMatchObject([{ type: 'BreakerClosed' }]);
    expect(await stateOf('agent:a')).toMatchObject({ phase: 'closed' });
    // What was counted before counts no more.
    at(NOW + 130_000);
    expect(await count([ended('u', 1, NOW + 129_000, 'bad'), ...five])).toEqual([]);
  });

  it('gives up a ticket that tries and is never heard of, and lets another one', async () => {
    const { count, at, ...hive } = world();
    await count(five);
    at(NOW + 60_000);
    expect(await hive.try(entryOf('p', 1))).toBe(true);
    at(NOW + 60_000 + 60_000 + BREAKER.probe_grace_ms - 1);
    expect(await hive.try(entryOf('q', 1))).toBe(false);
    at(NOW + 60_000 + 60_000 + BREAKER.probe_grace_ms);
    expect(await hive.try(entryOf('q', 1))).toBe(true);
    expect(await count([ended('p', 1, NOW + 300_000, 'ok')])).toEqual([]);
  });

  it.each(['TicketCancelled', 'TicketSkipped'])(
    'is free at once, and has whoever waits look again, when the ticket that tries it ends by %s',
    async (type) => {
      const { count, at, timers, stateOf, ...hive } = world();
      await count(five);
      at(NOW + 60_000);
      expect(await hive.try(entryOf('p', 1))).toBe(true);
      const gone = (attempt: number) => ended('p', attempt, NOW + 60_500, 'bad', { type, cause: undefined });
      // Another attempt’s end moves nothing.
      expect(await count([gone(2)])).toEqual([]);
      at(NOW + 60_500);
      expect(await count([gone(1), gone(1)])).toEqual([
        { type: 'BreakerTrialDropped', key: 'agent:a', ticket_id: 'p', attempt: 1 },
      ]);
      expect(await count([gone(1)])).toEqual([]);
      expect(timers.at(-1)).toEqual({ kind: 'breaker', id: 'agent:a', at: NOW + 60_500 });
      // It has found out nothing: still half open, for the next one.
      expect(phaseAt(await stateOf('agent:a'), NOW + 60_500)).toBe('half_open');
      expect(await hive.try(entryOf('q', 1))).toBe(true);
    },
  );

  it('is as a plain machine says, whatever comes twice, late or out of order', async () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('end' as const), which: fc.nat(30), ok: fc.boolean(), again: fc.boolean() }),
      fc.record({ kind: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 70_000 }) }),
      fc.record({ kind: fc.constant('try' as const) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
        const { count, at, stateOf, ledger, ...hive } = world();
        let [now, next] = [NOW, 0];
        const told: Recorded[] = [];
        let trial: { id: string; since: number } | undefined;
        for (const one of steps) {
          const before = await stateOf('agent:a');
          if (one.kind === 'wait') {
            now += one.ms;
            at(now);
          } else if (one.kind === 'try') {
            const id = `trial${next++}`;
            const may = before !== undefined && mayTry(before, now);
            expect(await hive.try(entryOf(id, 1))).toBe(may);
            if (may) trial = { id, since: now };
          } else {
            const id = trial !== undefined && one.which < 8 ? trial.id : `t${next++}`;
            const event =
              one.again && told.length > 0
                ? (told[one.which % told.length] as Recorded)
                : ended(id, 1, now, one.ok ? 'ok' : 'bad');
            told.push(event);
            const made = await count([event]);
            const after = await stateOf('agent:a');
            // Only its trial moves one that is open; only failures one that is closed.
            const isTrial = event.subject.ticket_id === before?.trial?.ticket_id;
            if (before?.phase === 'open') expect(made.length).toBe(isTrial ? 1 : 0);
            else if (made.length > 0) expect(made[0]).toMatchObject({ type: 'BreakerOpened', cause: 'failures' });
            if (made[0]?.type === 'BreakerOpened') expect(phaseAt(after, now)).not.toBe('closed');
          }
        }
        const records = (await ledger.loadAggregate(breakerAggregate('agent:a')))?.records ?? [];
        const opened = records.filter(({ event }) => event.type === 'BreakerOpened').length;
        const closed = records.filter(({ event }) => event.type === 'BreakerClosed').length;
        expect(opened).toBeGreaterThanOrEqual(closed);
      }),
      { seed: 5, numRuns: 80 },
    );
  });

  it('opens where the process died between counting the last failure and opening', async () => {
    const { count, failures, stateOf } = world();
    await count(five.slice(0, 4));
    const before = (await failures.load(['agent:a'])).get('agent:a') as Failures;
    const after = countFailure(before, { event: 'TICKET#t4@2', at: NOW + 4 }, BREAKER);
    await failures.save('agent:a', before, { ...after, opened: true });
    expect(await count(five.slice(4))).toMatchObject([{ type: 'BreakerOpened' }]);
    expect(await stateOf('agent:a')).toMatchObject({ phase: 'open' });
  });
});

describe('What attempts used', () => {
  it('is blamed on the asset that the error names, and not on the agent', () => {
    const lost = ended('t', 1, NOW, 'bad', { error_code: 'ASSET_UNAVAILABLE:billing', assets: ['billing', 'ledger'] });
    expect(outcomesOf(lost).map(({ key, how }) => [key, how])).toEqual([
      ['agent:a', 'unknown'],
      ['asset:billing', 'failed'],
      ['asset:ledger', 'unknown'],
    ]);
    const of = (error_code: string, assets: string[]) =>
      outcomesOf(ended('t', 1, NOW, 'bad', { error_code, assets })).flatMap(({ key, how }) =>
        how === 'failed' ? [key] : [],
      );
    const endpoints = ['crm GET /users/{}', 'crm POST /users', 'crm-old'];
    // All that the ticket names of it, or that endpoint alone, whatever its parameters are called.
    expect(of('ASSET_UNAVAILABLE:crm', endpoints)).toEqual(['asset:crm GET /users/{}', 'asset:crm POST /users']);
    expect(of('ASSET_UNAVAILABLE:crm GET /users/{id}', endpoints)).toEqual(['asset:crm GET /users/{}']);
    // What the ticket does not name is not the agent's to blame: that is a failure like any other.
    expect(of('ASSET_UNAVAILABLE:billing', endpoints)).toEqual([
      'agent:a',
      ...endpoints.map((name) => `asset:${name}`),
    ]);
    expect(of('ASSET_UNAVAILABLE:billing', [])).toEqual(['agent:a']);
    expect(of('ASSET_UNAVAILABLE', [])).toEqual(['agent:a']);
    const failed = ended('t', 1, NOW, 'bad', { assets: ['billing'] });
    expect(outcomesOf(failed).map(({ how }) => how)).toEqual(['failed', 'failed']);
    const back = ended('t', 1, NOW, 'bad', { cause: 'handed_back', assets: ['billing'] });
    expect(outcomesOf(back).map(({ how }) => how)).toEqual(['unknown', 'unknown']);
  });

  it('is spared endpoint by endpoint: one that fails keeps neither the others of its API nor the API itself', async () => {
    const { count, at, stateOf, breakers, ...hive } = world();
    const endpoint = touchedOf({ assets: [{ asset_id: 'crm', action: 'call', endpoint: 'GET /users/{id}' }] });
    expect(endpoint).toEqual(['crm GET /users/{}']);
    const bad = (nth: number) => ended(`e${nth}`, 1, NOW + nth, 'bad', { agent_id: `agent-${nth}`, assets: endpoint });
    expect(await count([0, 1, 2, 3, 4].map(bad))).toMatchObject([
      { type: 'BreakerOpened', key: 'asset:crm GET /users/{}' },
    ]);
    const ranked = [
      ['same', ['crm GET /users/{}']],
      ['other', ['crm POST /users']],
      ['whole', ['crm']],
    ] as const;
    const entries = ranked.map(([id, assets]) => ({ entry: entryOf(id, 1, [...assets]) }));
    const left = (now: number, open: OpenOnes) => spareEntries(entries, open, now).map(({ entry }) => entry.ticket_id);
    expect(left(NOW, await breakers.list())).toEqual(['other', 'whole']);
    at(NOW + 60_000);
    expect(left(NOW + 60_000, await breakers.list())).toEqual(['same', 'other', 'whole']);
    expect(await hive.try(entryOf('same', 1, endpoint))).toBe(true);
    expect(await hive.try(entryOf('too', 1, endpoint))).toBe(false);
    const named = { assets: [{ asset_id: 'crm', action: 'call', endpoint: 'GET /users/{name}' }] };
    breakers.forget();
    expect(whyCircuitOpen(named, [], await breakers.list(), NOW + 60_000)).toMatchObject([
      { what: expect.stringContaining('asset:crm GET /users/{}') },
    ]);
  });

  it('is spared while its breaker is open, and tried by one ticket after that', () => {
    const open = (key: string): BreakerState => ({ key, phase: 'open', since: NOW, until: NOW + 60_000, opened: 1 });
    const ones = new Map([open('agent:a'), open('asset:billing')].map((state) => [state.key, state]));
    const other = { ...agent, agent_id: 'b' };
    expect(spareAgents([agent, other], ones, NOW)).toEqual([other]);
    expect(spareAgents([agent, other], ones, NOW + 60_000)).toEqual([{ ...agent, capacity: 1 }, other]);
    const ranked = [
      ['t', ['billing']],
      ['u', undefined],
      ['v', ['billing']],
    ].map(([id, assets]) => ({
      entry: entryOf(id as string, 1, assets as string[] | undefined),
    }));
    const left = (now: number) => spareEntries(ranked, ones, now).map(({ entry }) => entry.ticket_id);
    expect(left(NOW)).toEqual(['u']);
    expect(left(NOW + 60_000)).toEqual(['t', 'u']);
  });
});
