import { describe, expect, it } from 'vitest';
import { followPlan } from '../../bin/support/follow-plan.ts';
import { changeLine, changesBetween } from '../../bin/support/plan-changes.ts';
import type { PlanView } from '../../bin/support/plan-view.ts';
import { renderPlan } from '../../bin/support/render-plan.ts';
import { findStuck, lookForStuck, STUCK_AFTER_MS } from '../../bin/support/stuck.ts';
import { NOW, task } from '../support/plans.ts';
import { memoryOut } from './run-cli.ts';
import { agent, view } from './views.ts';

const build = { required_capabilities: ['build'] };
const TASKS = [task('a', build), task('b', build), task('c', { required_capabilities: ['test'] })];
const READY = { a: { phase: 'ready' }, b: { phase: 'ready' }, c: { phase: 'ready' } } as const;
const NONE = 'no agent has the capabilities it needs (build)';
const viewAfter = (ms: number): PlanView => view(TASKS, READY, {}, NOW + ms);
const stuckAfter = (ms: number, agents = [agent('x', { capabilities: ['test'] })]): PlanView => ({
  ...viewAfter(ms),
  stuck: findStuck(viewAfter(ms), agents),
});

describe('tickets that stay ready', () => {
  it('are told by reason, once the scheduler has had its time', () => {
    expect(stuckAfter(STUCK_AFTER_MS - 1).stuck).toEqual([]);
    expect(stuckAfter(STUCK_AFTER_MS).stuck?.[0]).toEqual({ why: NONE, task_ids: ['a', 'b'] });
  });

  it('are told beside what waits for a person, however short a time', () => {
    const { stuck } = { stuck: findStuck(view(TASKS, { a: { phase: 'awaiting_person' } }, {}, NOW), []) };
    expect(stuck).toMatchObject([{ why: expect.stringContaining('waits for a person'), task_ids: ['a'] }]);
  });

  it('cost no look at the agents before that', async () => {
    let asked = 0;
    const registry = {
      listByCapability: async () => {
        asked++;
        return [];
      },
    };
    const look = lookForStuck(async (now) => viewAfter(now - NOW), registry);
    expect((await look(NOW))?.stuck).toBeUndefined();
    expect(asked).toBe(0);
    expect((await look(NOW + 5000))?.stuck?.[0]?.why).toBe(NONE);
    await look(NOW + 5001);
    expect(asked).toBe(1);
  });

  it('are told in the picture, within its size', () => {
    const { color } = memoryOut();
    const lines = renderPlan(stuckAfter(4000), { columns: 80, rows: 24 }, color);
    expect(lines).toContain(`! a, b: ${NONE}`);
    for (const rows of [2, 3, 4, 5])
      expect(renderPlan(stuckAfter(4000), { columns: 80, rows }, color).length).toBeLessThanOrEqual(rows);
  });

  it('are told on a line once per change of reason', () => {
    const [before, first, same] = [viewAfter(0), stuckAfter(4000), stuckAfter(5000)];
    const told = changesBetween(before, first).map(changeLine);
    expect(told[0]).toBe(`12:00:04.000 ! a, b: ${NONE}`);
    expect(changesBetween(first, same)).toEqual([]);
    const cleared = stuckAfter(6000, [agent('x', { clearance: 'PUBLIC' })]);
    expect(changesBetween(same, cleared).map(changeLine)[0]).toContain('no agent with build is cleared');
  });

  it('are named by the timeout', async () => {
    const limits = { now: () => NOW, since: NOW - 1000, timeoutMs: 1000, signal: new AbortController().signal };
    const views = followPlan(stuckAfter(4000), async () => undefined, limits);
    await views.next();
    await expect(views.next()).rejects.toMatchObject({
      code: 'PLAN_WAIT_TIMEOUT',
      message: expect.stringContaining(`waits: a, b: ${NONE}`),
      detail: { waiting: expect.arrayContaining([{ why: NONE, task_ids: ['a', 'b'] }]) },
    });
  });
});
