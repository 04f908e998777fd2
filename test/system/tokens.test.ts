/** Tickets' tokens on the deployed stack: what is attacked with them, and what rotating their keys costs. */
import { createHmac, createPublicKey, randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { KMSClient } from '@aws-sdk/client-kms';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CLIENT_CONFIG } from '../../adapters/aws/client-config.ts';
import { createSignToken } from '../../adapters/crypto/token-signatures.ts';
import { createDynamoLedger } from '../../adapters/dynamodb/ledger.ts';
import { createKmsKeyMaker, createKmsUnwrap } from '../../adapters/kms/key-maker.ts';
import { sha256 } from '../../adapters/system/digest.ts';
import { connectMonitoring } from '../../bin/support/monitoring-client.ts';
import { newestRefusals } from '../../core/access/lists.ts';
import type { RefusalState } from '../../core/access/record-refusal.ts';
import { appendToKeyRing } from '../../core/credential/key-ring/append.ts';
import { rotateNow } from '../../core/credential/key-ring/rotate.ts';
import { KEY_RING } from '../../core/credential/key-ring/settings.ts';
import { type KeyRingEvent, type KeyRingState, signingKey } from '../../core/credential/key-ring/state.ts';
import { KEY_RING_AGGREGATE } from '../../core/ledger/aggregate.ts';
import type { Fence } from '../../core/messages/agent-api.ts';
import {
  api,
  codeOf,
  eventually,
  historyOf,
  outputs,
  planEnd,
  planOf,
  putPlan,
  table,
  ticketInPhase,
  unique,
} from './stack.ts';

const ledger = createDynamoLedger(table);
const kms = new KMSClient(CLIENT_CONFIG);
const sign = createSignToken(createKmsUnwrap(kms));
const capability = unique('token');
const holder = unique('bearer');

const ring = async () => {
  const standing = await ledger.loadState<KeyRingState>(KEY_RING_AGGREGATE);
  if (standing === undefined) throw new Error('there is no ring');
  return standing;
};
const payloadOf = (token: string) => JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
const b64 = (of: unknown) => Buffer.from(JSON.stringify(of)).toString('base64url');

beforeAll(() =>
  api.register({ agent_id: holder, capabilities: [capability], capacity: 5, heartbeat_interval_ms: 300_000 }),
);
afterAll(() => api.remove(holder));

/** Its attempts have three minutes, longer than any test here holds one. */
async function claimed(name: string) {
  const planId = unique(name);
  const plan = planOf(planId, { a: [] }, capability);
  await putPlan({ ...plan, tasks: plan.tasks.map((task) => ({ ...task, estimated_duration_ms: 60_000 })) });
  const { ticket_id } = await ticketInPhase(planId, 'a', 'assigned');
  const fence: Fence = { agent_id: holder, attempt: 1, claim_id: randomBytes(24).toString('base64url') };
  const { token } = await api.claim(ticket_id, fence);
  const report = (of: string | undefined) => {
    const result = { ticket_id, agent_id: holder, status: 'COMPLETED', timestamp: Date.now(), schema_version: 1 };
    return api.report(ticket_id, { attempt: 1, claim_id: fence.claim_id, result: result as never }, of);
  };
  return { planId, ticket_id, fence, token, report };
}

async function apply(events: readonly KeyRingEvent[]): Promise<void> {
  const standing = await ring();
  await ledger.commit([appendToKeyRing(standing, events, Date.now(), sha256).write]);
}

