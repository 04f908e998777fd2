/** Operators' verbs: what they do, that doing them again does nothing more, and that who and why are recorded. */
import { beforeEach, describe, expect, it } from 'vitest';
import type { Operations } from '../../../core/operate/operations.ts';
import type { PolicyEngine } from '../../../core/ports/policies.ts';
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
  wireFunctions,
  work,
  workOn,
} from '../../support/hive.ts';
import { dependent, NOW, plan, task } from '../../support/plans.ts';
import { defaultEngine } from '../../support/policies.ts';

const VERB = { by: 'arn:ops', why: 'because' };
const A = ticketId('a');

let hive: Hive;
beforeEach(async () => {
  hive = createHive();
  await hive.acceptPlan(plan({ tasks: [task('a'), task('b'), dependent('c', 'a', 'b')] }));
  await hive.registerAgent(registration('agent', ['build'], 4));
});
/** Knows what is asked as the real one does, and forbids it. */
const nothingAllowed: PolicyEngine = {
  ...defaultEngine(),
  decide: (request) => ({
    ...defaultEngine().decide(request),
    ...{ allowed: false, policies: ['nothing'], reasons: ['nothing is allowed'] },
  }),
};
/** Verbs of something that has an id. */
type Named = Exclude<keyof Operations, 'overrideStrategy'>;

const planEvents = () => contentsOf(hive.table).plans[0]?.records.map(({ event }) => event) ?? [];
const ticketEvents = (name: string) =>
  contentsOf(hive.table)
    .tickets.find(({ id }) => id === ticketId(name))
    ?.records.map(({ event }) => event) ?? [];
const phase = async () => (await hive.ledger.loadPlanState('plan-1'))?.phase;
const awaiting = async (changes = {}) => {
  hive = createHive();
  await hive.acceptPlan(plan({ requires_approval: true, metadata: { author: 'eve' }, ...changes }));
};

describe('every verb', () => {
  const plans: Named[] = ['pausePlan', 'resumePlan', 'cancelPlan', 'redrivePlan', 'approvePlan', 'rejectPlan'];
  const tickets: Named[] = ['retryTicket', 'skipTicket'];
  const call = (verb: Named, id: string) => hive.operations[verb](id, { ...VERB, output: {} });

  it('refuses what is not there, whatever it is called', async () => {
    for (const id of ['nobody', '', '__proto__', '\u0000', '🐝'])
      for (const [verbs, code] of [
        [plans, 'PLAN_UNKNOWN'],
        [tickets, 'TICKET_UNKNOWN'],
        [['resolveIncident'], 'INCIDENT_UNKNOWN'],
        [['drainAgent', 'undrainAgent', 'quarantineAgent', 'releaseAgent', 'handOverAgent'], 'AGENT_UNKNOWN'],
      ] as [Named[], string][])
        for (const verb of verbs) await expect(call(verb, id)).rejects.toMatchObject({ code, status: 404 });
  });

  it('refuses a phase that it does not fit, naming both, and writes nothing', async () => {
    const before = hive.table.scan();
    await expect(call('rejectPlan', 'plan-1')).rejects.toMatchObject({
      code: 'PLAN_PHASE_WRONG',
      status: 409,
      detail: { phase: 'running' },
    });
    await expect(call('skipTicket', A)).rejects.toMatchObject({
      code: 'TICKET_PHASE_WRONG',
      detail: { phase: 'created' },
    });
    expect(hive.table.scan()).toEqual(before);
  });

  it('records for whom the caller says to act', async () => {
    await hive.operations.pausePlan('plan-1', { ...VERB, on_behalf_of: 'alice' });
    expect(planEvents().at(-1)).toEqual({ type: 'PlanPaused', by: 'arn:ops for alice', why: 'because' });
  });
});

