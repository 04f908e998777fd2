/** What time alone does to a ticket: claims that do not come, leases and timeouts that run out, backoffs that end. */
import { beforeEach, describe, expect, it } from 'vitest';
import { createSkipTicket } from '../../../core/operate/skip-ticket.ts';
import type { PlanState } from '../../../core/plan/state.ts';
import { createHoldBack } from '../../../core/schedule/hold-back.ts';
import { createReportTicket } from '../../../core/ticket/report.ts';
import { SETTLED_BY_MS } from '../../../core/ticket/settle.ts';
import type { TicketRecord } from '../../../core/ticket/state.ts';
import { contentsOf, inconsistencies } from '../../support/aggregates.ts';
import {
  createHive,
  elapse,
  enter,
  failedForGood,
  fenceOf,
  type Hive,
  phaseOf,
  registration,
  reportOf,
  ticketId,
  workOn,
} from '../../support/hive.ts';
import { NOW, plan, task } from '../../support/plans.ts';

const ID = ticketId('a');
let hive: Hive;
const prepare = async (changes: Parameters<typeof plan>[0] = {}) => {
  hive = createHive();
  await hive.acceptPlan(plan({ tasks: [task('a')], ...changes }));
  await hive.registerAgent(registration('one'));
  await enter(hive, 'a');
};
beforeEach(() => prepare());

const state = async () => (await hive.ledger.loadTicket(ID))?.state;
const causes = () =>
  contentsOf(hive.table).tickets[0]?.records.flatMap(({ event }) =>
    event.type === 'AttemptFailed' || event.type === 'TicketFailed' ? [event.cause] : [],
  );
const live = (agentId = 'one') => hive.heartbeatAgent(agentId, { running: [] });

describe('an assigned ticket', () => {
  it('is looked at when its lease would be over', () => {
    expect(hive.timers.pending).toContainEqual({ kind: 'ticket', id: ID, at: NOW + 15_000 });
  });

  it('that nobody claims in time goes to another agent, and costs no retry', async () => {
    await hive.registerAgent(registration('two'));
    hive.clock.advance(14_999);
    await hive.lookAtTicket(ID);
    expect(await phaseOf(hive, 'a')).toBe('assigned');
    hive.clock.advance(1);
    await live('two');
    await hive.lookAtTicket(ID);
    expect(await state()).toMatchObject({ phase: 'backing_off', cause: 'claim_timeout', failures: 0, unclaimed: 1 });
    expect((await hive.agents.load('one'))?.held).toEqual({});
    await elapse(hive, 1000);
    expect(await state()).toMatchObject({ phase: 'assigned', agent_id: 'two', attempt: 2 });
    expect(inconsistencies(hive.table)).toEqual([]);
  });

  it('of a slow agent has three of its heartbeats to be claimed', async () => {
    const slow = createHive();
    await slow.acceptPlan(plan());
    await slow.registerAgent({ ...registration('slow'), heartbeat_interval_ms: 60_000 });
    await enter(slow, 'a');
    expect((await slow.ledger.loadTicket(ID))?.state).toMatchObject({ phase: 'assigned', lease_ms: 180_000 });
  });
});

describe('a running ticket', () => {
  beforeEach(() => hive.claimTicket(ID, fenceOf('one')).then(() => {}));

  it('stays with an agent that gives signs of life, as long as its timeout allows', async () => {
    for (let time = 0; time < 11; time++) {
      await elapse(hive, 5000);
      await hive.heartbeatTicket(ID, fenceOf('one'));
    }
    expect(await phaseOf(hive, 'a')).toBe('running');
    await elapse(hive, 5000);
    expect(causes()).toEqual(['attempt_timeout']);
  });

  it('is taken from an agent that is silent for as long as the lease, exactly then', async () => {
    await elapse(hive, 4000);
    await hive.heartbeatTicket(ID, fenceOf('one'));
    await elapse(hive, 14_999);
    expect(await phaseOf(hive, 'a')).toBe('running');
    await elapse(hive, 1);
    expect(causes()).toEqual(['lease_expired']);
    expect(await state()).toMatchObject({ phase: 'backing_off', failures: 1, avoid: ['one'] });
    expect((await hive.agents.load('one'))?.held).toEqual({});
  });

  it('tells the agent that it has lost it', async () => {
    const { inbox_url } = (await hive.agents.load('one')) ?? {};
    hive.inboxes.take(inbox_url ?? '');
    await elapse(hive, 15_000);
    expect(hive.inboxes.take(inbox_url ?? '')).toMatchObject({ kind: 'ticket_withdrawn', ticket_id: ID, attempt: 1 });
  });

  it('fails for good when its retries are used up, and its state in the machine with it', async () => {
    await elapse(hive, 15_000);
    expect(await phaseOf(hive, 'a')).toBe('backing_off');
    await live();
    await elapse(hive, 10_000);
    await hive.claimTicket(ID, fenceOf('one', 'claim', 2));
    await elapse(hive, 15_000);
    expect(await state()).toMatchObject({ phase: 'failed', cause: 'lease_expired', failures: 2 });
    expect([...hive.machines.answers.values()]).toMatchObject([{ kind: 'failed', error: 'LEASE_EXPIRED' }]);
    expect(inconsistencies(hive.table)).toEqual([]);
  });

  it('does not fail twice, nor move on, when the timer comes again', async () => {
    await elapse(hive, 15_000);
    const before = hive.table.scan();
    await hive.lookAtTicket(ID);
    expect(hive.table.scan()).toEqual(before);
  });
});

