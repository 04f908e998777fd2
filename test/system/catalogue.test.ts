/** The catalogue on the deployed stack: what tasks touch is looked up, judged, and not called once it is retired. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CLIENT_CONFIG } from '../../adapters/aws/client-config.ts';
import { createHiveCommands } from './hive-command.ts';
import { api, eventually, historyOf, listen, planEnd, planOf, putPlan, ticketInPhase, unique } from './stack.ts';

const commands = createHiveCommands();
const capability = unique('asset');
const agentId = unique('user-of-assets');
const store = unique('pets');
const leaky = unique('leaky');

const document = (id: string, info: object) => ({
  openapi: '3.1.0',
  info: { title: id, version: '1.2.0', 'x-asset-id': id, 'x-retention-policy': '90d', 'x-sla-tier': 'silver', ...info },
  security: [{ key: [] }],
  components: { securitySchemes: { key: { type: 'apiKey', in: 'header', name: 'x-key' } } },
  paths: { '/pets': { get: {}, post: {} } },
});
const touching = (planId: string, asset_id: string) => {
  const plan = planOf(planId, { a: [] }, capability);
  return { ...plan, tasks: plan.tasks.map((task) => ({ ...task, assets: [{ asset_id, action: 'read' }] })) };
};

beforeAll(() =>
  api.register({ agent_id: agentId, capabilities: [capability], capacity: 5, heartbeat_interval_ms: 300_000 }),
);
afterAll(async () => {
  await api.remove(agentId);
  commands.end();
});

describe('assets', () => {
  it('are imported, touched by tickets with the policies’ word on them, and refused when retired', async () => {
    const { heard } = await listen();
    const faultsOf = (planId: string) =>
      eventually(`the rejection of ${planId}`, async () => {
        const rejected = (await heard()).find(
          ({ type, detail }) => type === 'PlanRejected' && (detail as { plan_id?: string }).plan_id === planId,
        );
        return rejected && (rejected.detail as { faults: { code: string }[] }).faults.map(({ code }) => code);
      });

    const file = join(commands.work, 'openapi.json');
    writeFileSync(file, JSON.stringify(document(store, { 'x-owner': 'team-pets', 'x-classification': 'internal' })));
    expect((await commands.hive('assets', 'import', file, '--why', 'first entry')).code).toBe(0);
    // Nobody answers for it: it is catalogued, and not to be called.
    writeFileSync(file, JSON.stringify(document(leaky, { 'x-classification': 'internal' })));
    expect((await commands.hive('assets', 'import', file, '--why', 'first entry')).code).toBe(3);

    const [early, bad] = [unique('no-such-asset'), unique('bad-asset')];
    await putPlan(touching(early, unique('nowhere')));
    await putPlan(touching(bad, leaky));
    expect(await faultsOf(early)).toEqual(['ASSET_NOT_CATALOGUED']);
    expect(await faultsOf(bad)).toEqual(['ASSET_NOT_CONFORMING']);

    const planId = unique('pets');
    await putPlan(touching(planId, store));
    const { ticket_id } = await ticketInPhase(planId, 'a', 'assigned');
    const assigned = (await historyOf(`TICKET#${ticket_id}`)).find(({ event }) => event.type === 'TicketAssigned');
    expect(JSON.stringify(assigned)).toContain(store);
    const fence = { agent_id: agentId, attempt: 1, claim_id: `claim-${unique('of-the-asset')}` };
    const { token } = await api.claim(ticket_id, fence);
    const result = { ticket_id, agent_id: agentId, status: 'COMPLETED', timestamp: Date.now(), schema_version: 1 };
    await api.report(ticket_id, { attempt: 1, claim_id: fence.claim_id, result: result as never }, token);
    expect(await planEnd(planId)).toMatchObject({ phase: 'completed' });

    expect((await commands.hive('assets', 'retire', store, '--why', 'replaced')).code).toBe(0);
    const late = unique('retired-asset');
    await putPlan(touching(late, store));
    expect(await faultsOf(late)).toEqual(['ASSET_RETIRED']);
  });

  it('are judged again by the function that runs on a schedule', async () => {
    const lambda = new LambdaClient(CLIENT_CONFIG);
    const { FunctionError, Payload } = await lambda.send(new InvokeCommand({ FunctionName: 'hive-test-audit-assets' }));
    expect(FunctionError).toBeUndefined();
    const { assets, non_conforming } = JSON.parse(Buffer.from(Payload ?? []).toString());
    expect(assets).toBeGreaterThanOrEqual(non_conforming);
    expect(non_conforming).toBeGreaterThanOrEqual(1);
    const { code, answer } = await commands.hive('assets', 'audit');
    expect(code).toBe(3);
    expect(JSON.stringify(answer)).toContain(leaky);
  });
});
