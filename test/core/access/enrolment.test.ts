import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { newSecret } from '../../../adapters/crypto/secret.ts';
import { sha256 } from '../../../adapters/system/digest.ts';
import { type AgentAsked, createAgentGuard } from '../../../core/access/agent-guard.ts';
import { createCheckCredential } from '../../../core/access/enrolment/credential.ts';
import { createExchangeEnrolment } from '../../../core/access/enrolment/exchange.ts';
import { createRenewCredential, createRevokeCredential } from '../../../core/access/enrolment/keep.ts';
import { createMakeEnrolment } from '../../../core/access/enrolment/make.ts';
import { ENROLMENT } from '../../../core/access/enrolment/settings.ts';
import { reduceCredential, reduceEnrolment } from '../../../core/access/enrolment/state.ts';
import { createListEnrolments, createWithdrawEnrolment } from '../../../core/access/enrolment/withdraw.ts';
import type { Identity } from '../../../core/access/identity.ts';
import { newestRefusals, SIGNALS_LIST } from '../../../core/access/lists.ts';
import type { RefusalState } from '../../../core/access/record-refusal.ts';
import type { SignalState } from '../../../core/access/signals/raise.ts';
import { findBreak, type Recorded } from '../../../core/ledger/chain.ts';
import { type LedgerEvent, toBusEvent } from '../../../core/ledger/project.ts';
import { BUS_EVENTS } from '../../../core/messages/bus-events.ts';
import { createRegisterAgent } from '../../../core/swarm/register.ts';
import { createAccess } from '../../support/access.ts';
import { agent } from '../../support/agents.ts';
import { createMonitoredHive, type MonitoredHive } from '../../support/monitored-hive.ts';

const operator = { by: 'sec', why: 'new rack' };
const bounds = { agent_id: 'mine', capabilities: ['build', 'test'], clearance: 'INTERNAL', tenants: ['acme'] } as const;
const all = { tenants: ['*'] };

let hive: MonitoredHive;
let now: number;
beforeEach(() => {
  hive = createMonitoredHive();
  now = hive.clock.now();
});

function setUp() {
  const clock = { now: () => now, random: () => 0, sleep: async () => {} };
  const access = createAccess({ ...hive, clock });
  let ids = 0;
  const unknown = vi.fn();
  const deps = { ...hive, ...access, clock, sha256, newSecret, newId: () => `enrolment-${++ids}`, settings: ENROLMENT };
  const guard = createAgentGuard({ ...hive, ...access });
  const register = createRegisterAgent({
    ...{ ...hive, clock, freeCapacity: async () => {} },
    inboxes: { open: async () => 'https://inbox', close: async () => {}, deliver: async () => {} } as never,
  });
  return {
    make: createMakeEnrolment(deps),
    exchange: createExchangeEnrolment({ ...deps, onUnknown: unknown }),
    unknown,
    check: createCheckCredential(deps),
    renew: createRenewCredential(deps),
    revoke: createRevokeCredential(deps),
    withdraw: createWithdrawEnrolment(deps),
    list: createListEnrolments(deps),
    refusals: () => newestRefusals<RefusalState>(hive.ledger, 50),
    signals: () => hive.ledger.listStates<SignalState>(SIGNALS_LIST, 50),
    ...{ guard, register },
  };
}

/** An agent that is enrolled, and has its credential. */
async function enrolled(of: ReturnType<typeof setUp>) {
  const { enrolment_id, secret } = await of.make(all, bounds, operator);
  const { credential } = await of.exchange(enrolment_id, secret);
  return { enrolment_id, secret, credential };
}