describe('pausing a plan', () => {
  it('lets what runs finish and assigns nothing more, until it is resumed', async () => {
    await enter(hive, 'a');
    await hive.claimTicket(A, fenceOf('agent'));
    expect(await hive.operations.pausePlan('plan-1', VERB)).toEqual({ id: 'plan-1', phase: 'paused', changed: true });
    expect(await hive.operations.pausePlan('plan-1', VERB)).toEqual({ id: 'plan-1', phase: 'paused', changed: false });
    await enter(hive, 'b');
    expect(await phaseOf(hive, 'b')).toBe('deferred');
    expect(contentsOf(hive.table).queue).toEqual([]);
    await hive.reportTicket(A, reportOf(A, fenceOf('agent')));
    expect(await phaseOf(hive, 'a')).toBe('completed');

    expect(await hive.operations.resumePlan('plan-1', VERB)).toMatchObject({ phase: 'running', changed: true });
    expect(await hive.operations.resumePlan('plan-1', VERB)).toMatchObject({ phase: 'running', changed: false });
    await elapse(hive, 0);
    expect(await phaseOf(hive, 'b')).toBe('assigned');
    expect(planEvents().filter(({ type }) => type === 'PlanPaused')).toEqual([
      { type: 'PlanPaused', by: 'arn:ops', why: 'because' },
    ]);
    expect(inconsistencies(hive.table)).toEqual([]);
  });

  it('holds back retries too, and its end comes as if it had not been paused', async () => {
    await enter(hive, 'a');
    await hive.claimTicket(A, fenceOf('agent'));
    await hive.operations.pausePlan('plan-1', VERB);
    await hive.reportTicket(A, reportOf(A, fenceOf('agent'), { status: 'FAILED' }));
    await elapse(hive, 10_000);
    expect(await phaseOf(hive, 'a')).toBe('deferred');
    await hive.heartbeatAgent('agent', { running: [] });
    await hive.operations.resumePlan('plan-1', VERB);
    await elapse(hive, 0);
    await workOn(hive, 'agent', A);
    for (const name of ['b', 'c']) {
      await enter(hive, name);
      await work(hive, 'agent', name);
    }
    expect(await hive.completePlan({ kind: 'plan_machine_completed', plan_id: 'plan-1' })).toMatchObject({
      phase: 'completed',
    });
  });
});

describe('cancelling a plan', () => {
  it('ends everything that is open, and the plan', async () => {
    await enter(hive, 'a');
    await hive.claimTicket(A, fenceOf('agent'));
    expect(await hive.operations.cancelPlan('plan-1', VERB)).toEqual({
      id: 'plan-1',
      phase: 'cancelled',
      changed: true,
    });
    expect(await hive.operations.cancelPlan('plan-1', VERB)).toMatchObject({ phase: 'cancelled', changed: false });
    expect(planEvents().at(-1)).toEqual({ type: 'PlanCancelled', by: 'arn:ops', why: 'because' });
    for (const name of ['a', 'b', 'c']) expect(await phaseOf(hive, name)).toBe('cancelled');
    expect((await hive.agents.load('agent'))?.held).toEqual({});
    expect(hive.machines.answers.get('token of plan-1/a')).toMatchObject({ kind: 'failed', error: 'TICKET_CANCELLED' });
  });

  it('undoes what it has done, where it says how', async () => {
    hive = createHive();
    await hive.acceptPlan(plan({ tasks: [task('a', { compensation: { parameters: {} } }), dependent('b', 'a')] }));
    await hive.registerAgent(registration('agent'));
    await enter(hive, 'a');
    await work(hive, 'agent', 'a');
    expect(await hive.operations.cancelPlan('plan-1', VERB)).toMatchObject({ phase: 'compensating' });
    expect(await hive.operations.cancelPlan('plan-1', VERB)).toMatchObject({ phase: 'compensating', changed: false });
    expect(planEvents().at(-1)).toMatchObject({ type: 'PlanCompensating', operator: VERB });
  });

  it('is refused when it has ended', async () => {
    await hive.failPlan('plan-1', { reason: 'no' });
    await expect(hive.operations.cancelPlan('plan-1', VERB)).rejects.toMatchObject({ code: 'PLAN_PHASE_WRONG' });
  });
});

