import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { sha256 } from '../../../adapters/system/digest.ts';
import { createRestApp } from '../../../api/rest/app.ts';
import { MAX_FORM_BYTES } from '../../../api/rest/form.ts';
import { openApiDocument } from '../../../api/rest/openapi.ts';
import { introspectionAnswer } from '../../../core/messages/token-api.ts';
import type { TicketSpec } from '../../../core/ticket/state.ts';
import { createAccess } from '../../support/access.ts';
import { createMonitoredHive, fill } from '../../support/monitored-hive.ts';
import { createTokens } from '../../support/ring.ts';
import { started, steps } from '../../support/scene.ts';

const FORM = 'application/x-www-form-urlencoded';
const arn = (name: string) => `arn:aws:iam::123456789012:role/${name}`;
const INACTIVE = { status: 200, body: { active: false } };

let hive: ReturnType<typeof createMonitoredHive>;
let ticket: TicketSpec;
let token: string;
let ask: (body: string, type?: string | null, as?: string) => Promise<{ status: number; body: unknown }>;

beforeEach(async () => {
  hive = createMonitoredHive();
  await fill(hive);
  [ticket] = (await hive.scene.plan({ plan_id: 'plan-live' }, ...started)) as [TicketSpec];
  await hive.scene.ticketEvents(ticket, [steps.ready, steps.assigned(), steps.started()]);
  const ends = Math.floor(hive.clock.now() / 1000) + 600;
  const grant = { plan_id: 'plan-live', ticket_id: ticket.ticket_id, attempt: 1, agent_id: 'worker-1' };
  token = (await createTokens(hive).issue({ ...grant, scopes: ['ticket:report'], attempt_ends: ends })).token;
  let who = '';
  const roles = {
    [arn('sec')]: ['security'],
    [arn('other')]: { roles: ['security'], tenants: ['other'] },
    [arn('sre')]: ['sre'],
  };
  const app = createRestApp({
    ...{ ...hive.served, sha256, streaming: false, ...createAccess(hive, { roles }) },
    identityOf: () => ({ kind: 'iam', arn: arn(who), source: '192.0.2.1' }),
  });
  ask = async (body, type = FORM, as = 'sec') => {
    who = as;
    // Without a type of its own a text would be sent as text/plain.
    const sent = { method: 'POST', headers: type === null ? {} : { 'content-type': type } };
    const answer = await app.request('/v1/tokens/introspect', { ...sent, body: new TextEncoder().encode(body) });
    return { status: answer.status, body: await answer.json() };
  };
});
const form = (params: Record<string, string>) => new URLSearchParams(params).toString();
const refused = (status: number, code: string) => ({ status, body: { code } });

describe('Introspection', () => {
  it('takes a form, as RFC 7662 has it, and says what a token of a live attempt is of', async () => {
    const { status, body } = await ask(form({ token, token_type_hint: 'access_token' }));
    expect(status).toBe(200);
    const about = { active: true, token_type: 'JWT-SVID', client_id: 'worker-1', ticket_id: ticket.ticket_id };
    expect(introspectionAnswer.parse(body)).toMatchObject({ ...about, attempt: 1, scope: 'ticket:report' });
  });

  it('takes the charset, parameters of the client itself, and JSON as well', async () => {
    const active = { status: 200, body: { active: true } };
    expect(await ask(form({ token, client_id: 'x', client_assertion: '' }), `${FORM}; charset=UTF-8`)).toMatchObject(
      active,
    );
    expect(await ask(JSON.stringify({ token }), 'application/json')).toMatchObject(active);
    expect(await ask(JSON.stringify({ token }), null)).toMatchObject(active);
  });

  it('says of whatever is not live that it is not active, and no more', async () => {
    const [head, claims, signature = ''] = token.split('.');
    const forged = `${head}.${claims}.${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`;
    for (const other of ['x', 'a.b.c', forged, `${token} `, token.slice(1)])
      expect(await ask(form({ token: other }))).toEqual(INACTIVE);
    await hive.scene.ticketEvents(ticket, [steps.failedOnce()]);
    expect(await ask(form({ token }))).toEqual(INACTIVE);
  });

  it('says of an expired token that it is not active', async () => {
    hive.clock.advance(3_600_000);
    expect(await ask(form({ token }))).toEqual(INACTIVE);
  });

  it('knows no token of another tenant’s ticket', async () => {
    expect(await ask(form({ token }), FORM, 'other')).toEqual(INACTIVE);
  });

  it('is for security alone', async () => {
    expect(await ask(form({ token }), FORM, 'sre')).toMatchObject(refused(403, 'POLICY_DENIED'));
  });
});

describe('A body that readers could differ about', () => {
  it('is refused where a member comes twice, however it is spelt', async () => {
    const twice = refused(400, 'MESSAGE_INVALID');
    for (const body of [
      `token=${token}&token=x`,
      `token=x&%74oken=${token}`,
      `token=&token=${token}`,
      `a=1&a=2&token=${token}`,
    ])
      expect(await ask(body)).toMatchObject(twice);
    for (const body of [`{"token":"x","token":"${token}"}`, `{"\\u0074oken":"x","token":"${token}"}`])
      expect(await ask(body, 'application/json')).toMatchObject(twice);
  });

  it('is refused where it is no URL-encoded UTF-8, has no token, or one that cannot be any', async () => {
    const bad = ['', 'token', 'token=', 'token=%', 'token=%zz', 'token=%ff', 'Token=x', `token=${'x'.repeat(8193)}`];
    for (const body of bad) expect(await ask(body)).toMatchObject(refused(400, 'MESSAGE_INVALID'));
    const many = Array.from({ length: 40 }, (_, at) => `p${at}=1`).join('&');
    expect(await ask(`token=${token}&${many}`)).toMatchObject(refused(400, 'MESSAGE_INVALID'));
  });

  it('is refused where it is too large', async () => {
    expect(await ask(`token=x&other=${'x'.repeat(MAX_FORM_BYTES)}`)).toMatchObject(refused(413, 'MESSAGE_TOO_LARGE'));
  });

  it('is refused where it is of another type', async () => {
    const types = [
      'text/plain',
      'multipart/form-data; boundary=x',
      `${FORM}x`,
      `${FORM}; charset=utf-16`,
      `${FORM}, application/json`,
    ];
    for (const type of types)
      expect(await ask(form({ token }), type)).toMatchObject(refused(415, 'MEDIA_TYPE_UNSUPPORTED'));
  });

  it('is never answered with a fault of ours, nor with a token that it does not have', async () => {
    const piece = fc.oneof(
      fc.constantFrom('token', '=', '&', '%', '+', '%74', '%00', '%ff', ';', '[]', token, '{"token":"', '"}'),
      fc.string({ unit: 'binary', maxLength: 8 }),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(piece, { maxLength: 12 }),
        fc.constantFrom(FORM, 'application/json'),
        async (pieces, type) => {
          const text = pieces.join('');
          const { status, body } = await ask(text, type);
          expect([200, 400]).toContain(status);
          if ((body as { active?: boolean }).active) expect(text).toContain(token);
        },
      ),
      { numRuns: 300, seed: 11 },
    );
  });
});

it('The document says that introspection takes a form', () => {
  const { paths } = openApiDocument() as {
    paths: Record<string, Record<string, { requestBody: { content: object } }>>;
  };
  expect(Object.keys(paths['/v1/tokens/introspect']?.post?.requestBody.content ?? {})).toEqual([
    FORM,
    'application/json',
  ]);
});
