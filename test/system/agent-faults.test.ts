import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAgent } from '../../agents/sdk/agent.ts';
import type { Fence } from '../../core/messages/agent-api.ts';
import type { ExecutionResultInput } from '../../core/messages/execution-result.ts';
import type { TicketState } from '../../core/ticket/state.ts';
import { expectOrderOfDag, expectSoundLedger } from './checks.ts';
import { canKillFunctions, killFunction } from './function-processes.ts';
import {
  agents,
  api,
  codeOf,
  eventually,
  historyOf,
  inbox,
  planEnd,
  planOf,
  putPlan,
  ticketInPhase,
  ticketsOf,
  unique,
} from './stack.ts';

const capability = unique('hand');
const holder = unique('holder');
const other = unique('other');
const sqs = new SQSClient({});

const fence = (more: Partial<Fence> = {}): Fence => ({
  agent_id: holder,
  attempt: 1,
  claim_id: randomBytes(24).toString('base64url'),
  ...more,
});

const result = (ticketId: string, more: Partial<ExecutionResultInput> = {}) => ({
  ticket_id: ticketId,
  status: 'COMPLETED' as const,
  result: { success: true, output: { answer: '42' }, metadata: {}, logs: [] },
  agent_id: holder,
  timestamp: Date.now(),
  schema_version: 1 as const,
  ...more,
});

/** Tokens of what was claimed, by claim_id. */
const tokens = new Map<string, string>();
async function claim(ticketId: string, of: Fence) {
  const answer = await api.claim(ticketId, of);
  tokens.set(of.claim_id, answer.token);
  return answer;
}
const report = ({ attempt, claim_id }: Fence, of: ReturnType<typeof result>, token = tokens.get(claim_id)) =>
  api.report(of.ticket_id, { attempt, claim_id, result: of as never }, token);

let inboxUrl = '';
beforeAll(async () => {
  ({ inbox_url: inboxUrl } = await api.register({
    agent_id: holder,
    capabilities: [capability],
    capacity: 2,
    heartbeat_interval_ms: 300_000,
  }));
});
afterAll(async () => {
  await api.remove(holder);
});

async function assignedTicket(planId: string, task: string): Promise<TicketState> {
  const state = await ticketInPhase(planId, task, 'assigned');
  expect(state).toMatchObject({ agent_id: holder, attempt: 1 });
  return state;
}