describe('approving a plan', () => {
  it('starts it, in the same call, with who approved it', async () => {
    await awaiting();
    expect(await hive.operations.approvePlan('plan-1', VERB)).toEqual({
      id: 'plan-1',
      phase: 'running',
      changed: true,
    });
    expect(await hive.operations.approvePlan('plan-1', VERB)).toMatchObject({ changed: false });
    expect(hive.machines.executions.size).toBe(1);
    expect(planEvents().map(({ type }) => type)).toEqual([
      'PlanReceived',
      'PlanAwaitingApproval',
      'PlanAccepted',
      'PlanStarted',
    ]);
    expect(planEvents()[2]).toMatchObject({
      operator: VERB,
      authorization: {
        policies: ['producer-puts-plans'],
        asked: { action: 'AcceptPlan', facts: { approval: { approved: true, approver: VERB.by } } },
      },
    });
  });

  it('asks the policies again: what they have come to forbid goes on waiting', async () => {
    await awaiting();
    const { operations } = wireFunctions({
      ...hive.deps,
      policies: { current: async () => ({ engine: nothingAllowed }) },
    });
    await expect(operations.approvePlan('plan-1', VERB)).rejects.toMatchObject({
      code: 'PLAN_DENIED',
      status: 403,
      detail: { faults: [{ code: 'POLICY_DENIED', message: 'nothing is allowed (policy nothing)' }] },
    });
    expect(await phase()).toBe('awaiting_approval');
    expect(hive.machines.executions.size).toBe(0);
    expect(await hive.operations.approvePlan('plan-1', VERB)).toMatchObject({ phase: 'running' });
  });

  it('is not for its author, under whatever name they call', async () => {
    await awaiting();
    for (const request of [
      { ...VERB, by: 'eve' },
      { ...VERB, on_behalf_of: ' eve ' },
    ])
      for (const verb of ['approvePlan', 'rejectPlan'] as const)
        await expect(hive.operations[verb]('plan-1', request)).rejects.toMatchObject({
          code: 'APPROVER_IS_AUTHOR',
          status: 403,
        });
    expect(await phase()).toBe('awaiting_approval');
  });

  it('comes too late after its deadline or its validity', async () => {
    await awaiting({ valid_until: NOW + 1000 });
    hive.clock.advance(1000);
    await expect(hive.operations.approvePlan('plan-1', VERB)).rejects.toMatchObject({
      code: 'PLAN_EXPIRED',
      status: 409,
    });
  });

  it('or not: a rejected plan is over, and nothing of it runs', async () => {
    await awaiting();
    expect(await hive.operations.rejectPlan('plan-1', VERB)).toMatchObject({ phase: 'rejected', changed: true });
    expect(await hive.operations.rejectPlan('plan-1', VERB)).toMatchObject({ phase: 'rejected', changed: false });
    expect(await phaseOf(hive, 'a')).toBe('cancelled');
    await expect(hive.operations.approvePlan('plan-1', VERB)).rejects.toMatchObject({ code: 'PLAN_PHASE_WRONG' });
    expect(
      await hive.acceptPlan(
        plan({ requires_approval: true, metadata: { author: 'eve' }, approval_status: 'approved', approved_by: 'bob' }),
      ),
    ).toMatchObject({ outcome: 'ended' });
  });
});

