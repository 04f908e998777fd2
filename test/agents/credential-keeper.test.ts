/** An enrolled agent's credential is renewed in good time, whatever happens to the calls and wherever the agent starts again. */
import { mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newSecret } from '../../adapters/crypto/secret.ts';
import { sha256 } from '../../adapters/system/digest.ts';
import { connectEnrolled } from '../../agents/sdk/connect-enrolled.ts';
import type { Credential } from '../../agents/sdk/credential-fetch.ts';
import { credentialFile } from '../../agents/sdk/credential-file.ts';
import { createCredentialKeeper } from '../../agents/sdk/credential-keeper.ts';
import { createCheckCredential } from '../../core/access/enrolment/credential.ts';
import { createExchangeEnrolment } from '../../core/access/enrolment/exchange.ts';
import { createRenewCredential, createRevokeCredential } from '../../core/access/enrolment/keep.ts';
import { createMakeEnrolment } from '../../core/access/enrolment/make.ts';
import type { HiveError } from '../../core/errors.ts';
import { CREDENTIAL_HEADER } from '../../core/messages/enrolment-api.ts';
import { problemOf } from '../../core/problem.ts';
import { createHive } from '../support/hive.ts';
import { problemAnswer } from './edge.ts';
import { eventually, fakeClock } from './fake-clock.ts';
import { controlledRun, recordingLogger, startAgent } from './setup.ts';
import { assignmentOf, ticketOf } from './tickets.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const agentId = 'builder-7';
const operator = { by: 'sec', why: 'new rack' };
const bounds = { agent_id: agentId, capabilities: ['build'], clearance: 'INTERNAL', tenants: [] } as const;

type Weather = 'fair' | 'answer lost' | 'gateway' | 'away';

/** The orchestrator's own lines over a ledger in memory, called by a `fetch` on which it may rain. */
function orchestrator() {
  const clock = fakeClock();
  const { ledger } = createHive();
  const api = { ledger, clock: { now: clock.now, random: () => 0, sleep: async () => {} } };
  const deps = { ...api, sha256, newSecret, newId: () => 'enrolment', recordRefusal: async () => {} };
  const [renew, exchange, check] = [
    createRenewCredential(deps),
    createExchangeEnrolment(deps),
    createCheckCredential(deps),
  ];
  const revoke = createRevokeCredential(deps);
  const calls: string[] = [];
  let weather: Weather = 'fair';
  let underWay = Promise.resolve();

  async function answer(url: string, init: RequestInit): Promise<Response> {
    const { pathname } = new URL(url);
    calls.push(pathname);
    if (weather === 'away') throw new TypeError('fetch failed');
    if (weather === 'gateway') return Response.json({ message: 'Too many requests' }, { status: 403 });
    const shown = new Headers(init.headers).get(CREDENTIAL_HEADER) ?? '';
    const done = pathname.startsWith('/enrolments/')
      ? exchange('enrolment', (JSON.parse(String(init.body)) as { secret: string }).secret)
      : renew(shown);
    const told = await done.then(
      (body) => Response.json(body),
      (error: unknown) => Response.json(problemOf(error), { status: problemOf(error).status }),
    );
    if (weather === 'answer lost') throw new TypeError('terminated');
    return told;
  }

  return {
    clock,
    calls,
    fetch: (async (url: string, init: RequestInit) => answer(url, init)) as unknown as typeof fetch,
    becomes: (next: Weather) => {
      weather = next;
    },
    counts: (credential: string) =>
      check(credential).then(
        () => true,
        () => false,
      ),
    revoke: () => revoke({ tenants: ['*'] }, agentId, operator),
    async enrol() {
      const { secret } = await createMakeEnrolment(deps)({ tenants: ['*'] }, bounds, operator);
      return { id: 'enrolment', secret };
    },
    /** Lets what was begun get on, without waiting for any given time. */
    settle: async () => {
      for (let at = 0; at < 60; at++) underWay = underWay.then(() => undefined);
      await underWay;
    },
  };
}
type Orchestrator = ReturnType<typeof orchestrator>;

async function enrolled(of: Orchestrator): Promise<Credential> {
  const { id, secret } = await of.enrol();
  const answered = await of.fetch(`http://hive/enrolments/${id}/exchange`, { body: JSON.stringify({ secret }) });
  of.calls.length = 0;
  return (await answered.json()) as Credential;
}

function keeperOf(
  of: Orchestrator,
  credential: Partial<Credential> & { credential: string },
  save = async (_: Credential) => {},
) {
  const { lines, ...logger } = recordingLogger();
  const saved: Credential[] = [];
  const lost: HiveError[] = [];
  const keeper = createCredentialKeeper({
    ...{ baseUrl: 'http://hive/', fetch: of.fetch, agentId, credential, logger, clock: of.clock, random: () => 1 },
    save: async (renewed) => {
      await save(renewed);
      saved.push(renewed);
    },
  });
  keeper.start((error) => lost.push(error));
  return { keeper, saved, lost, lines };
}

