import { expect, it } from 'vitest';
import { createGetAgent, createListAgents } from '../../../core/monitor/agents.ts';
import type { PlanReader } from '../../../core/ports/plan-reader.ts';
import { agent } from '../../support/agents.ts';
import { NOW } from '../../support/plans.ts';

const held = (plan_id: string) => ({ plan_id, task_id: 'task', attempt: 1 });
const busy = { ...agent('busy', { owner: 'ada' }), held: { t1: held('ours'), t2: held('theirs'), t3: held('gone') } };
const reader = {
  listAgents: async () => ({ items: [busy] }),
  loadAgent: async () => busy,
  loadPlan: async (id: string) =>
    id === 'gone' ? undefined : { state: { tenant_id: id === 'ours' ? 'acme' : 'other' } },
} as unknown as PlanReader;
const deps = { reader, clock: { now: () => NOW } as never };

it('An agent is shown with what it holds of the caller’s tenants, and its slots as they are', async () => {
  const [listed] = (await createListAgents(deps)({ limit: 10, tenants: ['acme'] })).items;
  expect(listed?.holds.map(({ plan_id }) => plan_id)).toEqual(['ours']);
  const shown = await createGetAgent(deps)('busy', ['acme']);
  expect(shown.holds.map(({ plan_id }) => plan_id)).toEqual(['ours']);
  const all = await createGetAgent(deps)('busy', ['*']);
  expect(all).toMatchObject({ owner: 'ada' });
  expect(all.holds).toHaveLength(3);
  for (const one of [listed, shown]) expect(one).not.toHaveProperty('owner');
  expect(shown.free_slots).toBe(all.free_slots);
  expect((await createGetAgent(deps)('busy', [])).holds).toEqual([]);
});