describe('an agent that does not keep to the rules', () => {
  it('gets a typed answer to each wrong call, and the ticket is unharmed', async () => {
    const planId = unique('rules');
    await putPlan(planOf(planId, { a: [], b: ['a'] }, capability));
    const { ticket_id } = await assignedTicket(planId, 'a');
    const good = fence();
    const nowhere = '00000000-0000-8000-8000-000000000000';
    const waiting = (await ticketsOf(planId)).get('b')?.ticket_id ?? '';

    expect(await codeOf(api.claim(nowhere, good))).toBe('TICKET_UNKNOWN');
    expect(await codeOf(report(good, result(nowhere)))).toBe('TOKEN_MISSING');
    expect(await codeOf(api.claim(waiting, good))).toBe('TICKET_NOT_ASSIGNED');
    expect(await codeOf(report(good, result(waiting)))).toBe('TOKEN_MISSING');
    expect(await codeOf(report(good, result(ticket_id)))).toBe('TOKEN_MISSING');
    expect(await codeOf(api.heartbeatTicket(ticket_id, good))).toBe('TOKEN_MISSING');
    expect(await codeOf(api.claim(ticket_id, fence({ agent_id: other })))).toBe('TICKET_ASSIGNED_ELSEWHERE');
    expect(await codeOf(api.claim(ticket_id, fence({ attempt: 2 })))).toBe('TICKET_ATTEMPT_STALE');
    expect(await codeOf(api.heartbeat(other))).toBe('AGENT_UNKNOWN');
    expect(await codeOf(api.claim('not an id / at all', good))).toBe('TICKET_UNKNOWN');
    expect(await codeOf(api.claim(ticket_id, { ...good, claim_id: 'short' }))).toBe('MESSAGE_INVALID');

    const { token, token_expires_at: _, ...claimed } = await claim(ticket_id, good);
    expect(claimed.ticket).toMatchObject({ task_id: 'a', status: 'RUNNING', plan_id: planId });
    expect(await api.claim(ticket_id, good)).toMatchObject(claimed);
    expect(await codeOf(api.claim(ticket_id, fence()))).toBe('TICKET_ALREADY_CLAIMED');
    expect(await codeOf(report(fence(), result(ticket_id), token))).toBe('TICKET_ALREADY_CLAIMED');
    expect((await api.heartbeatTicket(ticket_id, good, token)).lease_expires_at).toBeGreaterThan(Date.now());
    expect(
      await codeOf(
        report(good, result(ticket_id, { result: { success: true, output: { big: 'x'.repeat(300_000) } } })),
      ),
    ).toBe('RESULT_TOO_LARGE');
    const { attempt, claim_id } = good;
    expect(await codeOf(api.report(ticket_id, { attempt, claim_id, result: result(nowhere) as never }, token))).toBe(
      'MESSAGE_INVALID',
    );
    expect(await report(good, result(ticket_id))).toMatchObject({ duplicate: false, status: 'COMPLETED' });

    expect(await report(good, result(ticket_id, { timestamp: 1 }))).toMatchObject({
      duplicate: true,
      status: 'COMPLETED',
    });
    const contrary = result(ticket_id, { status: 'FAILED', error_message: 'no, it failed' });
    expect(await codeOf(report(good, contrary))).toBe('TICKET_ALREADY_REPORTED');
    expect(await codeOf(api.heartbeatTicket(ticket_id, good, token))).toBe('TICKET_FINISHED');
    expect(await codeOf(api.claim(ticket_id, good))).toBe('TICKET_FINISHED');
    const events = (await historyOf(`TICKET#${ticket_id}`)).map(({ event }) => event.type);
    expect(events).toEqual([
      'TicketCreated',
      'TicketReady',
      'TicketAssigned',
      'TicketStarted',
      'TicketCompleted',
      // The contrary outcome: it does not count, but is kept.
      'ReportRefused',
    ]);

    const next = await assignedTicket(planId, 'b');
    const second = fence();
    await claim(next.ticket_id, second);
    await Promise.all([1, 2, 3].map(() => report(second, result(next.ticket_id))));
    expect((await planEnd(planId)).phase).toBe('completed');
    await expectSoundLedger(planId);
    expect((await agents.load(holder))?.held).toEqual({});
  });

  it('finds what it holds in the answer to its heartbeat, should the inbox message be lost', async () => {
    const planId = unique('lost-message');
    await putPlan(planOf(planId, { a: [] }, capability));
    const { ticket_id } = await assignedTicket(planId, 'a');
    await eventually('the inbox message', async () => {
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({ QueueUrl: inboxUrl, MaxNumberOfMessages: 10 }),
      );
      return Messages.some(({ Body }) => JSON.parse(Body ?? '{}').ticket_id === ticket_id) ? true : undefined;
    });
    const { assignments } = await api.heartbeat(holder);
    expect(assignments).toContainEqual({
      kind: 'ticket_assigned',
      agent_id: holder,
      ticket_id,
      plan_id: planId,
      task_id: 'a',
      attempt: 1,
    });
    const mine = fence();
    await claim(ticket_id, mine);
    await report(mine, result(ticket_id));
    expect((await planEnd(planId)).phase).toBe('completed');
  });

  it('that dies in the middle of a ticket is found out within its lease, and another one finishes it', async () => {
    const rare = unique('rare');
    const mortal = unique('mortal');
    await api.register({ agent_id: mortal, capabilities: [rare], capacity: 5, heartbeat_interval_ms: 1000 });
    const planId = unique('dies');
    const retries = { risk_band: 'medium' as const };
    await putPlan(planOf(planId, { a: [], b: ['a'] }, rare, retries));
    // It lives until it has its ticket, however long that takes.
    const beat = setInterval(() => void api.heartbeat(mortal).catch(() => {}), 500);
    const { ticket_id } = await ticketInPhase(planId, 'a', 'assigned');
    const mine = fence({ agent_id: mortal });
    await claim(ticket_id, mine);
    clearInterval(beat);
    const heir = createAgent({
      api,
      inbox,
      capabilities: [rare],
      capacity: 5,
      logger: { info() {}, warn() {}, error() {} },
      run: async () => ({ by: 'the heir' }),
    });
    await heir.start();
    expect(await planEnd(planId)).toMatchObject({ phase: 'completed' });
    const history = await historyOf(`TICKET#${ticket_id}`);
    const facts = history.map(({ event, at }) => ({
      ...(event as { type: string; cause?: string; agent_id?: string }),
      at,
    }));
    const lost = facts.find(({ type }) => type === 'AttemptFailed');
    const started = facts.find(({ type }) => type === 'TicketStarted');
    expect(lost).toMatchObject({ cause: 'lease_expired', agent_id: mortal });
    // The lease, and what a loaded emulator takes to deliver a timer.
    expect((lost?.at ?? 0) - (started?.at ?? 0)).toBeLessThan(45_000);
    expect(facts.findLast(({ type }) => type === 'TicketCompleted')?.agent_id).toBe(heir.agentId);
    // The dead come back: what they say does not count, but is kept.
    expect(await codeOf(report(mine, { ...result(ticket_id), agent_id: mortal }))).toBe('TICKET_FINISHED');
    expect((await historyOf(`TICKET#${ticket_id}`)).at(-1)?.event).toMatchObject({ type: 'ReportRefused', attempt: 1 });
    expect((await agents.load(mortal))?.held).toEqual({});
    await expectSoundLedger(planId);
    await heir.stop();
    await api.remove(mortal);
  });
});