async function pass(of: Orchestrator, ms: number, step = ms): Promise<void> {
  for (let gone = 0; gone < ms; gone += step) {
    of.clock.advance(Math.min(step, ms - gone));
    await of.settle();
  }
}

describe('A credential', () => {
  it('is renewed ten days before it ends, saved, and used from then on', async () => {
    const of = orchestrator();
    const first = await enrolled(of);
    const { keeper, saved } = keeperOf(of, first);
    await pass(of, 20 * DAY - 1);
    expect(of.calls).toEqual([]);
    await pass(of, 1);
    expect(of.calls).toEqual([`/agents/${agentId}/credential`]);
    expect(keeper.credential()).not.toBe(first.credential);
    expect(saved).toEqual([{ credential: keeper.credential(), expires_at: of.clock.now() + 30 * DAY }]);
    await pass(of, 100 * DAY, DAY);
    expect(saved).toHaveLength(6);
    expect(await of.counts(keeper.credential())).toBe(true);
    keeper.stop();
    await pass(of, 20 * DAY, DAY);
    expect(saved).toHaveLength(6);
    expect(of.clock.pending()).toBe(0);
  });

  it('is renewed at once where its end is near, or not known', async () => {
    for (const known of [true, false]) {
      const of = orchestrator();
      const { credential, expires_at } = await enrolled(of);
      of.clock.advance(21 * DAY);
      const { saved } = keeperOf(of, { credential, ...(known && { expires_at }) });
      await pass(of, 1);
      expect(saved).toHaveLength(1);
    }
  });

  it('is renewed again where the answer was lost, the API was away, or something in between answered', async () => {
    for (const weather of ['answer lost', 'away', 'gateway'] as const) {
      const of = orchestrator();
      const { keeper, saved, lost, lines } = keeperOf(of, await enrolled(of));
      of.becomes(weather);
      await pass(of, 20 * DAY);
      await pass(of, 50 * 60_000, 1000);
      expect(saved).toEqual([]);
      expect(lines.join('\n')).toContain('credential cannot be renewed yet');
      of.becomes('fair');
      await pass(of, 16 * 60_000, 1000);
      expect(saved).toHaveLength(1);
      expect(lost).toEqual([]);
      expect(await of.counts(keeper.credential())).toBe(true);
    }
  });

  it('that cannot be saved is used all the same, told of as an error, and saved later', async () => {
    const of = orchestrator();
    let full = true;
    const { keeper, saved, lines } = keeperOf(of, await enrolled(of), async () => {
      if (full) throw new Error('no space left on device');
    });
    await pass(of, 20 * DAY);
    const renewed = keeper.credential();
    expect(lines.join('\n')).toMatch(/renewed credential cannot be saved .*no space left/);
    full = false;
    await pass(of, HOUR, 1000);
    expect(saved).toMatchObject([{ credential: renewed }]);
    expect(of.calls).toHaveLength(1);
  });

  it('that was revoked is told of once, with what to do, and no more is tried', async () => {
    const of = orchestrator();
    const { lost } = keeperOf(of, await enrolled(of));
    await of.revoke();
    await pass(of, 100 * DAY, DAY);
    expect(lost).toHaveLength(1);
    expect(lost[0]).toMatchObject({ code: 'CREDENTIAL_INVALID', status: 401 });
    expect(lost[0]?.message).toContain('hive agent enrol builder-7');
    expect(of.calls).toHaveLength(1);
    expect(of.clock.pending()).toBe(0);
  });

  it('that could not be renewed in time is told of by the API’s own word', async () => {
    const of = orchestrator();
    const { lost, lines } = keeperOf(of, await enrolled(of));
    of.becomes('away');
    await pass(of, 31 * DAY, HOUR);
    expect(lost).toEqual([]);
    expect(lines.filter((line) => line.includes('credential cannot be renewed yet')).length).toBeGreaterThan(100);
    of.becomes('fair');
    await pass(of, HOUR, 60_000);
    expect(lost).toMatchObject([{ code: 'CREDENTIAL_EXPIRED' }]);
  });

  it('never lapses, nor does the one that was saved, through outages of days, lost answers, full disks and starts', async () => {
    const spell = fc.record({
      weather: fc.constantFrom<Weather>('fair', 'fair', 'answer lost', 'gateway', 'away'),
      // An answer that is lost for longer than an hour is a credential that is: what was renewed with counts no more.
      hours: fc.integer({ min: 1, max: 8 * 24 }),
      full: fc.boolean(),
      starts: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(spell, { maxLength: 12 }), async (spells) => {
        const of = orchestrator();
        let kept = await enrolled(of);
        let full = false;
        const begin = () =>
          keeperOf(of, kept, async (renewed) => {
            if (full) throw new Error('no space left on device');
            kept = renewed;
          });
        let { keeper, lost } = begin();
        for (const { weather, hours, full: fills, starts } of spells) {
          of.becomes(weather);
          full = fills && weather === 'fair';
          await pass(of, weather === 'answer lost' || full ? 30 * 60_000 : hours * HOUR, 10 * 60_000);
          of.becomes('fair');
          full = false;
          // Soon after it is fair again all is well.
          await pass(of, 20 * 60_000, 60_000);
          expect(await of.counts(keeper.credential())).toBe(true);
          expect(await of.counts(kept.credential)).toBe(true);
          if (starts) {
            keeper.stop();
            ({ keeper, lost } = begin());
          }
          expect(lost).toEqual([]);
        }
        keeper.stop();
      }),
      { seed: 20_261_128, numRuns: 25 },
    );
  }, 120_000);
});

