import { beforeEach, describe, expect, it, vi } from 'vitest';
import { sha256 } from '../../../adapters/system/digest.ts';
import { createRecordRefusal } from '../../../core/access/record-refusal.ts';
import { createGuardTicket } from '../../../core/credential/guard.ts';
import { appendToKeyRing } from '../../../core/credential/key-ring/append.ts';
import { revoke } from '../../../core/credential/key-ring/rotate.ts';
import { KEY_RING } from '../../../core/credential/key-ring/settings.ts';
import { type KeyRingState, signingKey } from '../../../core/credential/key-ring/state.ts';
import { bundleOf, jwksOf } from '../../../core/credential/publish.ts';
import { createRenewTokens } from '../../../core/credential/renew.ts';
import { scopesOf } from '../../../core/credential/ticket-claims.ts';
import { HiveError } from '../../../core/errors.ts';
import { KEY_RING_AGGREGATE } from '../../../core/ledger/aggregate.ts';
import { createTokens } from '../../support/ring.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;
const caller = { principal: 'arn:aws:iam::1:role/agent', source: '10.0.0.1' };

let of: ReturnType<typeof createTokens>;
beforeEach(() => {
  of = createTokens();
});
const s = (ms: number) => Math.ceil(ms / 1000);
const grant = (changes: object = {}) => ({
  ...{ plan_id: 'plan-1', ticket_id: 'ticket-1', attempt: 1, agent_id: 'agent-1' },
  ...{ scopes: ['ticket:heartbeat', 'ticket:report'], attempt_ends: s(of.clock.now() + 60 * MINUTE) },
  ...changes,
});
const bearer = { ticket_id: 'ticket-1', attempt: 1, agent_id: 'agent-1', scope: 'ticket:report' };
const report = { ...bearer, caller, action: 'ReportTicket' as const };
const ring = async () => (await of.ledger.loadState<KeyRingState>(KEY_RING_AGGREGATE))?.state as KeyRingState;
const payloadOf = (token: string) => JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());

describe('a token', () => {
  it('says who may do what for which attempt, and no more than its scopes', async () => {
    const { token, token_expires_at } = await of.issue(grant());
    const now = s(of.clock.now());
    expect(payloadOf(token)).toEqual({
      ...{ iss: 'spiffe://hive-test', sub: 'spiffe://hive-test/agent/agent-1', aud: 'spiffe://hive-test/agent-api' },
      ...{ iat: now, nbf: now, exp: now + 900, jti: 'id-1' },
      ...{ plan_id: 'plan-1', ticket_id: 'ticket-1', attempt: 1 },
      ...{ scopes: ['ticket:heartbeat', 'ticket:report'], attempt_ends: now + 3600 },
    });
    expect(token_expires_at).toBe(of.clock.now() + 15 * MINUTE);
    expect(await of.check.forCall(token, bearer)).toMatchObject({ agent_id: 'agent-1', expires_at: token_expires_at });
  });

  it('ends a minute after its attempt, where that is sooner than a quarter of an hour', async () => {
    const { token_expires_at } = await of.issue(grant({ attempt_ends: s(of.clock.now() + 5 * MINUTE) }));
    expect(token_expires_at).toBe(of.clock.now() + 6 * MINUTE);
  });

  it('is for the work and the assets of its ticket; what may not be begun twice is not handed back', () => {
    const spec = { task_type: 'EXECUTE', metadata: { task_type: 'build' }, qos: { delivery_mode: 'AT_LEAST_ONCE' } };
    const assets = [{ asset_id: 'crm', action: 'read' }];
    const scopes = ['ticket:heartbeat', 'ticket:report', 'ticket:hand-back', 'task:build', 'asset:crm:read'];
    expect(scopesOf({ ...spec, assets } as never)).toEqual(scopes);
    expect(scopesOf({ ...spec, qos: { delivery_mode: 'AT_MOST_ONCE' } } as never)).not.toContain('ticket:hand-back');
  });

  it('can be had before the schedule made a key, and by two claims at once', async () => {
    const [one, two] = await Promise.all([of.issuer()(grant()), of.issuer()(grant())]);
    for (const { token } of [one, two]) expect(await of.check.forCall(token, bearer)).toMatchObject({ attempt: 1 });
    expect((await ring()).keys.filter(({ phase }) => phase === 'signing')).toHaveLength(1);
  });
});