describe('An enrolment', () => {
  it('is exchanged for a credential that says what the agent may be, and counts for 30 days', async () => {
    const of = setUp();
    const { enrolment_id, secret, expires_at } = await of.make(all, bounds, operator);
    expect(expires_at).toBe(now + 3_600_000);
    const { credential, expires_at: until } = await of.exchange(enrolment_id, secret, '192.0.2.1');
    expect(until).toBe(now + 30 * 86_400_000);
    expect(await of.check(credential)).toMatchObject({ bounds });
  });

  it('is exchanged once: the second time is refused, recorded, and a signal', async () => {
    const of = setUp();
    const { enrolment_id, secret, credential } = await enrolled(of);
    await expect(of.exchange(enrolment_id, secret, '198.51.100.7')).rejects.toMatchObject({
      ...{ code: 'ENROLMENT_USED', status: 403 },
    });
    expect(await of.refusals()).toMatchObject([
      { code: 'ENROLMENT_USED', action: 'EnrolAgent', principal: `enrolment:${enrolment_id}`, source: '198.51.100.7' },
    ]);
    expect(await of.signals()).toMatchObject([{ kind: 'enrolment_used_again' }]);
    expect(await of.check(credential)).toMatchObject({ bounds });
  });

  it('that is exchanged twice at once makes one credential', async () => {
    const of = setUp();
    const { enrolment_id, secret } = await of.make(all, bounds, operator);
    const answers = await Promise.allSettled([of.exchange(enrolment_id, secret), of.exchange(enrolment_id, secret)]);
    expect(answers.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect((await hive.ledger.loadAggregate('CREDENTIAL#mine'))?.records).toHaveLength(1);
  });

  it('is not exchanged after its hour, nor with another secret, nor where there is none', async () => {
    const of = setUp();
    const { enrolment_id, secret, expires_at } = await of.make(all, bounds, operator);
    await expect(of.exchange(enrolment_id, newSecret())).rejects.toMatchObject({ code: 'ENROLMENT_INVALID' });
    await expect(of.exchange('none', secret)).rejects.toMatchObject({ code: 'ENROLMENT_INVALID', status: 401 });
    now = expires_at;
    await expect(of.exchange(enrolment_id, secret)).rejects.toMatchObject({ code: 'ENROLMENT_EXPIRED', status: 401 });
    // One that there is not, is nobody's: nothing is kept of it.
    expect((await of.refusals()).map(({ code }) => code).sort()).toEqual(['ENROLMENT_EXPIRED', 'ENROLMENT_INVALID']);
  });

  it('that there is not is counted, and fills no ledger and raises nothing, however often it is tried', async () => {
    const of = setUp();
    const before = hive.table.scan().length;
    for (let at = 0; at < 50; at++)
      await expect(of.exchange(at < 25 ? 'same' : `made-up-${at}`, 'x', '192.0.2.9')).rejects.toMatchObject({
        ...{ code: 'ENROLMENT_INVALID', status: 401 },
      });
    expect(of.unknown).toHaveBeenCalledTimes(50);
    expect(hive.table.scan()).toHaveLength(before);
    const { enrolment_id } = await of.make(all, bounds, operator);
    await expect(of.exchange(enrolment_id, 'x')).rejects.toMatchObject({ code: 'ENROLMENT_INVALID' });
    expect(of.unknown).toHaveBeenCalledTimes(50);
    expect(await of.refusals()).toMatchObject([{ principal: `enrolment:${enrolment_id}` }]);
    expect(await of.signals()).toEqual([]);
  });

  it('lasts a week at most, and gives no tenants that whoever makes it has not', async () => {
    const { make } = setUp();
    await expect(make(all, bounds, operator, ENROLMENT.enrolment_most_ms + 1)).rejects.toMatchObject({
      code: 'ENROLMENT_TOO_LONG',
    });
    const beyond = { code: 'ENROLMENT_BEYOND_TENANTS', status: 403 };
    await expect(make({ tenants: ['other'] }, bounds, operator)).rejects.toMatchObject(beyond);
    await expect(make({ tenants: ['acme'] }, { ...bounds, tenants: [] }, operator)).rejects.toMatchObject(beyond);
    await make({ tenants: ['acme'] }, bounds, operator);
  });

  it('leaves no secret in the ledger, and a chain that holds', async () => {
    const of = setUp();
    const { enrolment_id, secret, credential } = await enrolled(of);
    const again = await of.renew(credential);
    const enrolment = await hive.ledger.loadAggregate(`ENROLMENT#${enrolment_id}`);
    const kept = await hive.ledger.loadAggregate('CREDENTIAL#mine');
    const text = JSON.stringify([enrolment, kept]);
    for (const shown of [secret, credential, again.credential]) {
      expect(text).not.toContain(shown.split('.').at(-1));
    }
    expect(text).toContain(createHash('sha256').update(secret).digest('hex'));
    expect(findBreak(enrolment?.records ?? [], sha256)).toBeUndefined();
    expect(findBreak(kept?.records ?? [], sha256)).toBeUndefined();
    expect(kept?.records.map(({ event }) => event.type)).toEqual(['CredentialIssued', 'CredentialRenewed']);
  });

  it('is told of on the bus, as is what becomes of it, with nothing of a secret nor of what is kept of one', async () => {
    const of = setUp();
    const { enrolment_id, secret, credential } = await enrolled(of);
    const { credential: renewed } = await of.renew(credential);
    await of.revoke(all, 'mine', operator);
    const spare = await of.make(all, { ...bounds, agent_id: 'spare' }, operator);
    await of.withdraw(all, spare.enrolment_id, operator);
    const events = ['ENROLMENT#', 'CREDENTIAL#'].flatMap((prefix) =>
      hive.table.scan(prefix).flatMap(({ item }) => (item.record as Recorded<LedgerEvent> | undefined) ?? []),
    );
    const told = events.map(toBusEvent);
    expect(told.map((one) => one?.detail_type).sort()).toEqual([
      ...['CredentialIssued', 'CredentialRenewed', 'CredentialRevoked'],
      ...['EnrolmentMade', 'EnrolmentMade', 'EnrolmentUsed', 'EnrolmentWithdrawn'],
    ]);
    for (const one of told) expect(BUS_EVENTS[one?.detail_type ?? 'PlanStarted'].parse(one?.detail)).toBeDefined();
    expect(told).toContainEqual(
      expect.objectContaining({ detail: expect.objectContaining({ enrolment_id, ...bounds }) }),
    );
    const [inLedger, onBus] = [JSON.stringify(hive.table.scan()), JSON.stringify(told)];
    for (const shown of [secret, spare.secret, credential, renewed]) {
      const bare = shown.split('.').at(-1) ?? '';
      expect(bare).toHaveLength(43);
      expect(inLedger).not.toContain(bare);
      for (const kept of [bare, sha256(bare)]) expect(onBus).not.toContain(kept);
    }
  });
});

describe('An enrolment that is withdrawn', () => {
  it('lets nobody in, which is recorded and a signal where somebody tries; withdrawing it again changes nothing', async () => {
    const of = setUp();
    const { enrolment_id, secret } = await of.make(all, bounds, operator);
    expect(await of.withdraw(all, enrolment_id, operator)).toEqual({ changed: true });
    expect(await of.withdraw(all, enrolment_id, operator)).toEqual({ changed: false });
    await expect(of.exchange(enrolment_id, secret, '192.0.2.9')).rejects.toMatchObject({
      ...{ code: 'ENROLMENT_WITHDRAWN', status: 403 },
    });
    // Who has another secret does not learn that it was withdrawn.
    await expect(of.exchange(enrolment_id, newSecret())).rejects.toMatchObject({ code: 'ENROLMENT_INVALID' });
    expect((await of.refusals()).map(({ code }) => code).sort()).toEqual(['ENROLMENT_INVALID', 'ENROLMENT_WITHDRAWN']);
    expect(await of.signals()).toMatchObject([{ kind: 'withdrawn_enrolment_used', source: '192.0.2.9' }]);
    const kept = await hive.ledger.loadAggregate(`ENROLMENT#${enrolment_id}`);
    expect(kept?.records.at(-1)?.event).toEqual({ type: 'EnrolmentWithdrawn', ...operator });
    expect(findBreak(kept?.records ?? [], sha256)).toBeUndefined();
    expect(await hive.ledger.loadAggregate('CREDENTIAL#mine')).toBeUndefined();
  });

  it('was not exchanged: one that was is told to be revoked, one that is unknown or another tenants’ is refused', async () => {
    const of = setUp();
    const { enrolment_id, credential } = await enrolled(of);
    await expect(of.withdraw(all, enrolment_id, operator)).rejects.toMatchObject({
      ...{ code: 'ENROLMENT_USED', status: 409, message: expect.stringContaining('hive agent revoke mine') },
    });
    expect(await of.check(credential)).toMatchObject({ bounds });
    const next = await of.make(all, bounds, operator);
    await expect(of.withdraw({ tenants: ['other'] }, next.enrolment_id, operator)).rejects.toMatchObject({
      ...{ code: 'ENROLMENT_BEYOND_TENANTS', status: 403 },
    });
    await expect(of.withdraw(all, 'none', operator)).rejects.toMatchObject({ code: 'ENROLMENT_UNKNOWN', status: 404 });
    now = next.expires_at;
    expect(await of.withdraw({ tenants: ['acme'] }, next.enrolment_id, operator)).toEqual({ changed: true });
  });

  it('at the moment that it is exchanged either becomes a credential or does not, whichever commits first', async () => {
    const won = new Set<string>();
    const commits = fc.record({ withdraws: fc.integer({ min: 1, max: 3 }), first: fc.boolean(), late: fc.nat(6) });
    await fc.assert(
      fc.asyncProperty(commits, async ({ withdraws, first, late }) => {
        hive = createMonitoredHive();
        const of = setUp();
        const { enrolment_id, secret } = await of.make(all, bounds, operator);
        const later = async () => {
          for (let at = 0; at < late; at++) await null;
        };
        const exchanges = async () => {
          if (!first) await later();
          return of.exchange(enrolment_id, secret);
        };
        const takes = async () => {
          if (first) await later();
          return of.withdraw(all, enrolment_id, operator);
        };
        const [exchanged, ...withdrawn] = await Promise.allSettled([
          exchanges(),
          ...Array.from({ length: withdraws }, takes),
        ]);
        const events = (await hive.ledger.loadAggregate(`ENROLMENT#${enrolment_id}`))?.records.map(
          ({ event }) => event.type,
        );
        const credential = await hive.ledger.loadAggregate('CREDENTIAL#mine');
        won.add(exchanged.status);
        if (exchanged.status === 'fulfilled') {
          expect(events).toEqual(['EnrolmentMade', 'EnrolmentUsed']);
          expect(credential?.records).toHaveLength(1);
          for (const one of withdrawn) expect(one).toMatchObject({ reason: { code: 'ENROLMENT_USED' } });
        } else {
          expect(exchanged.reason).toMatchObject({ code: 'ENROLMENT_WITHDRAWN' });
          expect(events).toEqual(['EnrolmentMade', 'EnrolmentWithdrawn']);
          expect(credential).toBeUndefined();
          const changed = withdrawn.map((one) => one.status === 'fulfilled' && one.value.changed);
          expect(changed.filter(Boolean)).toHaveLength(1);
        }
      }),
      { seed: 20_261_128, numRuns: 100 },
    );
    expect([...won].sort()).toEqual(['fulfilled', 'rejected']);
  });

  it('is listed as it stands, to whoever is of its tenants, without its secret or what is kept of it', async () => {
    const of = setUp();
    const { enrolment_id: used } = await enrolled(of);
    now += 1;
    const { enrolment_id: withdrawn } = await of.make(all, { ...bounds, agent_id: 'w' }, operator);
    await of.withdraw(all, withdrawn, operator);
    now += 1;
    await of.make(all, { ...bounds, agent_id: 'x', tenants: [] }, operator, 1);
    now += 1;
    const { secret } = await of.make(all, { ...bounds, agent_id: 'o' }, operator);
    const { items } = await of.list(all, { limit: 50 });
    expect(items.map(({ agent_id, phase }) => [agent_id, phase])).toEqual([
      ['o', 'open'],
      ['x', 'expired'],
      ['w', 'withdrawn'],
      ['mine', 'used'],
    ]);
    expect(items.at(-1)).toMatchObject({ enrolment_id: used, ...operator, ...bounds });
    for (const kept of [secret, sha256(secret), 'digest']) expect(JSON.stringify(items)).not.toContain(kept);
    const theirs = (await of.list({ tenants: ['acme'] }, { limit: 50 })).items.map(({ agent_id }) => agent_id);
    expect(theirs).toEqual(['o', 'w', 'mine']);
    expect((await of.list({ tenants: [] }, { limit: 50 })).items).toEqual([]);
  });

  it('is found behind however many of others’ enrolments, a page at a time', async () => {
    const of = setUp();
    const next = async (agent_id: string, tenants: string[]) => {
      now += 1;
      await of.make(all, { ...bounds, agent_id, tenants }, operator);
    };
    await next('first', ['acme']);
    await next('second', ['acme']);
    for (let at = 0; at < 7; at++) await next(`others-${at}`, ['other']);
    const found: string[] = [];
    let cursor: string | undefined;
    do {
      const page: Awaited<ReturnType<typeof of.list>> = await of.list({ tenants: ['acme'] }, { limit: 3, cursor });
      found.push(...page.items.map(({ agent_id }) => agent_id));
      cursor = page.next_cursor;
    } while (cursor !== undefined);
    expect(found).toEqual(['second', 'first']);
    expect((await of.list({ tenants: ['acme'] }, { limit: 3 })).items).toEqual([]);
    const cursorInvalid = { code: 'CURSOR_INVALID' };
    const ofAnotherList = async () => of.list(all, { limit: 3, cursor: 'cGxhbnM6MQ' });
    await expect(ofAnotherList()).rejects.toMatchObject(cursorInvalid);
  });
});

describe('A credential', () => {
  it('that is not one, is another’s, or has expired lets nobody in', async () => {
    const of = setUp();
    const { credential } = await enrolled(of);
    const [, , secret] = credential.split('.');
    for (const none of ['', 'x', `nhc.other.${secret}`, `nhc.mine.${newSecret()}`, `${credential}x`])
      await expect(of.check(none)).rejects.toMatchObject({ code: 'CREDENTIAL_INVALID', status: 401 });
    now += ENROLMENT.credential_ms;
    await expect(of.check(credential)).rejects.toMatchObject({ code: 'CREDENTIAL_EXPIRED', status: 401 });
  });

  it('is renewed before it expires; the one before counts for an hour, so that a lost answer costs nothing', async () => {
    const of = setUp();
    const { credential } = await enrolled(of);
    now += ENROLMENT.credential_ms - 1;
    const { credential: lost } = await of.renew(credential);
    // The renewal does not give more time to what was about to end.
    now += 1;
    await expect(of.renew(credential)).rejects.toMatchObject({ code: 'CREDENTIAL_INVALID' });
    const { credential: next } = await of.renew(lost);
    const { credential: other } = await of.renew(lost);
    await expect(of.check(next)).rejects.toMatchObject({ code: 'CREDENTIAL_INVALID' });
    now += ENROLMENT.overlap_ms;
    await expect(of.check(lost)).rejects.toMatchObject({ code: 'CREDENTIAL_INVALID' });
    expect(await of.check(other)).toMatchObject({ bounds });
  });

  it('that is revoked counts no more, also what it was renewed from; revoking again changes nothing', async () => {
    const of = setUp();
    const { credential } = await enrolled(of);
    const { credential: next } = await of.renew(credential);
    expect(await of.revoke(all, 'mine', operator)).toEqual({ changed: true });
    expect(await of.revoke(all, 'mine', operator)).toEqual({ changed: false });
    for (const text of [credential, next])
      await expect(of.check(text)).rejects.toMatchObject({ code: 'CREDENTIAL_INVALID' });
    await expect(of.renew(next)).rejects.toMatchObject({ code: 'CREDENTIAL_INVALID' });
    await expect(of.revoke(all, 'never', operator)).rejects.toMatchObject({ code: 'CREDENTIAL_UNKNOWN', status: 404 });
  });

  it('of before counts no more once the agent was enrolled anew', async () => {
    const of = setUp();
    const { credential } = await enrolled(of);
    const { credential: anew } = await enrolled(of);
    await expect(of.check(credential)).rejects.toMatchObject({ code: 'CREDENTIAL_INVALID' });
    expect(await of.check(anew)).toMatchObject({ bounds });
  });

  it('is not taken over by who may not speak for its tenants', async () => {
    const of = setUp();
    await enrolled(of);
    const beyond = { code: 'ENROLMENT_BEYOND_TENANTS' };
    const theirs = { ...bounds, tenants: ['other'] };
    await expect(of.make({ tenants: ['other'] }, theirs, operator)).rejects.toMatchObject(beyond);
    await expect(of.revoke({ tenants: ['other'] }, 'mine', operator)).rejects.toMatchObject(beyond);
  });

  it('is not taken over by an enrolment that was made before it', async () => {
    const of = setUp();
    const early = await of.make({ tenants: ['other'] }, { ...bounds, tenants: ['other'] }, operator);
    const { credential } = await enrolled(of);
    await expect(of.exchange(early.enrolment_id, early.secret)).rejects.toMatchObject({
      ...{ code: 'ENROLMENT_SUPERSEDED', status: 409 },
    });
    expect(await of.check(credential)).toMatchObject({ bounds });
  });

  it('goes no way that its reducer does not know', () => {
    expect(() => reduceEnrolment(undefined, { aggregate: 'ENROLMENT#e', event: { type: 'EnrolmentUsed' } })).toThrow(
      'cannot follow on nothing',
    );
    expect(() =>
      reduceEnrolment(undefined, { aggregate: 'ENROLMENT#e', event: { type: 'EnrolmentWithdrawn', ...operator } }),
    ).toThrow('cannot follow on nothing');
    expect(() => reduceCredential(undefined, { event: { type: 'CredentialRevoked', ...operator } })).toThrow(
      'cannot follow on nothing',
    );
  });
});

describe('An enrolled agent', () => {
  const identity: Identity = { kind: 'credential', bounds };
  const registration = { ...agent('mine'), capabilities: ['build'], clearance: 'RESTRICTED' } as never as NonNullable<
    AgentAsked['registers']
  >;
  const registerAs = (of: ReturnType<typeof setUp>, registers = registration, agent_id = 'mine') =>
    of.guard({ identity, action: 'RegisterAgent', agent_id, registers }, async (admitted) => {
      await of.register(
        { ...registers, clearance: bounds.clearance },
        admitted.caller.principal,
        admitted.bounds?.tenants,
      );
      return admitted;
    });

  it('is let in as what it was enrolled for, by the name of its credential', async () => {
    const of = setUp();
    const { caller, bounds: admitted } = await registerAs(of);
    expect(caller).toMatchObject({ principal: 'credential:mine', kind: 'credential', roles: ['agent'] });
    expect(admitted).toEqual(bounds);
    expect(await hive.agents.load('mine')).toMatchObject({ owner: 'credential:mine', tenants: ['acme'] });
  });

  it('says of itself no capability more, which is recorded', async () => {
    const of = setUp();
    await expect(registerAs(of, { ...registration, capabilities: ['build', 'deploy'] })).rejects.toMatchObject({
      ...{ code: 'AGENT_BEYOND_ENROLMENT', status: 403, detail: { capabilities: ['deploy'] } },
    });
    expect(await of.refusals()).toMatchObject([{ code: 'AGENT_BEYOND_ENROLMENT', principal: 'credential:mine' }]);
  });

  it('speaks for no other agent, also where nobody has that id', async () => {
    const of = setUp();
    await expect(registerAs(of, registration, 'other')).rejects.toMatchObject({ code: 'AGENT_OF_ANOTHER' });
    const beat = of.guard({ identity, action: 'HeartbeatAgent', agent_id: 'other' }, async () => 'alive');
    await expect(beat).rejects.toMatchObject({ code: 'AGENT_OF_ANOTHER' });
  });
});
