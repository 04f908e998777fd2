/** Nothing is lost: what becomes of plans whose tickets fail, whose operators intervene, whose executions are stopped. */
import { SendTaskFailureCommand } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sha256 } from '../../adapters/system/digest.ts';
import { type Agent, createAgent } from '../../agents/sdk/agent.ts';
import { TicketFailure } from '../../agents/sdk/failures.ts';
import { compensationIdOf } from '../../core/ticket/ids.ts';
import { expectSoundLedger } from './checks.ts';
import { monitor } from './monitor.ts';
import {
  api,
  historyOf,
  inbox,
  planEnd,
  planInPhase,
  planOf,
  putPlan,
  sfn,
  ticketInPhase,
  ticketsOf,
  unique,
} from './stack.ts';

const capability = unique('durable');
const quiet = { info() {}, warn() {}, error() {} };
const VERB = { why: 'a test asks for it' };
/** plans whose task `bad` fails for good */
const broken = new Set<string>();
/** runs of each task, by plan */
const runs = new Map<string, string[]>();
let agent: Agent;

beforeAll(async () => {
  agent = createAgent({
    api,
    inbox,
    capabilities: [capability],
    capacity: 8,
    logger: quiet,
    run: async ({ plan_id, task_id }) => {
      runs.set(plan_id, [...(runs.get(plan_id) ?? []), task_id]);
      if (task_id === 'bad' && broken.has(plan_id))
        throw new TicketFailure('it is broken', { code: 'BROKEN', retryable: false });
      return { of: task_id };
    },
    undo: async () => ({}),
  });
  await agent.start();
});
afterAll(() => agent.stop());

const typesOf = async (aggregate: string) => (await historyOf(aggregate)).map(({ event }) => event.type);
const at = async (ticketId: string, type: string): Promise<number> =>
  (await historyOf(`TICKET#${ticketId}`)).find(({ event }) => event.type === type)?.at ?? Number.NaN;

/** Each of these says how it is undone. */
const undoable = (planId: string, shape: Record<string, string[]>, more = {}) => {
  const plan = planOf(planId, shape, capability, more);
  return {
    ...plan,
    tasks: plan.tasks.map((task) => ({ ...task, compensation: { parameters: { undo: task.task_id } } })),
  };
};

describe('a plan whose task fails for good', () => {
  it('is undone in the exact reverse of the order that ran, and its machine shows it', async () => {
    const planId = unique('undone');
    broken.add(planId);
    const shape = { first: [], left: ['first'], right: ['first'], bad: ['left', 'right'], never: ['bad'] };
    await putPlan(undoable(planId, shape));
    expect(await planEnd(planId)).toMatchObject({ phase: 'compensated', failed_tasks: ['bad'], compensations: 3 });
    const tickets = await ticketsOf(planId);
    expect([...tickets].map(([task, { phase }]) => `${task} ${phase}`).sort()).toEqual([
      'bad failed',
      'first compensated',
      'left compensated',
      'never cancelled',
      'right compensated',
      'undo:first completed',
      'undo:left completed',
      'undo:right completed',
    ]);
    const undo = (task: string) => compensationIdOf(planId, task, sha256);
    const firstBegan = await at(undo('first'), 'TicketReady');
    for (const task of ['left', 'right']) {
      expect(firstBegan).toBeGreaterThanOrEqual(await at(undo(task), 'TicketCompleted'));
      expect(await at(undo(task), 'TicketReady')).toBeGreaterThanOrEqual(
        await at(tickets.get('bad')?.ticket_id ?? '', 'TicketFailed'),
      );
    }
    await expectSoundLedger(planId);
    const events = await typesOf(`PLAN#${planId}`);
    expect(events).toContain('CompensationEntered');
    expect(events.at(-1)).toBe('PlanCompensated');
  });

  it('halts, is redriven by an operator, and runs no finished task again', async () => {
    const planId = unique('redriven');
    broken.add(planId);
    await putPlan(
      planOf(planId, { first: [], side: [], bad: ['first'], last: ['bad', 'side'] }, capability, {
        on_failure: 'halt',
      }),
    );
    await planInPhase(planId, 'halted');
    await ticketInPhase(planId, 'side', 'completed');
    const { items } = await monitor.get(`/v1/incidents`);
    expect(items).toContainEqual(expect.objectContaining({ workflow_id: planId, status: 'open' }));
    broken.delete(planId);
    const redriven = await monitor.post(`/v1/plans/${planId}/redrive`, VERB);
    expect(redriven).toMatchObject({ id: planId, changed: true });
    expect(await planEnd(planId)).toMatchObject({ phase: 'completed', run: 2 });
    expect(runs.get(planId)?.sort()).toEqual(['bad', 'bad', 'first', 'last', 'side']);
    await expectSoundLedger(planId);
    expect(await typesOf(`PLAN#${planId}`)).toContain('PlanRedriven');
  });

  it('goes on with what does not depend on it, and fails in the end', async () => {
    const planId = unique('continued');
    broken.add(planId);
    const shape = { first: [], bad: ['first'], after: ['bad'], other: ['first'], more: ['other'] };
    await putPlan(planOf(planId, shape, capability, { on_failure: 'continue' }));
    expect(await planEnd(planId)).toMatchObject({ phase: 'failed', failed_tasks: ['bad'] });
    const phases = new Map([...(await ticketsOf(planId))].map(([task, { phase }]) => [task, phase]));
    expect(Object.fromEntries(phases)).toEqual({
      first: 'completed',
      bad: 'failed',
      after: 'cancelled',
      other: 'completed',
      more: 'completed',
    });
    await expectSoundLedger(planId);
  });
});