describe('retrying a ticket', () => {
  it('ends its backoff', async () => {
    await enter(hive, 'a');
    await workOn(hive, 'agent', A, { status: 'FAILED' });
    expect(await hive.operations.retryTicket(A, VERB)).toEqual({ id: A, phase: 'ready', changed: true });
    expect(await hive.operations.retryTicket(A, VERB)).toEqual({ id: A, phase: 'ready', changed: false });
    expect(ticketEvents('a').at(-1)).toMatchObject({ type: 'TicketReady', operator: VERB });
    await elapse(hive, 0);
    await workOn(hive, 'agent', A);
    expect(await phaseOf(hive, 'a')).toBe('completed');
  });

  it('takes one that runs from its agent, whose late report does not count', async () => {
    await enter(hive, 'a');
    await hive.claimTicket(A, fenceOf('agent'));
    await hive.operations.retryTicket(A, VERB);
    expect(ticketEvents('a').at(-2)).toMatchObject({ type: 'AttemptFailed', cause: 'operator', operator: VERB });
    expect(ticketEvents('a').at(-1)).toMatchObject({ type: 'TicketReady', operator: VERB });
    await expect(hive.reportTicket(A, reportOf(A, fenceOf('agent')))).rejects.toMatchObject({
      code: 'TICKET_NOT_ASSIGNED',
    });
    await elapse(hive, 0);
    expect(await phaseOf(hive, 'a')).toBe('assigned');
  });

  it('that has failed with its plan is told to redrive the plan', async () => {
    await enter(hive, 'a');
    await workOn(hive, 'agent', A, failedForGood);
    await expect(hive.operations.retryTicket(A, VERB)).rejects.toMatchObject({
      code: 'TICKET_PHASE_WRONG',
      message: expect.stringContaining('redrive'),
    });
  });
});

describe('skipping a ticket', () => {
  it('takes it as done with the output given: what depends on it goes on', async () => {
    await enter(hive, 'a');
    await hive.claimTicket(A, fenceOf('agent'));
    const request = { ...VERB, output: { url: 'x' } };
    expect(await hive.operations.skipTicket(A, request)).toEqual({ id: A, phase: 'skipped', changed: true });
    expect(await hive.operations.skipTicket(A, request)).toEqual({ id: A, phase: 'skipped', changed: false });
    expect(ticketEvents('a').at(-1)).toEqual({
      type: 'TicketSkipped',
      agent_id: 'agent',
      attempt: 1,
      ...VERB,
      output: { url: 'x' },
    });
    expect(hive.machines.answers.get('token of plan-1/a')).toEqual({ kind: 'completed' });
    expect((await hive.agents.load('agent'))?.held).toEqual({});
    for (const name of ['b', 'c']) {
      await enter(hive, name);
      await work(hive, 'agent', name);
    }
    expect(await hive.completePlan({ kind: 'plan_machine_completed', plan_id: 'plan-1' })).toMatchObject({
      phase: 'completed',
    });
    expect(inconsistencies(hive.table)).toEqual([]);
  });

  it('that failed lets a redriven plan go past it', async () => {
    hive = createHive();
    await hive.acceptPlan(plan({ on_failure: 'halt', tasks: [task('a'), dependent('b', 'a')] }));
    await hive.registerAgent(registration('agent'));
    await enter(hive, 'a');
    await workOn(hive, 'agent', A, failedForGood);
    await hive.completePlan({ kind: 'plan_machine_failed', plan_id: 'plan-1', failure: { Error: 'E', Cause: 'c' } });
    await hive.operations.skipTicket(A, { ...VERB, output: {} });
    await hive.operations.redrivePlan('plan-1', VERB);
    await hive.enterTicket({ plan_id: 'plan-1', task_id: 'a', task_token: 'again', run: 2 });
    expect(hive.machines.answers.get('again')).toEqual({ kind: 'completed' });
    expect(await phaseOf(hive, 'a')).toBe('skipped');
  });

  it('is refused for a failed ticket whose plan is being undone or is over', async () => {
    await enter(hive, 'a');
    await workOn(hive, 'agent', A, failedForGood);
    await hive.operations.cancelPlan('plan-1', VERB);
    await expect(hive.operations.skipTicket(A, { ...VERB, output: {} })).rejects.toMatchObject({
      code: 'TICKET_PHASE_WRONG',
    });
  });
});