describe('a ticket that backs off', () => {
  it('is ready again when the time has come, not before, and prefers another agent', async () => {
    await hive.registerAgent(registration('two'));
    await hive.claimTicket(ID, fenceOf('one'));
    await hive.reportTicket(ID, reportOf(ID, fenceOf('one'), { status: 'FAILED' }));
    // Low band: up to 10 s, and chance says half.
    expect(await state()).toMatchObject({ phase: 'backing_off', retry_at: NOW + 5000 });
    await elapse(hive, 4999);
    expect(await phaseOf(hive, 'a')).toBe('backing_off');
    await elapse(hive, 1);
    expect(await state()).toMatchObject({ phase: 'assigned', agent_id: 'two', attempt: 2 });
    await workOn(hive, 'two', ID);
    expect(await phaseOf(hive, 'a')).toBe('completed');
  });

  it('goes back to the same agent when there is no other', async () => {
    await hive.claimTicket(ID, fenceOf('one'));
    await hive.reportTicket(ID, reportOf(ID, fenceOf('one'), { status: 'FAILED' }));
    await elapse(hive, 5000);
    expect(await state()).toMatchObject({ phase: 'assigned', agent_id: 'one', attempt: 2 });
  });

  it('waits a while for another agent that is busy, and then takes the one there is', async () => {
    await hive.registerAgent(registration('two'));
    await hive.acceptPlan(plan({ plan_id: 'plan-2' }));
    await enter(hive, 'a', 'plan-2');
    await hive.claimTicket(ticketId('a', 'plan-2'), fenceOf('two'));
    await hive.claimTicket(ID, fenceOf('one'));
    await hive.reportTicket(ID, reportOf(ID, fenceOf('one'), { status: 'FAILED' }));
    const pass = async (ms: number) => {
      for (let left = ms; left > 0; left -= 5000) {
        for (const id of ['one', 'two']) await live(id);
        await hive.heartbeatTicket(ticketId('a', 'plan-2'), fenceOf('two'));
        await elapse(hive, Math.min(left, 5000));
      }
    };
    await pass(30_000);
    expect(await phaseOf(hive, 'a')).toBe('ready');
    await pass(5000);
    expect(await state()).toMatchObject({ phase: 'assigned', agent_id: 'one' });
  });
});

describe('by its delivery mode, a ticket', () => {
  const once = () => prepare({ tasks: [task('a', { delivery_mode: 'AT_MOST_ONCE' })] });

  it('of AT_MOST_ONCE is not tried again once it was claimed, whatever became of the attempt', async () => {
    await once();
    await hive.claimTicket(ID, fenceOf('one'));
    await elapse(hive, 15_000);
    expect(await state()).toMatchObject({ phase: 'failed', attempts: 1 });
  });

  it('of AT_MOST_ONCE may be assigned again as long as nobody has claimed it', async () => {
    await once();
    await elapse(hive, 15_000);
    expect(await phaseOf(hive, 'a')).toBe('backing_off');
  });

  it('of any mode gets the same idempotency key for each attempt', async () => {
    const first = await hive.claimTicket(ID, fenceOf('one'));
    await elapse(hive, 15_000);
    await live();
    await elapse(hive, 10_000);
    const second = await hive.claimTicket(ID, fenceOf('one', 'claim', 2));
    expect([second.attempt, second.idempotency_key]).toEqual([2, first.idempotency_key]);
  });

  it('is not tried again when its agent says that this is no use', async () => {
    await hive.claimTicket(ID, fenceOf('one'));
    await hive.reportTicket(ID, reportOf(ID, fenceOf('one'), failedForGood));
    expect(await phaseOf(hive, 'a')).toBe('failed');
  });
});

describe('a ticket that has ended', () => {
  it('is settled by its timer, should whoever ended it have died before', async () => {
    await hive.claimTicket(ID, fenceOf('one'));
    const dying = createReportTicket({ ...hive.deps, settle: async () => {} });
    await dying(ID, reportOf(ID, fenceOf('one')));
    expect(hive.machines.answers.size).toBe(0);
    await elapse(hive, 15_000);
    expect([...hive.machines.answers.values()]).toEqual([{ kind: 'completed' }]);
  });

  it('by an operator before any agent had it has a timer too', async () => {
    const waiting = createHive();
    await waiting.acceptPlan(plan({ tasks: [task('a')] }));
    await enter(waiting, 'a');
    const dying = createSkipTicket({ ...waiting.deps, settle: async () => {} });
    await dying(ID, { by: 'ops', why: 'because', output: {} });
    expect(waiting.machines.answers.size).toBe(0);
    await elapse(waiting, SETTLED_BY_MS);
    expect([...waiting.machines.answers.values()]).toEqual([{ kind: 'completed' }]);
  });

  it('in a round, because its plan has ended, is settled by a timer', async () => {
    await hive.acceptPlan(plan({ plan_id: 'over', tasks: [task('a')] }));
    const id = ticketId('a', 'over');
    await hive.enterTicket({ plan_id: 'over', task_id: 'a', task_token: 'token' });
    const phase = { loadPlanState: async () => ({ phase: 'cancelled' }) as PlanState };
    const holdBack = createHoldBack({ ...hive.deps, ledger: { ...hive.ledger, ...phase } });
    expect(await holdBack((await hive.ledger.loadTicket(id)) as TicketRecord)).toBeUndefined();
    expect((await hive.ledger.loadTicket(id))?.state.phase).toBe('cancelled');
    await elapse(hive, SETTLED_BY_MS);
    expect((await hive.ledger.loadTicket(id))?.settled_at).toBeDefined();
  });
});
