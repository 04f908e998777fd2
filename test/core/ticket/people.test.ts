/** Tickets that people have: no signs of life, a time that runs from the assignment, and reminders before it is over. */
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { inboxMessage } from '../../../core/messages/agent-api.ts';
import { healthOf } from '../../../core/swarm/agent.ts';
import { firstReminder, REMIND_AT, reminderOf } from '../../../core/ticket/remind.ts';
import type { TicketRecord, TicketState } from '../../../core/ticket/state.ts';
import { contentsOf, inconsistencies } from '../../support/aggregates.ts';
import { createHive, elapse, enter, fenceOf, type Hive, registration, reportOf, ticketId } from '../../support/hive.ts';
import { NOW, plan, task } from '../../support/plans.ts';

const ID = ticketId('a');
/** Three times the estimate: what a ticket of ten minutes gives, below the cap of a low risk. */
const TIME = 15 * 60_000;
const approve = task('a', { required_capabilities: ['approve'], estimated_duration_ms: 600_000 });
const person = (id: string, capacity = 1) => ({ ...registration(id, ['approve'], capacity), kind: 'human' as const });

let hive: Hive;
beforeEach(async () => {
  hive = createHive();
  await hive.acceptPlan(plan({ tasks: [approve] }));
  await hive.registerAgent(person('anna'));
  await enter(hive, 'a');
});
const ticket = async () => (await hive.ledger.loadTicket(ID)) as TicketRecord;
const state = async () => (await ticket()).state;
const reminders = () =>
  contentsOf(hive.table).tickets[0]?.records.flatMap(({ event, at }) =>
    event.type === 'TicketReminded' ? [{ at: at - NOW, nth: event.nth, remaining_ms: event.remaining_ms }] : [],
  );
const HALF = { at: TIME / 2, nth: 1, remaining_ms: TIME / 2 };
const LATE = { at: 0.8 * TIME, nth: 2, remaining_ms: 0.2 * TIME };

describe('a person', () => {
  it('is there until they leave, although they give no sign of life', async () => {
    const anna = await hive.agents.load('anna');
    expect(anna && healthOf(anna, NOW + 30 * 86_400_000)).toBe('HEALTHY');
    await hive.removeAgent('anna');
    const leaving = await hive.agents.load('anna');
    expect(leaving && healthOf(leaving, NOW + 30 * 86_400_000)).toBe('DRAINING');
  });

  it('has the whole time of the ticket from its assignment on, to claim it and to do it', async () => {
    expect(await state()).toMatchObject({ phase: 'assigned', lease_ms: TIME, person: { due_at: NOW + TIME } });
    await elapse(hive, TIME - 1000);
    expect((await hive.claimTicket(ID, fenceOf('anna'))).timeout_at).toBe(NOW + TIME);
    await elapse(hive, 999);
    expect(await state()).toMatchObject({ phase: 'running' });
    await elapse(hive, 1);
    expect(await state()).toMatchObject({ cause: 'attempt_timeout', failures: 1 });
  });

  it('who does not claim it in that time loses it, which costs no retry', async () => {
    await hive.registerAgent(person('ben'));
    await elapse(hive, TIME);
    expect(await state()).toMatchObject({ phase: 'backing_off', cause: 'claim_timeout', failures: 0 });
    await elapse(hive, 1000);
    expect(await state()).toMatchObject({ phase: 'assigned', agent_id: 'ben' });
    expect(inconsistencies(hive.table)).toEqual([]);
  });
});