describe('redriving a plan', () => {
  it('past its deadline gives it a new one', async () => {
    await hive.failPlan('plan-1', { reason: 'late' });
    hive.clock.advance(5 * 3_600_000);
    await hive.operations.redrivePlan('plan-1', VERB);
    expect((await hive.ledger.loadPlanState('plan-1'))?.deadline).toBe(hive.clock.now() + 4 * 3_600_000);
    expect(planEvents().at(-2)).toMatchObject({ type: 'PlanRedriven', run: 2, ...VERB });
  });

  it('reopens what was cancelled with the gates that are still closed, and no others', async () => {
    hive = createHive();
    // Not series-parallel: one of the edges is gated.
    await hive.acceptPlan(plan({ tasks: [task('a'), task('b'), dependent('c', 'a', 'b'), dependent('d', 'b')] }));
    await hive.registerAgent(registration('agent', ['build'], 4));
    for (const name of ['a', 'b', 'c', 'd']) await enter(hive, name);
    await work(hive, 'agent', 'b');
    await hive.failPlan('plan-1', { reason: 'no' });
    await hive.operations.redrivePlan('plan-1', VERB);
    for (const name of ['a', 'c', 'd']) {
      const ticket = await hive.ledger.loadTicket(ticketId(name));
      const open = ticket?.spec.gated_by.filter((id) => id !== ticketId('b'));
      expect(ticket?.state).toMatchObject({ phase: 'created', unmet: open });
    }
  });
});

describe('of a plan with more tickets than a call can see to', () => {
  const large = async () => {
    hive = createHive();
    await hive.acceptPlan(plan({ tasks: Array.from({ length: 201 }, (_, index) => task(`t${index}`)) }));
  };
  const phases = () => new Set(contentsOf(hive.table).tickets.map(({ state }) => state.phase));

  it('only the intent is written, and its timer does the rest: cancelling', async () => {
    await large();
    expect(await hive.operations.cancelPlan('plan-1', VERB)).toMatchObject({ phase: 'running', changed: true });
    expect(phases()).toEqual(new Set(['created']));
    await elapse(hive, 0);
    expect(await phase()).toBe('cancelled');
    expect(phases()).toEqual(new Set(['cancelled']));
  });

  it('only the intent is written, and its timer does the rest: redriving', async () => {
    await large();
    await hive.failPlan('plan-1', { reason: 'no' });
    expect(await hive.operations.redrivePlan('plan-1', VERB)).toMatchObject({ phase: 'accepted', changed: true });
    await elapse(hive, 0);
    expect(await phase()).toBe('running');
    expect(phases()).toEqual(new Set(['created']));
  });
});

describe('draining an agent', () => {
  const drained = async () => (await hive.agents.load('agent'))?.standing?.draining;

  it('keeps work from it, also when it registers anew, but not what it runs', async () => {
    await enter(hive, 'a');
    await hive.claimTicket(A, fenceOf('agent'));
    expect(await hive.operations.drainAgent('agent', VERB)).toEqual({ id: 'agent', phase: 'draining', changed: true });
    await hive.registerAgent(registration('agent', ['build'], 4));
    await enter(hive, 'b');
    expect([await phaseOf(hive, 'a'), await phaseOf(hive, 'b')]).toEqual(['running', 'ready']);
    expect((await hive.heartbeatAgent('agent')).draining).toBe(true);
    await hive.reportTicket(A, reportOf(A, fenceOf('agent')));
    expect(await phaseOf(hive, 'a')).toBe('completed');
  });

  it('is undone, and tickets that wait are matched', async () => {
    await hive.operations.drainAgent('agent', VERB);
    await enter(hive, 'a');
    expect(await hive.operations.undrainAgent('agent', VERB)).toMatchObject({ phase: 'active', changed: true });
    expect(await drained()).toBeUndefined();
    await elapse(hive, 0);
    expect(await phaseOf(hive, 'a')).toBe('assigned');
  });

  it('is written once, with who and why', async () => {
    await hive.operations.drainAgent('agent', VERB);
    expect(await hive.operations.drainAgent('agent', { by: 'another', why: 'too' })).toMatchObject({ changed: false });
    expect(await drained()).toEqual({ ...VERB, at: NOW });
  });
});
