/** What an agent has to do, as it is listed. */
import { beforeEach, describe, expect, it } from 'vitest';
import { agentInbox } from '../../../core/messages/agent-api.ts';
import { createHive, elapse, enter, fenceOf, type Hive, registration, ticketId } from '../../support/hive.ts';
import { NOW, plan, task } from '../../support/plans.ts';

const MINUTE = 60_000;
const approve = (id: string, minutes: number) =>
  task(id, { required_capabilities: ['approve'], estimated_duration_ms: minutes * MINUTE, parameters: { of: id } });

let hive: Hive;
beforeEach(async () => {
  hive = createHive();
  await hive.acceptPlan(plan({ tasks: [approve('a', 4), approve('b', 3)] }));
  await hive.registerAgent({ ...registration('anna', ['approve'], 2), kind: 'human' });
  await enter(hive, 'a');
  await enter(hive, 'b');
});
const read = async (agent = 'anna') => agentInbox.parse(await hive.readInbox(agent));

describe('the inbox of a person', () => {
  it('lists what is theirs with all that they need to do it, what is due first standing first', async () => {
    const { items, ...inbox } = await read();
    expect(inbox).toEqual({ agent_id: 'anna', kind: 'human', draining: false, capacity: 2, at: NOW });
    expect(items.map(({ ticket: { task_id }, due_at }) => [task_id, due_at - NOW])).toEqual([
      ['b', 9 * MINUTE],
      ['a', 12 * MINUTE],
    ]);
    expect(items[0]).toMatchObject({
      ticket: { plan_id: 'plan-1', description: 'does b', parameters: { of: 'b' } },
      ...{ phase: 'assigned', attempt: 1, assigned_at: NOW, remaining_ms: 9 * MINUTE, reminders: [] },
      ...{ next_reminder_at: NOW + 4.5 * MINUTE, plan_deadline: expect.any(Number) },
    });
  });

  it('tells the time that is left, the reminders that were sent, and what was claimed', async () => {
    await hive.claimTicket(ticketId('b'), fenceOf('anna'));
    await elapse(hive, 8 * MINUTE);
    expect((await read()).items[0]).toMatchObject({
      ...{ phase: 'running', started_at: NOW, remaining_ms: MINUTE },
      reminders: [
        { nth: 1, at: NOW + 4.5 * MINUTE },
        { nth: 2, at: NOW + 7.2 * MINUTE },
      ],
    });
    expect((await read()).items[0]).not.toHaveProperty('next_reminder_at');
  });

  it('is empty when all is done, and still there while they leave', async () => {
    await hive.removeAgent('anna');
    expect(await read()).toMatchObject({ draining: true, items: [{}, {}] });
    for (const id of ['a', 'b'])
      await hive.handBackTicket(ticketId(id), { agent_id: 'anna', attempt: 1, why: 'leaves' });
    expect((await read()).items).toEqual([]);
  });
});

describe('an inbox of somebody whom an operator drains', () => {
  it('says that nothing more will come', async () => {
    await hive.operations.drainAgent('anna', { by: 'ada', why: 'leave' });
    expect(await read()).toMatchObject({ draining: true, items: [{}, {}] });
  });
});

describe('an inbox', () => {
  it('of a program says by when it has to be heard of', async () => {
    await hive.acceptPlan(plan({ plan_id: 'plan-2' }));
    await hive.registerAgent(registration('bot'));
    await hive.handBackTicket(ticketId('a'), { agent_id: 'anna', attempt: 1, why: 'no' });
    await hive.removeAgent('anna');
    await enter(hive, 'a', 'plan-2');
    const [item] = (await read('bot')).items;
    expect(item).toMatchObject({ phase: 'assigned', due_at: NOW + 15_000 });
    expect(item).not.toHaveProperty('next_reminder_at');
  });

  it('of nobody is refused', async () => {
    for (const id of ['nobody', 'gone']) {
      if (id === 'gone') {
        await hive.registerAgent(registration('gone'));
        await hive.removeAgent('gone');
      }
      await expect(hive.readInbox(id)).rejects.toMatchObject({ code: 'AGENT_UNKNOWN', status: 404 });
    }
  });
});