describe('An agent that was enrolled', () => {
  const path = () => join(mkdtempSync(join(tmpdir(), 'hive-credential-')), 'of', 'builder-7.json');
  const options = (of: Orchestrator, file: string) => ({
    ...{ baseUrl: 'http://hive', fetch: of.fetch, agentId, file: credentialFile(file) },
    ...{ clock: of.clock, random: () => 1, logger: recordingLogger() },
  });

  it('exchanges its enrolment once, and finds its credential again at the next start', async () => {
    const of = orchestrator();
    const file = path();
    const enrolment = await of.enrol();
    const { keeper } = await connectEnrolled({ ...options(of, file), enrolment });
    expect(await of.counts(keeper.credential())).toBe(true);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readdirSync(join(file, '..'))).toEqual(['builder-7.json']);
    const again = await connectEnrolled({ ...options(of, file), enrolment });
    expect(again.keeper.credential()).toBe(keeper.credential());
    expect(of.calls).toEqual(['/enrolments/enrolment/exchange']);
  });

  it('keeps what is renewed in its file', async () => {
    const of = orchestrator();
    const file = path();
    const { keeper } = await connectEnrolled({ ...options(of, file), enrolment: await of.enrol() });
    keeper.start(() => {});
    of.clock.advance(20 * DAY);
    await expect
      .poll(() => (JSON.parse(readFileSync(file, 'utf8')) as Credential).credential)
      .toBe(keeper.credential());
    expect(await of.counts(keeper.credential())).toBe(true);
    expect(of.calls).toHaveLength(2);
    keeper.stop();
  });

  it('is told what it lacks: an enrolment, a file that can be written, or a credential in it', async () => {
    const of = orchestrator();
    await expect(connectEnrolled(options(of, path()))).rejects.toMatchObject({
      ...{ code: 'ENROLMENT_MISSING', message: expect.stringContaining('hive agent enrol builder-7') },
    });
    const enrolment = await of.enrol();
    // A folder that is a file: the enrolment is not spent on it.
    const taken = path();
    writeFileSync(join(taken, '../..', 'of'), '');
    await expect(connectEnrolled({ ...options(of, taken), enrolment })).rejects.toThrow();
    expect(of.calls).toEqual([]);
    const other = join(taken, '../..', 'other.json');
    writeFileSync(other, '{"credential": 7}');
    await expect(connectEnrolled({ ...options(of, other), enrolment })).rejects.toMatchObject({
      code: 'CREDENTIAL_UNREADABLE',
    });
  });

  it('ends, its work aborted, and says why, when its credential counts no more', async () => {
    const { run, running } = controlledRun();
    let lose = (_error: HiveError) => {};
    const stopped: string[] = [];
    const keeper = {
      agentId: 'worker-1',
      credential: () => 'nhc',
      start: (onLost: (error: HiveError) => void) => {
        lose = onLost;
      },
      stop: () => void stopped.push('stopped'),
    };
    const { agent, edge, inbox, lines } = await startAgent({ run, keeper });
    const ticket = ticketOf();
    edge.add(ticket);
    inbox.push(assignmentOf(ticket, 'worker-1'));
    await eventually(() => running.length === 1);
    const of = orchestrator();
    const { lost } = keeperOf(of, await enrolled(of));
    await of.revoke();
    await pass(of, 20 * DAY);
    for (const call of ['DELETE agent', 'POST report', 'POST claim', 'POST agent-heartbeat'])
      edge.fail(call, ...Array.from({ length: 20 }, () => problemAnswer(401, 'CREDENTIAL_INVALID')));
    lose(lost[0] as HiveError);
    await expect(agent.done).rejects.toMatchObject({
      ...{ code: 'CREDENTIAL_INVALID', message: expect.stringContaining('Have it enrolled anew') },
    });
    expect(lines.join('\n')).toContain('agent gives up');
    expect(stopped.length).toBeGreaterThan(0);
    expect(running[0]?.signal.aborted).toBe(true);
    expect(edge.reports).toEqual([]);
  });

  it('ends when its heartbeat is answered that the credential counts no more', async () => {
    const keeper = { agentId: 'worker-1', credential: () => 'nhc', start: () => {}, stop: () => {} };
    const { agent, edge, clock } = await startAgent({ run: async () => ({}), keeper });
    edge.fail('POST agent-heartbeat', problemAnswer(401, 'CREDENTIAL_INVALID'));
    clock.advance(5000);
    await expect(agent.done).rejects.toMatchObject({ code: 'CREDENTIAL_INVALID' });
  });
});