describe('an operator', () => {
  it('pauses a plan, skips a task, resumes, and who and why is in the ledger', async () => {
    const planId = unique('paused');
    await putPlan(planOf(planId, { slow: [] }, unique('nobody')));
    const { ticket_id } = await ticketInPhase(planId, 'slow', 'ready');
    expect(await monitor.post(`/v1/plans/${planId}/pause`, { ...VERB, on_behalf_of: 'alice' })).toMatchObject({
      phase: 'paused',
      changed: true,
    });
    expect(await monitor.post(`/v1/plans/${planId}/pause`, VERB)).toMatchObject({ phase: 'paused', changed: false });
    expect(await monitor.post(`/v1/plans/${planId}/resume`, VERB)).toMatchObject({ phase: 'running', changed: true });
    expect(await monitor.post(`/v1/tickets/${ticket_id}/skip`, { ...VERB, output: { by: 'hand' } })).toMatchObject({
      phase: 'skipped',
    });
    expect(await planEnd(planId)).toMatchObject({ phase: 'completed' });
    const paused = (await historyOf(`PLAN#${planId}`)).find(({ event }) => event.type === 'PlanPaused')?.event;
    expect(paused).toMatchObject({ why: VERB.why, by: expect.stringContaining('alice') });
    await expectSoundLedger(planId);
  });

  it('cancels a plan: its agents are told, and nothing of it is left', async () => {
    const planId = unique('cancelled');
    await putPlan(planOf(planId, { a: [], b: ['a'] }, unique('nobody')));
    await ticketInPhase(planId, 'a', 'ready');
    expect(await monitor.post(`/v1/plans/${planId}/cancel`, VERB)).toMatchObject({ phase: 'cancelled', changed: true });
    expect(await monitor.post(`/v1/plans/${planId}/cancel`, VERB)).toMatchObject({ changed: false });
    expect(new Set([...(await ticketsOf(planId)).values()].map(({ phase }) => phase))).toEqual(new Set(['cancelled']));
    const problem = await monitor.post(`/v1/plans/${planId}/pause`, VERB, 409);
    expect(problem).toMatchObject({ code: 'PLAN_PHASE_WRONG' });
  });

  it('approves a plan that waits for it', async () => {
    const planId = unique('approved');
    await putPlan(planOf(planId, { a: [] }, capability, { requires_approval: true, metadata: { author: 'eve' } }));
    await planInPhase(planId, 'awaiting_approval');
    await monitor.post(`/v1/plans/${planId}/approve`, { ...VERB, on_behalf_of: 'eve' }, 403);
    expect(await monitor.post(`/v1/plans/${planId}/approve`, { ...VERB, on_behalf_of: 'bob' })).toMatchObject({
      changed: true,
    });
    expect(await planEnd(planId)).toMatchObject({ phase: 'completed' });
  });
});

describe('a state of a plan’s machine that is failed by hand', () => {
  it('fails the plan: its ticket is cancelled, whatever the ledger thought of it', async () => {
    const planId = unique('by-hand');
    await putPlan(planOf(planId, { waits: [] }, unique('nobody')));
    const { ticket_id } = await ticketInPhase(planId, 'waits', 'ready');
    const ready = (await historyOf(`TICKET#${ticket_id}`)).find(({ event }) => event.type === 'TicketReady')?.event;
    const { task_token: taskToken } = ready as unknown as { task_token: string };
    await sfn.send(new SendTaskFailureCommand({ taskToken, error: 'ByHand', cause: 'somebody in the console' }));
    expect(await planEnd(planId)).toMatchObject({ phase: 'failed', reason: expect.stringContaining('ByHand') });
    expect((await ticketsOf(planId)).get('waits')?.phase).toBe('cancelled');
    await expectSoundLedger(planId);
  });
});