describe('reminders', () => {
  it('come at half of the time and at four fifths, whether it is claimed or not, recorded and in the inbox', async () => {
    const inbox = (await hive.agents.load('anna'))?.inbox_url ?? '';
    hive.inboxes.take(inbox);
    await elapse(hive, TIME / 2);
    expect(reminders()).toEqual([HALF]);
    const message = inboxMessage.parse(hive.inboxes.take(inbox));
    expect(message).toMatchObject({ kind: 'ticket_reminder', ticket_id: ID, nth: 1, due_at: NOW + TIME });
    await hive.claimTicket(ID, fenceOf('anna'));
    await elapse(hive, TIME / 2 - 1);
    expect(reminders()).toEqual([HALF, LATE]);
    expect(hive.inboxes.take(inbox)).toMatchObject({ kind: 'ticket_reminder', nth: 2 });
    expect(hive.inboxes.take(inbox)).toBeUndefined();
  });

  it('are not sent to programs', async () => {
    const other = createHive();
    await other.acceptPlan(plan({ tasks: [approve] }));
    await other.registerAgent(registration('bot', ['approve']));
    await enter(other, 'a');
    await other.claimTicket(ID, fenceOf('bot'));
    await elapse(other, TIME);
    const types = contentsOf(other.table).tickets[0]?.records.map(({ event }) => event.type);
    expect(types).not.toContain('TicketReminded');
  });

  it('that nobody sent in time are one, of the last moment; none is sent when it is due', async () => {
    hive.clock.advance(0.9 * TIME);
    await hive.lookAtTicket(ID);
    expect(reminders()).toEqual([{ at: 0.9 * TIME, nth: 2, remaining_ms: TIME - 0.9 * TIME }]);
    const late = createHive();
    await late.acceptPlan(plan({ tasks: [approve] }));
    await late.registerAgent(person('anna'));
    await enter(late, 'a');
    late.clock.advance(TIME);
    await late.lookAtTicket(ID);
    const types = contentsOf(late.table).tickets[0]?.records.map(({ event }) => event.type);
    expect(types?.slice(-2)).toEqual(['TicketAssigned', 'AttemptFailed']);
  });

  it('do not come once it is done', async () => {
    await hive.claimTicket(ID, fenceOf('anna'));
    await hive.reportTicket(ID, reportOf(ID, fenceOf('anna')));
    await elapse(hive, TIME);
    expect(reminders()).toEqual([]);
  });

  it('begin anew with the next attempt', async () => {
    await elapse(hive, 1.25 * TIME);
    expect(await state()).toMatchObject({ attempt: 2, person: { reminded: 0 } });
    await elapse(hive, 0.5 * TIME);
    expect(reminders()?.map(({ nth }) => nth)).toEqual([1, 2, 1]);
  });

  it('come once each in their order, whenever and however often looks come, and never from an attempt that is over', async () => {
    const step = fc.record({ wait: fc.integer({ min: 0, max: TIME / 2 }), looks: fc.integer({ min: 0, max: 3 }) });
    const claims = fc.option(fc.nat(5), { nil: undefined });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 8 }), claims, claims, async (steps, claim, done) => {
        const any = createHive();
        await any.acceptPlan(plan({ tasks: [approve] }));
        await any.registerAgent(person('anna'));
        await enter(any, 'a');
        const fence = fenceOf('anna');
        for (const [index, { wait, looks }] of steps.entries()) {
          any.clock.advance(wait);
          if (index === claim) await any.claimTicket(ID, fence).catch(() => {});
          if (index === done) await any.reportTicket(ID, reportOf(ID, fence)).catch(() => {});
          await Promise.all(Array.from({ length: looks }, () => any.lookAtTicket(ID)));
        }
        const seen = new Map<number, number>();
        let open = 0;
        for (const { event, at } of contentsOf(any.table).tickets[0]?.records ?? []) {
          if (event.type === 'TicketAssigned') open = event.attempt;
          if (['AttemptFailed', 'TicketCompleted', 'TicketFailed'].includes(event.type)) open = 0;
          if (event.type !== 'TicketReminded') continue;
          expect(event.attempt).toBe(open);
          expect(event.nth).toBeGreaterThan(seen.get(event.attempt) ?? 0);
          expect(event.remaining_ms).toBeGreaterThan(0);
          expect(at).toBeGreaterThanOrEqual(NOW + (REMIND_AT[event.nth - 1] ?? 0) * TIME);
          seen.set(event.attempt, event.nth);
        }
        expect(inconsistencies(any.table)).toEqual([]);
        // As long as somebody has it, a look is still to come, by the time that something is due.
        const { state: last } = (await any.ledger.loadTicket(ID)) as TicketRecord;
        const due = reminderOf(last, any.clock.now())?.at ?? ('person' in last ? last.person?.due_at : undefined);
        if (due !== undefined) expect(Math.min(...any.timers.pending.map(({ at }) => at))).toBeLessThanOrEqual(due);
      }),
      { numRuns: 60 },
    );
  });
});

describe('the moments of reminding', () => {
  const held = (due_at: number, reminded: number) =>
    ({ phase: 'running', person: { from: 0, due_at, reminded } }) as unknown as TicketState;

  it('are each passed once, in order, and lie before it is due, however short the time', () => {
    fc.assert(
      fc.property(fc.nat(10_000), fc.nat(12_000), (due_at, now) => {
        for (let reminded = 0; ; ) {
          const next = reminderOf(held(due_at, reminded), now);
          if (next === undefined) break;
          expect(next.nth).toBeGreaterThan(reminded);
          expect(next.at).toBeLessThan(due_at);
          reminded = next.nth;
        }
        const first = firstReminder(0, due_at);
        expect(reminderOf(held(due_at, 0), 0)?.at).toBe(due_at > 1 ? first : reminderOf(held(due_at, 0), 0)?.at);
      }),
    );
  });
});
