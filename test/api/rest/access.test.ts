import { beforeEach, expect, it } from 'vitest';
import { sha256 } from '../../../adapters/system/digest.ts';
import { createRestApp } from '../../../api/rest/app.ts';
import * as messages from '../../../core/messages/access-api.ts';
import { enrolAnswer, enrolmentList } from '../../../core/messages/enrolment-api.ts';
import { createAccess } from '../../support/access.ts';
import { createMonitoredHive, fill } from '../../support/monitored-hive.ts';

const arn = (name: string) => `arn:aws:iam::123456789012:role/${name}`;
let call: (as: string, path: string, body?: object) => Promise<{ status: number; body: unknown }>;

beforeEach(async () => {
  const hive = createMonitoredHive();
  await fill(hive);
  const roles = { [arn('sec')]: ['security'], [arn('sre')]: ['sre'] };
  let who = '';
  const app = createRestApp({
    ...{ ...hive.served, sha256, streaming: false, ...createAccess(hive, { roles }) },
    identityOf: () => ({ kind: 'iam', arn: arn(who), source: '192.0.2.1' }),
  });
  call = async (as, path, body) => {
    who = as;
    const post = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
    const answer = await app.request(path, body === undefined ? {} : post);
    return { status: answer.status, body: await answer.json() };
  };
});

it('grants a role, which counts from the next call on, and commits what allowed a verb with it', async () => {
  const pause = () => call('ada', '/v1/plans/plan-running/pause', { why: 'w' });
  expect(await pause()).toMatchObject({ status: 403, body: { code: 'POLICY_DENIED' } });
  const grant = { principal: arn('ada'), role: 'operator', tenants: ['*'], why: 'on call' };
  expect(await call('sec', '/v1/access/grant', grant)).toMatchObject({ status: 200, body: { changed: true } });
  expect(await pause()).toMatchObject({ status: 200, body: { phase: 'paused' } });
  const timeline = await call('ada', '/v1/plans/plan-running/timeline');
  expect(JSON.stringify(timeline.body)).toContain('PlanPaused');
});

it('tells who has what, what was refused, and who calls, as its schemas say', async () => {
  await call('mallory', '/v1/plans');
  const refusals = messages.refusalList.parse((await call('sec', '/v1/access/refusals')).body);
  expect(refusals.items).toMatchObject([{ principal: arn('mallory'), code: 'POLICY_DENIED', source: '192.0.2.1' }]);
  const grants = messages.grantList.parse((await call('sec', '/v1/access/grants')).body);
  expect(grants.items.map(({ principal }) => principal)).toEqual([arn('sec'), arn('sre')]);
  expect(messages.signalList.parse((await call('sec', '/v1/access/signals')).body).items).toEqual([]);
  expect(messages.callerView.parse((await call('sre', '/v1/access/caller')).body)).toMatchObject({ roles: ['sre'] });
});

it('lets an sre break glass, but grant nothing, and security run nothing', async () => {
  expect((await call('sre', '/v1/access/break-glass', { why: 'it burns', for_ms: 60_000 })).status).toBe(200);
  const grant = { principal: arn('ada'), role: 'operator', why: 'w' };
  expect((await call('sre', '/v1/access/grant', grant)).status).toBe(403);
  expect((await call('sre', '/v1/plans/plan-running/pause', { why: 'w' })).status).toBe(200);
  expect((await call('sec', '/v1/plans/plan-running/resume', { why: 'w' })).status).toBe(403);
  expect(await call('sec', '/v1/access/grant', { ...grant, principal: arn('sec') })).toMatchObject({
    body: { code: 'GRANT_TO_ONESELF' },
  });
});

it('lets security say whose agent it is, and nobody else; of whom it is, is told to who is of all tenants', async () => {
  const path = '/v1/agents/worker-1';
  const give = { to: arn('new'), why: 'the role was renamed' };
  expect(await call('sre', `${path}/hand-over`, give)).toMatchObject({ status: 403, body: { code: 'POLICY_DENIED' } });
  expect(await call('sec', `${path}/hand-over`, give)).toEqual({
    ...{ status: 200, body: { id: 'worker-1', phase: 'handed_over', changed: true } },
  });
  expect((await call('sre', path)).body).toMatchObject({ owner: arn('new') });
  expect((await call('sec', '/v1/agents/nobody/hand-over', give)).status).toBe(404);
  expect((await call('sec', `${path}/hand-over`, { to: '', why: 'w' })).status).toBe(400);
});

it('withdraws an enrolment that was made, and lists it so, for whoever enrols', async () => {
  const enrol = { capabilities: ['build'], tenants: ['acme'], why: 'new rack' };
  const { body: made } = await call('sec', '/v1/agents/builder-7/enrol', enrol);
  const { enrolment_id } = enrolAnswer.parse(made);
  const path = `/v1/enrolments/${enrolment_id}/withdraw`;
  expect(await call('sre', path, { why: 'w' })).toMatchObject({ status: 403, body: { code: 'POLICY_DENIED' } });
  expect(await call('sec', path, { why: 'sent to another' })).toEqual({
    ...{ status: 200, body: { id: enrolment_id, phase: 'withdrawn', changed: true } },
  });
  expect(await call('sec', path, { why: 'again' })).toMatchObject({ body: { changed: false } });
  expect(await call('sec', '/v1/enrolments/none/withdraw', { why: 'w' })).toMatchObject({ status: 404 });
  const { items } = enrolmentList.parse((await call('sre', '/v1/enrolments')).body);
  expect(items).toMatchObject([{ enrolment_id, agent_id: 'builder-7', phase: 'withdrawn', why: 'new rack' }]);
  expect((await call('mallory', '/v1/enrolments')).status).toBe(403);
});

it('lets security set an agent apart and release it, and shows by whom and why', async () => {
  const path = '/v1/agents/worker-1';
  expect((await call('sre', `${path}/quarantine`, { why: 'w' })).status).toBe(403);
  expect(await call('sec', `${path}/quarantine`, { why: 'odd calls' })).toMatchObject({
    ...{ status: 200, body: { id: 'worker-1', phase: 'quarantined', changed: true } },
  });
  expect((await call('sre', path)).body).toMatchObject({
    health: 'QUARANTINED',
    quarantined: { by: arn('sec'), why: 'odd calls' },
  });
  expect((await call('sre', `${path}/release`, { why: 'w' })).status).toBe(403);
  expect(await call('sec', `${path}/release`, { why: 'looked at' })).toMatchObject({ body: { phase: 'released' } });
  expect((await call('sre', path)).body).not.toHaveProperty('quarantined');
});
