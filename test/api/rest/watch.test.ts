import { beforeEach, describe, expect, it } from 'vitest';
import { sha256 } from '../../../adapters/system/digest.ts';
import { createRestApp } from '../../../api/rest/app.ts';
import { createAccess } from '../../support/access.ts';
import { createMonitoredHive, type MonitoredHive } from '../../support/monitored-hive.ts';
import { started } from '../../support/scene.ts';

const ops = { by: 'ops', why: 'because' };
let hive: MonitoredHive;
beforeEach(async () => {
  hive = createMonitoredHive();
  await hive.scene.plan({ plan_id: 'p' }, ...started);
});

const appThat = (streaming: boolean) => {
  return createRestApp({
    ...{ ...hive.served, sha256, streaming },
    ...createAccess(hive),
    identityOf: () => ({ kind: 'local', key: 'ada' }),
  });
};
const watch = (streaming: boolean, path = '/v1/plans/p/watch', headers: Record<string, string> = {}) =>
  appThat(streaming).request(path, { headers: { accept: 'text/event-stream', ...headers } });

/** What an EventSource makes of a text: the events it dispatches, and the last id it has. */
function heard(text: string): { types: string[]; lastId: string; data: unknown[] } {
  const types: string[] = [];
  const data: unknown[] = [];
  let lastId = '';
  for (const block of text.split('\n\n').slice(0, -1)) {
    const fields = block.split('\n').map((line) => /^(\w*): ?(.*)$/.exec(line)?.slice(1) ?? []);
    const fieldOf = (name: string) => fields.find(([field]) => field === name)?.[1];
    lastId = fieldOf('id') ?? lastId;
    const said = fieldOf('data');
    if (said === undefined) continue;
    types.push(fieldOf('event') ?? 'message');
    data.push(JSON.parse(said));
  }
  return { types, lastId, data };
}

describe('Watching a plan with an EventSource', () => {
  it('tells what there is, and goes on behind it by the id of the last event, where answers cannot stream', async () => {
    const first = await watch(false);
    expect(first.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    const text = await first.text();
    expect(text.startsWith('retry: ')).toBe(true);
    const { types, lastId, data } = heard(text);
    expect(types).toEqual(['PlanReceived', 'TicketCreated', 'PlanAccepted', 'PlanStarted']);
    expect(data[0]).toMatchObject({ event_id: 'PLAN#p@1', type: 'PlanReceived', plan_id: 'p' });
    await hive.scene.planEvents('p', { type: 'PlanCancelled', ...ops });
    // It comes back to the address that it began with, so that `after` is older than its id.
    const begun = heard(await (await watch(false, '/v1/plans/p/watch?limit=1')).text()).lastId;
    const again = await watch(false, `/v1/plans/p/watch?after=${begun}`, { 'last-event-id': lastId });
    const rest = heard(await again.text());
    expect(rest.types).toEqual(['PlanCancelled', 'end']);
    const over = await watch(false, '/v1/plans/p/watch', { 'last-event-id': rest.lastId });
    expect([over.status, await over.text()]).toEqual([204, '']);
  });

  it('streams until the plan has ended, where answers can', async () => {
    const response = await watch(true);
    const reader = response.body?.getReader();
    if (reader === undefined) throw new Error('it streams');
    const read = async () => new TextDecoder().decode((await reader.read()).value);
    const first = await read();
    expect(heard(first).types).toEqual(['PlanReceived', 'TicketCreated', 'PlanAccepted', 'PlanStarted']);
    await hive.scene.planEvents('p', { type: 'PlanCancelled', ...ops });
    let types: string[] = [];
    while (types.length === 0) types = heard(await read()).types;
    expect(types).toEqual(['PlanCancelled', 'end']);
    expect((await reader.read()).done).toBe(true);
    const over = await watch(true, '/v1/plans/p/watch', { 'last-event-id': heard(first).lastId });
    expect(heard(await over.text()).types).toEqual(['PlanCancelled', 'end']);
  });

  it('looks no further once nobody listens', async () => {
    const response = await watch(true);
    const reader = response.body?.getReader();
    await reader?.read();
    await reader?.read();
    let looks = 0;
    const { loadPlan } = hive.reader;
    Object.assign(hive.reader, {
      loadPlan: (id: string) => {
        looks++;
        return loadPlan(id);
      },
    });
    await reader?.cancel();
    const after = looks;
    await new Promise((resolve) => setImmediate(resolve));
    expect(looks).toBe(after);
  });

  it.each([true, false])(
    'refuses a plan that is not there before anything is sent (streaming: %s)',
    async (streaming) => {
      const response = await watch(streaming, '/v1/plans/nobody/watch');
      expect(response.status).toBe(404);
      expect(response.headers.get('content-type')).toBe('application/problem+json');
    },
  );

  it('answers who takes JSON with one page, after at most the wait', async () => {
    const app = appThat(true);
    const first = (await (await app.request('/v1/plans/p/watch')).json()) as { items: unknown[]; next_cursor: string };
    expect(first.items).toHaveLength(4);
    const before = hive.clock.now();
    const nothing = await app.request(`/v1/plans/p/watch?wait_s=5&after=${first.next_cursor}`);
    expect(await nothing.json()).toMatchObject({ items: [], ended: false });
    expect(hive.clock.now() - before).toBe(5000);
  });
});