describe('a call for a claimed ticket', () => {
  const call = vi.fn(async () => 'done');
  beforeEach(() => void call.mockClear());

  it('is let through with the token of its attempt', async () => {
    const { token } = await of.issue(grant());
    expect(await of.guard({ ...report, token }, call)).toBe('done');
    expect(of.refusals).toEqual([]);
  });

  const refused: [string, string, () => Promise<string | undefined> | string | undefined][] = [
    ['TOKEN_MISSING', 'none', () => undefined],
    ['TOKEN_INVALID', 'text', () => 'a.b.c'],
    ['TOKEN_OF_ANOTHER_TICKET', 'another ticket', async () => (await of.issue(grant({ ticket_id: 'other' }))).token],
    ['TOKEN_OF_ANOTHER_ATTEMPT', 'another attempt', async () => (await of.issue(grant({ attempt: 2 }))).token],
    ['TOKEN_OF_ANOTHER_AGENT', 'another agent', async () => (await of.issue(grant({ agent_id: 'b' }))).token],
    ['TOKEN_INVALID', 'too little scope', async () => (await of.issue(grant({ scopes: ['ticket:heartbeat'] }))).token],
    [
      'TOKEN_EXPIRED',
      'expired by a second',
      async () => {
        const { token, token_expires_at } = await of.issue(grant());
        of.clock.advance(token_expires_at - of.clock.now() + 1000);
        return token;
      },
    ],
    [
      'TOKEN_NOT_YET_VALID',
      'from a clock that is ahead',
      async () => {
        of.clock.advance(2 * MINUTE);
        const { token } = await of.issue(grant());
        of.clock.advance(-2 * MINUTE);
        return token;
      },
    ],
    ['TOKEN_KEY_UNKNOWN', "a stranger's key", async () => (await createTokens().issue(grant())).token],
  ];
  it.each(refused)(
    'is refused as %s with a token that is %s; that is recorded, and the call not made',
    async (code, name, make) => {
      await of.issue(grant());
      let token = await make();
      // The stranger's key has the name of one of ours.
      if (name.startsWith('a stranger')) {
        const header = Buffer.from(JSON.stringify({ alg: 'ES256', typ: 'JWT', kid: 'nobody' })).toString('base64url');
        token = [header, ...(token ?? '').split('.').slice(1)].join('.');
      }
      await expect(of.guard({ ...report, token }, call)).rejects.toMatchObject({ code, status: 401 });
      expect(call).not.toHaveBeenCalled();
      expect(of.refusals).toEqual([
        expect.objectContaining({
          ...{ code, action: 'ReportTicket', principal: caller.principal, source: caller.source },
          ...{ ticket_id: 'ticket-1', resource: 'Ticket::"ticket-1"' },
        }),
      ]);
      expect(JSON.stringify(of.refusals)).not.toContain(token ?? '\0');
    },
  );

  it('is refused once its key is rotated out or revoked', async () => {
    const { token } = await of.issue(grant());
    const standing = await of.ledger.loadState<KeyRingState>(KEY_RING_AGGREGATE);
    const operator = { by: 'security', why: 'leaked' };
    const kid = signingKey(await ring())?.kid ?? '';
    const events = revoke(await ring(), kid, of.clock.now(), operator);
    await of.ledger.commit([appendToKeyRing(standing, events, of.clock.now(), sha256).write]);
    await expect(of.checker().forCall(token, bearer)).rejects.toMatchObject({ code: 'TOKEN_KEY_RETIRED' });
    // Whoever had read the ring before goes by it for a minute at most.
    of.clock.advance(KEY_RING.cache_ms);
    await expect(of.guard({ ...report, token }, call)).rejects.toMatchObject({
      code: 'TOKEN_KEY_RETIRED',
      status: 401,
    });
  });

  it('whose ticket has ended is told so, which is recorded too; other answers of the ticket are not', async () => {
    const { token } = await of.issue(grant());
    const failing = (code: string, status: number) => () => Promise.reject(new HiveError(code, 'no', { status }));
    await expect(of.guard({ ...report, token }, failing('TICKET_FINISHED', 410))).rejects.toMatchObject({
      status: 410,
    });
    await expect(of.guard({ ...report, token }, failing('TOKEN_REVOKED', 403))).rejects.toMatchObject({ status: 403 });
    await expect(of.guard({ ...report, token }, failing('TRY_AGAIN', 503))).rejects.toMatchObject({ status: 503 });
    expect(of.refusals.map(({ code }) => code)).toEqual(['TICKET_FINISHED', 'TOKEN_REVOKED']);
  });

  it('fails with 503 where its refusal cannot be recorded', async () => {
    const guard = createGuardTicket({ check: of.check, recordRefusal: () => Promise.reject(new Error('down')) });
    await expect(guard({ ...report, token: undefined }, call)).rejects.toMatchObject({
      code: 'REFUSAL_NOT_RECORDED',
      status: 503,
    });
  });

  it('reads the ring once a minute, and once a second for keys that there are not', async () => {
    const loads = vi.spyOn(of.ledger, 'loadState');
    const { token } = await of.issue(grant());
    const check = of.checker();
    loads.mockClear();
    for (let n = 0; n < 100; n++) await check.forCall(token, bearer);
    expect(loads).toHaveBeenCalledTimes(1);
    const header = Buffer.from(JSON.stringify({ alg: 'ES256', kid: 'nobody' })).toString('base64url');
    for (let n = 0; n < 100; n++) await check.forCall(`${header}.e30.AAAA`, bearer).catch(() => {});
    expect(loads).toHaveBeenCalledTimes(1);
    of.clock.advance(1000);
    for (let n = 0; n < 100; n++) await check.forCall(`${header}.e30.AAAA`, bearer).catch(() => {});
    expect(loads).toHaveBeenCalledTimes(2);
  });
});