describe.runIf(canKillFunctions)('a function that is killed in the middle of its work', () => {
  it('costs time, but no ticket is lost or done twice', async () => {
    const crowd = unique('crowd');
    const shape: Record<string, string[]> = { start: [], end: [] };
    for (let lane = 1; lane <= 4; lane++) {
      shape[`a${lane}`] = ['start'];
      shape[`b${lane}`] = [`a${lane}`, `a${1 + (lane % 4)}`];
      shape.end?.push(`b${lane}`);
    }
    const runs = new Map<string, number>();
    const agent = createAgent({
      api,
      inbox,
      capabilities: [crowd],
      capacity: 3,
      logger: { info() {}, warn() {}, error() {} },
      run: async ({ task_id }) => {
        runs.set(task_id, (runs.get(task_id) ?? 0) + 1);
        await sleep(300);
        return {};
      },
    });
    await agent.start();
    const planId = unique('crashes');
    await putPlan(planOf(planId, shape, crowd));
    await ticketInPhase(planId, 'start', 'completed');
    const killed: Record<string, number> = {};
    for (const name of ['report-ticket', 'claim-ticket', 'schedule-tickets', 'fire-timers', 'report-ticket']) {
      killed[name] = (killed[name] ?? 0) + (await killFunction(name));
      await sleep(700);
    }
    expect(killed['report-ticket']).toBeGreaterThan(0);
    expect(killed['schedule-tickets']).toBeGreaterThan(0);
    expect((await planEnd(planId, 240)).phase).toBe('completed');
    await expectSoundLedger(planId);
    await expectOrderOfDag(planId, shape);
    expect([...runs.values()]).toEqual(Array.from({ length: 10 }, () => 1));
    await agent.stop();
  });
});
