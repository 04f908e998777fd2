/** People in the deployed swarm, from the command line: they take up, finish, hand back, and are reminded. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AgentInbox } from '../../core/messages/agent-api.ts';
import { expectSoundLedger } from './checks.ts';
import { createHiveCommands } from './hive-command.ts';
import { agents, eventually, historyOf, inbox, listen, planEnd, planOf, ticketInPhase, unique } from './stack.ts';

const commands = createHiveCommands();
const { hive, work } = commands;
const capability = unique('approve');
const [anna, ben] = [unique('anna'), unique('ben')];

const joins = (agent: string) => hive('inbox', 'join', '--agent', agent, '--capability', capability, '--capacity', '3');
const inboxOf = async (agent: string): Promise<AgentInbox> => (await hive('inbox', '--agent', agent)).answer;
/** A person's time is three times the estimate. */
const submit = async (planId: string, dependencies: Record<string, string[]>, estimated_duration_ms: number) => {
  const file = join(work, `${planId}.json`);
  const plan = planOf(planId, dependencies, capability);
  const tasks = plan.tasks.map((task) => ({ ...task, estimated_duration_ms }));
  writeFileSync(file, JSON.stringify({ ...plan, tasks }));
  expect((await hive('submit', file)).code).toBe(0);
};

beforeAll(async () => {
  expect(await joins(anna)).toMatchObject({ code: 0 });
});
afterAll(async () => {
  for (const agent of [anna, ben]) await hive('inbox', 'leave', '--agent', agent);
  commands.end();
});

describe('people in the swarm', () => {
  it('do what they are given; what one hands back another one takes up; the plan goes on', async () => {
    const planId = unique('people');
    await submit(planId, { approve: [], review: [], publish: ['approve'] }, 120_000);
    const mine = await eventually('both tasks to be in the inbox', async () => {
      const { items } = await inboxOf(anna);
      return items.length === 2 ? items : undefined;
    });
    expect(mine.map(({ ticket: { task_id } }) => task_id).sort()).toEqual(['approve', 'review']);
    expect(mine[0]).toMatchObject({ phase: 'assigned', attempt: 1, ticket: { plan_id: planId } });

    const claimed = await hive('inbox', 'claim', planId, 'approve', '--agent', anna);
    expect(claimed).toMatchObject({ code: 0, answer: { attempt: 1 } });
    const done = ['inbox', 'done', planId, 'approve', '--agent', anna, '--output', 'approved=yes', '--note', 'fine'];
    expect((await hive(...done)).answer).toMatchObject({ status: 'COMPLETED', duplicate: false });
    expect((await hive(...done)).answer).toMatchObject({ error: { code: 'NOT_IN_INBOX' } });

    await joins(ben);
    const back = ['inbox', 'hand-back', planId, 'review', '--agent', anna, '--why', 'it is my own work'];
    expect((await hive(...back)).answer).toMatchObject({ attempt: 1, duplicate: false });
    const review = await eventually('the other one to get it', async () => {
      const { items } = await inboxOf(ben);
      return items.find(({ ticket }) => ticket.task_id === 'review');
    });
    expect(review.attempt).toBe(2);
    expect(await hive('inbox', 'done', planId, 'review', '--agent', ben)).toMatchObject({ code: 0 });

    const publish = await ticketInPhase(planId, 'publish', 'assigned');
    const holder = 'agent_id' in publish ? publish.agent_id : '';
    expect(await hive('inbox', 'done', planId, 'publish', '--agent', holder)).toMatchObject({ code: 0 });
    expect(await planEnd(planId)).toMatchObject({ phase: 'completed' });
    const story = await historyOf(`TICKET#${review.ticket.ticket_id}`);
    const given = story.find(({ event }) => event.type === 'AttemptFailed');
    expect(given?.event).toMatchObject({ cause: 'handed_back', agent_id: anna, error_message: 'it is my own work' });
    await expectSoundLedger(planId);
  });

  it('are reminded at half of their time, in the inbox and on the bus, and give no sign of life meanwhile', async () => {
    const bus = await listen();
    const planId = unique('reminded');
    await submit(planId, { approve: [] }, 30_000);
    const ticket = await ticketInPhase(planId, 'approve', 'assigned');
    const holder = 'agent_id' in ticket ? ticket.agent_id : '';
    const item = await eventually('a reminder to be in the inbox', async () => {
      const { items } = await inboxOf(holder);
      return items.find(({ ticket: { plan_id }, reminders }) => plan_id === planId && reminders.length > 0);
    });
    expect(item).toMatchObject({ phase: 'assigned', reminders: [{ nth: 1 }] });
    expect(item.remaining_ms).toBeLessThanOrEqual((item.due_at - item.assigned_at) / 2);
    const { inbox_url = '' } = (await agents.load(holder)) ?? {};
    await eventually('the reminder to be in the queue', async () => {
      const messages = await inbox.receive(inbox_url, 10, AbortSignal.timeout(20_000));
      const kinds = messages.map(({ body }) => JSON.parse(body) as { kind: string; ticket_id: string });
      return kinds.find(({ kind, ticket_id }) => kind === 'ticket_reminder' && ticket_id === ticket.ticket_id);
    });
    const fact = await eventually('the reminder to be on the bus', async () =>
      (await bus.heard()).find(({ type, detail }) => type === 'TicketReminded' && detail.plan_id === planId),
    );
    expect(fact.detail).toMatchObject({ agent_id: holder, attempt: 1, nth: 1, task_id: 'approve' });
    expect(await hive('inbox', 'done', planId, 'approve', '--agent', holder)).toMatchObject({ code: 0 });
    expect(await planEnd(planId)).toMatchObject({ phase: 'completed' });
    const reminded = (await historyOf(`TICKET#${ticket.ticket_id}`)).filter(
      ({ event }) => event.type === 'TicketReminded',
    );
    expect(reminded.length).toBeLessThanOrEqual(2);
    await expectSoundLedger(planId);
  });

  it('leave at once when they have nothing left, and get nothing any more', async () => {
    const gone = unique('gone');
    expect(await joins(gone)).toMatchObject({ code: 0 });
    expect((await hive('inbox', 'leave', '--agent', gone)).answer).toEqual({ agent_id: gone, status: 'removed' });
    expect((await hive('inbox', '--agent', gone)).answer).toMatchObject({ error: { code: 'AGENT_UNKNOWN' } });
  });
});