describe('keys that rotate under load', () => {
  it('cost no call: every token that is issued verifies for all of its life, with whoever checks it', async () => {
    const issuers = [of.issuer(), of.issuer(), of.issuer()];
    const checkers = [of.checker(), of.checker(), of.checker()];
    const live: { token: string; token_expires_at: number }[] = [];
    let [checked, n] = [0, 0];
    const kids = new Set<string>();
    for (const end = of.clock.now() + 3 * DAY; of.clock.now() < end; n++) {
      await of.rotateKeys();
      const issued = await (issuers[n % 3] ?? of.issue)(grant());
      kids.add(JSON.parse(Buffer.from(issued.token.split('.')[0] ?? '', 'base64url').toString()).kid);
      live.push(issued);
      while ((live[0]?.token_expires_at ?? Number.POSITIVE_INFINITY) <= of.clock.now()) live.shift();
      for (const { token } of [live[0], live.at(-1)] as { token: string }[]) {
        await (checkers[(n * 7) % 3] ?? of.check).forCall(token, bearer);
        checked++;
      }
      of.clock.advance(MINUTE + (n % 7) * 1000);
    }
    expect(kids.size).toBe(3);
    expect(checked).toBeGreaterThan(7000);
  });
});

describe('renewal with a heartbeat', () => {
  const running = (token?: string) => [{ ticket_id: 'ticket-1', attempt: 1, claim_id: 'c'.repeat(22), token }];
  const renew = () => createRenewTokens(of);

  it('answers a token that lives longer, of the same attempt and scopes, never beyond the attempt', async () => {
    const ends = s(of.clock.now() + 20 * MINUTE);
    const { token } = await of.issue(grant({ attempt_ends: ends }));
    of.clock.advance(10 * MINUTE);
    const [renewed] = await renew()('agent-1', running(token), caller);
    expect(renewed).toMatchObject({ ticket_id: 'ticket-1', attempt: 1, token_expires_at: (ends + 60) * 1000 });
    const [before, after] = [token, renewed?.token ?? ''].map(payloadOf);
    expect({ ...after, exp: 0, iat: 0, nbf: 0, jti: '' }).toEqual({ ...before, exp: 0, iat: 0, nbf: 0, jti: '' });
    expect(await of.check.forCall(renewed?.token, bearer)).toMatchObject({ scopes: before.scopes });
  });

  it('answers nothing where none was sent, and records one that is not of the attempt', async () => {
    expect(await renew()('agent-1', running(), caller)).toEqual([]);
    const { token } = await of.issue(grant({ attempt: 2 }));
    expect(await renew()('agent-1', running(token), caller)).toEqual([]);
    expect(of.refusals).toEqual([
      expect.objectContaining({ code: 'TOKEN_OF_ANOTHER_ATTEMPT', action: 'HeartbeatAgent' }),
    ]);
  });
});

it('keys are published as JWKS and as SPIFFE bundle, none of their private parts', async () => {
  await of.rotateKeys();
  const state = await ring();
  const [jwks, bundle] = [jwksOf(state), bundleOf(state)];
  expect(jwks.keys.map(({ kid, use, alg }) => [kid, use, alg])).toEqual([
    ['key-1', 'sig', 'ES256'],
    ['key-2', 'sig', 'ES256'],
  ]);
  expect(bundle).toMatchObject({ spiffe_sequence: state.sequence, spiffe_refresh_hint: 300 });
  expect(bundle.keys.every(({ use, kid }) => use === 'jwt-svid' && kid !== '')).toBe(true);
  expect(JSON.stringify([jwks, bundle])).not.toMatch(/wrapped|private|"d"/);
});

it('a refusal is an event of an aggregate of its own', async () => {
  const { ledger, clock } = of;
  const record = createRecordRefusal({ ledger, clock, sha256, newId: () => 'uuid-1', notice: async () => {} });
  const refusal = {
    code: 'TOKEN_EXPIRED',
    action: 'ReportTicket',
    principal: 'p',
    resource: 'Ticket::"t"',
    message: 'm',
  } as const;
  await record(refusal);
  expect((await ledger.loadAggregate('REFUSAL#uuid-1'))?.records[0]?.event).toEqual({
    type: 'AccessRefused',
    ...refusal,
  });
});