describe('a token that is not of the attempt', () => {
  it('is refused, each kind with its own code, and the ticket is unharmed', async () => {
    const mine = await claimed('attacked');
    const another = await claimed('another');
    const claims = payloadOf(mine.token);
    const signing = signingKey((await ring()).state);
    if (signing === undefined) throw new Error('no key signs');
    const made = (changes: object) => sign({ ...claims, ...changes }, signing);
    const now = Math.floor(Date.now() / 1000);
    const [, body] = mine.token.split('.');
    const pem = createPublicKey({ key: { ...signing.public_jwk }, format: 'jwk' }).export({
      format: 'pem',
      type: 'spki',
    });
    const hs256 = `${b64({ alg: 'HS256', kid: signing.kid })}.${body}`;
    const attacks: [string, string | undefined][] = [
      ['TOKEN_MISSING', undefined],
      ['TOKEN_OF_ANOTHER_TICKET', another.token],
      ['TOKEN_OF_ANOTHER_ATTEMPT', await made({ attempt: 2 })],
      ['TOKEN_OF_ANOTHER_AGENT', await made({ sub: claims.sub.replace(holder, 'somebody') })],
      ['TOKEN_EXPIRED', await made({ iat: now - 100, nbf: now - 100, exp: now - 1 })],
      ['TOKEN_INVALID', `${b64({ alg: 'none' })}.${body}.AAAA`],
      ['TOKEN_INVALID', `${hs256}.${createHmac('sha256', pem).update(hs256).digest('base64url')}`],
      ['TOKEN_INVALID', `${mine.token}=`],
    ];
    for (const [code, token] of attacks) {
      expect(await codeOf(mine.report(token))).toBe(code);
      expect(await codeOf(api.heartbeatTicket(mine.ticket_id, mine.fence, token))).toBe(code);
    }
    const refused = (await newestRefusals<RefusalState>(ledger, 100)).filter(
      ({ ticket_id }) => ticket_id === mine.ticket_id,
    );
    // Twice each: the report, and the sign of life.
    expect(refused.map(({ code }) => code).sort()).toEqual(attacks.flatMap(([code]) => [code, code]).sort());
    expect((await historyOf(`TICKET#${mine.ticket_id}`)).map(({ event }) => event.type)).toEqual([
      ...['TicketCreated', 'TicketReady', 'TicketAssigned', 'TicketStarted'],
    ]);
    expect(await mine.report(mine.token)).toMatchObject({ status: 'COMPLETED' });
    expect(await codeOf(api.heartbeatTicket(mine.ticket_id, mine.fence, mine.token))).toBe('TICKET_FINISHED');
    expect((await planEnd(mine.planId)).phase).toBe('completed');
    await another.report(another.token);
  });

  it('counts no more once it is revoked', async () => {
    const mine = await claimed('revoked');
    await connectMonitoring({ stage: 'test', outputs: { ...outputs } as never }).revokeToken(mine.ticket_id, {
      why: 'tried',
    });
    expect(await codeOf(mine.report(mine.token))).toBe('TOKEN_REVOKED');
    expect(await codeOf(api.heartbeatTicket(mine.ticket_id, mine.fence, mine.token))).toBe('TOKEN_REVOKED');
  });
});

describe('keys of tokens', () => {
  it('are published', async () => {
    const response = await fetch(`${outputs.KeysUrl}/.well-known/jwks.json`);
    const { keys } = (await response.json()) as { keys: { kid: string }[] };
    expect(keys.map(({ kid }) => kid)).toContain(signingKey((await ring()).state)?.kid);
    const bundle = await fetch(`${outputs.KeysUrl}/.well-known/spiffe-bundle.json`);
    expect(await bundle.json()).toMatchObject({ spiffe_sequence: expect.any(Number), spiffe_refresh_hint: 300 });
  });

  it('rotate under load without one refused call', async () => {
    const mine = await claimed('rotated');
    const refused: string[] = [];
    const kids = new Set<string>();
    let calls = 0;
    await apply([
      rotateNow((await ring()).state, Date.now(), { by: 'test', why: 'load' }, { ...KEY_RING, publish_lead_ms: 0 }),
    ]);
    // As long as a ring may be kept, and some.
    for (const end = Date.now() + KEY_RING.cache_ms + 10_000; Date.now() < end; calls++) {
      const { token } = await api.claim(mine.ticket_id, mine.fence);
      kids.add(JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()).kid);
      for (const of of [mine.token, token]) {
        const code = await codeOf(api.heartbeatTicket(mine.ticket_id, mine.fence, of));
        if (code !== 'no error') refused.push(code);
      }
      await sleep(100);
    }
    expect(refused).toEqual([]);
    expect(kids.size).toBe(2);
    expect(calls).toBeGreaterThan(20);
    await mine.report(mine.token);
  });

  it('that were rotated out sign nothing that counts', async () => {
    const mine = await claimed('rotated-out');
    const out = await createKmsKeyMaker(kms, outputs.TokenKeyArn).make();
    await apply([
      { type: 'KeyAdded', ...out },
      { type: 'KeyRevoked', kid: out.kid, operator: { by: 'test', why: 'rotated out' } },
    ]);
    const key = { ...out, phase: 'standby' as const, private: out, added_at: 0 };
    const token = await sign(payloadOf(mine.token), key);
    await eventually('the ring is read anew', async () =>
      (await codeOf(mine.report(token))) === 'TOKEN_KEY_RETIRED' ? true : undefined,
    );
    await mine.report(mine.token);
  });
});
