import { beforeEach, describe, expect, it } from 'vitest';
import { sha256 } from '../../../adapters/system/digest.ts';
import { createRestApp } from '../../../api/rest/app.ts';
import { openApiDocument } from '../../../api/rest/openapi.ts';
import { ROUTES } from '../../../api/rest/routes.ts';
import { problem } from '../../../core/messages/agent-api.ts';
import { createAccess } from '../../support/access.ts';
import {
  AWKWARD_ID,
  createMonitoredHive,
  fill,
  type MonitoredHive,
  SECRET_TEXTS,
} from '../../support/monitored-hive.ts';

let hive: MonitoredHive;
let faults: unknown[];
let app: ReturnType<typeof createRestApp>;

beforeEach(async () => {
  hive = createMonitoredHive();
  faults = [];
  await fill(hive);
  app = createRestApp({
    ...{ ...hive.served, sha256, streaming: false },
    identityOf: () => ({ kind: 'local', key: 'arn:aws:iam::1:user/ada' }),
    ...createAccess(hive),
    onError: (error, { status }) => {
      if (status >= 500) faults.push(error);
    },
  });
});

const get = (path: string, headers: Record<string, string> = {}) => app.request(path, { headers });
const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
  app.request(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
const refusal = async (answer: Response | Promise<Response>) => {
  const response = await answer;
  expect(response.headers.get('content-type')).toBe('application/problem+json');
  const told = problem.parse(await response.json());
  expect(told.status).toBe(response.status);
  return `${told.status} ${told.code}`;
};
const idOf = async (kind: 'tickets' | 'incidents') => {
  const path = kind === 'tickets' ? '/v1/plans/plan-running/tickets' : '/v1/incidents';
  const { items } = (await (await get(path)).json()) as { items: { ticket_id: string; incident_id: string }[] };
  return (kind === 'tickets' ? items[0]?.ticket_id : items[0]?.incident_id) ?? '';
};

/** Every path that reads, with an id of something that is there. */
async function readPaths(): Promise<string[]> {
  const plans = (await hive.monitor.listPlans({ limit: 100 })).items.map(({ plan_id }) => plan_id);
  const ids: Record<string, string[]> = {
    plans,
    tickets: (await Promise.all(plans.map((id) => hive.reader.listTicketIds(id)))).flat(),
    agents: ['worker-1'],
    incidents: (await hive.monitor.listIncidents({ limit: 100 })).items.map(({ incident_id }) => incident_id),
  };
  return ROUTES.filter(({ method }) => method === 'get').flatMap(({ path }) =>
    path.includes('{id}')
      ? (ids[path.split('/')[2] ?? ''] ?? []).map((id) => path.replace('{id}', encodeURIComponent(id)))
      : [path],
  );
}

describe('The scheduling strategy', () => {
  const put = (body: unknown, headers: Record<string, string> = {}) =>
    app.request('/v1/strategy', {
      method: 'PUT',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
  const said = { strategy: 'critical-first', why: 'release night', for_ms: 60_000 };

  it('is put, and told with who said so', async () => {
    const answer = await put(said);
    expect([answer.status, await answer.json()]).toEqual([
      200,
      { id: 'strategy', phase: 'critical-first', changed: true },
    ]);
    expect(await (await get('/v1/strategy')).json()).toMatchObject({
      strategy: 'critical-first',
      override: { by: 'arn:aws:iam::1:user/ada', why: 'release night' },
    });
  });

  it('is put only as it was seen, where the caller asks for that', async () => {
    const etag = (await get('/v1/strategy')).headers.get('etag') ?? '';
    expect((await put(said, { 'if-match': etag })).status).toBe(200);
    expect(await refusal(put(said, { 'if-match': etag }))).toBe('412 PRECONDITION_FAILED');
  });

  it('is refused where there is no such one, no reason, or for too long', async () => {
    expect(await refusal(put({ ...said, strategy: 'fastest' }))).toBe('400 MESSAGE_INVALID');
    expect(await refusal(put({ strategy: 'auto' }))).toBe('400 MESSAGE_INVALID');
    expect(await refusal(put({ ...said, for_ms: 8 * 86_400_000 }))).toBe('422 OVERRIDE_TOO_LONG');
  });

  it('takes no other method, and says which it takes', async () => {
    const answer = await post('/v1/strategy', said);
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET, HEAD, PUT']);
  });
});

describe('Reading', () => {
  it('is answered on every path, and nothing that is answered holds a task token or a claim', async () => {
    const paths = await readPaths();
    expect(paths.length).toBeGreaterThan(60);
    for (const path of paths) {
      const response = await get(path);
      expect([path, response.status]).toEqual([path, 200]);
      const text = await response.text();
      for (const secret of SECRET_TEXTS) expect(text, path).not.toContain(secret);
    }
    expect(faults).toEqual([]);
  });

  it('takes ids of any text, percent-encoded once', async () => {
    const response = await get(`/v1/plans/${encodeURIComponent(AWKWARD_ID)}`);
    expect(await response.json()).toMatchObject({ plan_id: AWKWARD_ID });
    expect(await refusal(get(`/v1/plans/${encodeURIComponent(encodeURIComponent(AWKWARD_ID))}`))).toBe(
      '404 PLAN_UNKNOWN',
    );
  });

  it('is answered with a strong entity tag, and with 304 while nothing has changed', async () => {
    const first = await get('/v1/plans/plan-running');
    const etag = first.headers.get('etag') ?? '';
    expect(etag).toMatch(/^"[0-9a-f]{32}"$/);
    for (const known of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
      const again = await get('/v1/plans/plan-running', { 'if-none-match': known });
      expect([known, again.status, await again.text()]).toEqual([known, 304, '']);
      expect(again.headers.get('etag')).toBe(etag);
    }
    await post('/v1/plans/plan-running/pause', { why: 'w' });
    const changed = await get('/v1/plans/plan-running', { 'if-none-match': etag });
    expect(changed.status).toBe(200);
    expect(changed.headers.get('etag')).not.toBe(etag);
  });

  it('answers HEAD as GET, without the body', async () => {
    const head = await app.request('/v1/agents', { method: 'HEAD' });
    const whole = await get('/v1/agents');
    expect([head.status, await head.text()]).toEqual([200, '']);
    expect(head.headers.get('etag')).toBe(whole.headers.get('etag'));
  });

  it('goes from page to page by the cursor', async () => {
    const told: string[] = [];
    for (let path: string | undefined = '/v1/plans?limit=3'; path !== undefined; ) {
      const { items, next_cursor } = (await (await get(path)).json()) as {
        items: { plan_id: string }[];
        next_cursor?: string;
      };
      told.push(...items.map(({ plan_id }) => plan_id));
      path = next_cursor === undefined ? undefined : `/v1/plans?limit=3&cursor=${next_cursor}`;
    }
    expect(new Set(told).size).toBe(10);
    expect(told).toHaveLength(10);
  });
});

describe('A call that makes no sense', () => {
  it.each([
    ['/v1/plans?limit=0', '400 MESSAGE_INVALID'],
    ['/v1/plans?limit=101', '400 MESSAGE_INVALID'],
    ['/v1/plans?limit=', '400 MESSAGE_INVALID'],
    ['/v1/plans?limit=1e1', '400 MESSAGE_INVALID'],
    ['/v1/plans?limit=2&limit=3', '400 MESSAGE_INVALID'],
    ['/v1/plans?limits=3', '400 MESSAGE_INVALID'],
    ['/v1/plans?__proto__=3', '400 MESSAGE_INVALID'],
    ['/v1/plans?cursor=nonsense', '400 CURSOR_INVALID'],
    ['/v1/plans/plan-running/watch?wait_s=21', '400 MESSAGE_INVALID'],
    ['/v1/plans/%E0%A4%A', '400 MESSAGE_INVALID'],
    [`/v1/plans/${'x'.repeat(257)}`, '400 MESSAGE_INVALID'],
    ['/v1/plans/nobody', '404 PLAN_UNKNOWN'],
    ['/v1/plans/nobody/timeline', '404 PLAN_UNKNOWN'],
    ['/v1/plans/nobody/watch', '404 PLAN_UNKNOWN'],
    ['/v1/tickets/no-uuid', '404 TICKET_UNKNOWN'],
    ['/v1/tickets/no-uuid/explanation', '404 TICKET_UNKNOWN'],
    ['/v1/plans/', '404 ROUTE_UNKNOWN'],
    ['/v1/plans//tickets', '404 ROUTE_UNKNOWN'],
    ['/v2/plans', '404 ROUTE_UNKNOWN'],
    ['/', '404 ROUTE_UNKNOWN'],
  ])('GET %s is refused with %s', async (path, told) => {
    expect(await refusal(get(path))).toBe(told);
    expect(faults).toEqual([]);
  });

  it.each([
    ['GET', '/v1/plans/p/pause', 'POST'],
    ['DELETE', '/v1/plans/p', 'GET, HEAD'],
    ['POST', '/v1/plans', 'GET, HEAD'],
    ['PATCH', '/v1/openapi.json', 'GET, HEAD'],
    ['OPTIONS', '/v1/tickets/t/skip', 'POST'],
  ])('%s %s is refused with what the path takes', async (method, path, allow) => {
    const response = await app.request(path, { method });
    expect(response.headers.get('allow')).toBe(allow);
    expect(await refusal(response)).toBe('405 METHOD_NOT_ALLOWED');
  });

  it.each<[string, unknown, Record<string, string>, string]>([
    ['no reason', {}, {}, '400 MESSAGE_INVALID'],
    ['an empty reason', { why: '' }, {}, '400 MESSAGE_INVALID'],
    ['a reason too long', { why: 'x'.repeat(1001) }, {}, '400 MESSAGE_INVALID'],
    ['half a surrogate pair', '{"why":"\\ud800"}', {}, '400 MESSAGE_INVALID'],
    ['no JSON', '{"why":', {}, '400 MESSAGE_INVALID'],
    ['no object', '[]', {}, '400 MESSAGE_INVALID'],
    ['no body', '', {}, '400 MESSAGE_INVALID'],
    ['another type', 'why=x', { 'content-type': 'text/plain' }, '415 MEDIA_TYPE_UNSUPPORTED'],
    ['a megabyte', { why: 'x'.repeat(1_000_001) }, {}, '413 MESSAGE_TOO_LARGE'],
  ])('a verb with %s is refused', async (_, body, headers, told) => {
    expect(await refusal(post('/v1/plans/plan-running/pause', body, headers))).toBe(told);
    expect((await hive.monitor.getPlan('plan-running')).phase).toBe('running');
  });

  it('that breaks on our side is told as INTERNAL, with nothing of what it was', async () => {
    hive.monitor.getPlan = async () => {
      throw new Error('the password is hunter2');
    };
    const response = await get('/v1/plans/p');
    expect(await response.clone().text()).not.toContain('hunter2');
    expect(await refusal(response)).toBe('500 INTERNAL');
    expect(faults).toMatchObject([{ message: 'the password is hunter2' }]);
  });
});

describe("An operator's verb", () => {
  it('is done in the name of the caller, once, and told', async () => {
    const first = await post('/v1/plans/plan-running/pause', { why: 'smoke', on_behalf_of: 'grace' });
    expect(await first.json()).toEqual({ id: 'plan-running', phase: 'paused', changed: true });
    const again = await post('/v1/plans/plan-running/pause', { why: 'smoke' });
    expect(await again.json()).toEqual({ id: 'plan-running', phase: 'paused', changed: false });
    expect((await hive.monitor.getPlan('plan-running')).interventions).toMatchObject([
      { type: 'PlanPaused', by: 'arn:aws:iam::1:user/ada for grace', why: 'smoke' },
    ]);
  });

  it('is refused where the phase does not allow it', async () => {
    expect(await refusal(post('/v1/plans/plan-completed/pause', { why: 'w' }))).toBe('409 PLAN_PHASE_WRONG');
    expect(await refusal(post('/v1/plans/nobody/pause', { why: 'w' }))).toBe('404 PLAN_UNKNOWN');
  });

  it('skips a ticket with the output that is given', async () => {
    const { items } = await hive.monitor.listTickets('plan-running', { limit: 10 });
    const waiting = items.find(({ phase }) => phase === 'backing_off')?.ticket_id ?? '';
    const answer = await post(`/v1/tickets/${waiting}/skip`, { why: 'by hand', output: { url: 'x' } });
    expect(await answer.json()).toEqual({ id: waiting, phase: 'skipped', changed: true });
    const ticket = (await (await get(`/v1/tickets/${waiting}`)).json()) as { result: unknown };
    expect(ticket.result).toMatchObject({ success: true, output: { url: 'x' } });
  });

  it('is done only on what the caller has seen, where it says so', async () => {
    const etag = (await get('/v1/plans/plan-running')).headers.get('etag') ?? '';
    const stale = await post('/v1/plans/plan-running/pause', { why: 'w' }, { 'if-match': '"other"' });
    expect(await refusal(stale)).toBe('412 PRECONDITION_FAILED');
    expect((await hive.monitor.getPlan('plan-running')).phase).toBe('running');
    const weak = await post('/v1/plans/plan-running/pause', { why: 'w' }, { 'if-match': `W/${etag}` });
    expect(await refusal(weak)).toBe('412 PRECONDITION_FAILED');
    expect((await post('/v1/plans/plan-running/pause', { why: 'w' }, { 'if-match': etag })).status).toBe(200);
    const gone = await post('/v1/plans/nobody/pause', { why: 'w' }, { 'if-match': '*' });
    expect(await refusal(gone)).toBe('404 PLAN_UNKNOWN');
    const id = await idOf('incidents');
    expect((await post(`/v1/incidents/${id}/resolve`, { why: 'w' }, { 'if-match': '*' })).status).toBe(200);
  });
});

describe('The document', () => {
  it('is served, and names every route', async () => {
    const response = await get('/v1/openapi.json');
    const document = (await response.json()) as { openapi: string; paths: Record<string, Record<string, unknown>> };
    expect(document).toEqual(JSON.parse(JSON.stringify(openApiDocument())));
    const told = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method} ${path}`),
    );
    expect(told.sort()).toEqual(ROUTES.map(({ method, path }) => `${method} ${path}`).sort());
  });

  it('refers to no schema that it does not have, and has none that nothing refers to', () => {
    const document = openApiDocument() as { components: { schemas: Record<string, unknown> } };
    const refs = [...JSON.stringify(document).matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name);
    expect([...new Set(refs)].sort()).toEqual(Object.keys(document.components.schemas).sort());
  });
});
