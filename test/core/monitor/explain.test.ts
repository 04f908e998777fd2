/** A ticket's story, told from the events of plans that really went that way. */
import { describe, expect, it } from 'vitest';
import { createMemoryPlanReader } from '../../../adapters/memory/plan-reader.ts';
import { sha256 } from '../../../adapters/system/digest.ts';
import { toBusEvent } from '../../../core/ledger/project.ts';
import { ticketExplanation } from '../../../core/messages/ticket-explanation.ts';
import { createExplainTicket } from '../../../core/monitor/explain.ts';
import { compensationIdOf } from '../../../core/ticket/ids.ts';
import { enter, fenceOf, type Hive, registration, reportOf, ticketId, work } from '../../support/hive.ts';
import { dependent, NOW, task, ticketsOf } from '../../support/plans.ts';
import { accepted, build, by, explain, S, TASKS } from './explained.ts';

/** As `kind from-to`, in seconds after NOW. */
async function lifeOf(hive: Hive, task_id: string): Promise<string[]> {
  const { stretches } = await explain(hive, task_id);
  const at = (time: number | undefined) => (time === undefined ? '' : (time - NOW) / S);
  return stretches.map(({ kind, from, to }) => `${kind} ${at(from)}-${at(to)}`);
}

describe('why a ticket waited', () => {
  it('tells dependencies, the machine, the queue, the claim and the run apart', async () => {
    const hive = await accepted();
    await hive.registerAgent(registration('x', ['build'], 2));
    hive.clock.advance(1 * S);
    await enter(hive, 'a');
    hive.clock.advance(2 * S);
    await hive.claimTicket(ticketId('a'), fenceOf('x'));
    expect(await lifeOf(hive, 'a')).toEqual(['machine 0-1', 'claim 1-3', 'run 3-']);
    expect(await lifeOf(hive, 'b')).toEqual(['dependencies 0-']);
    hive.clock.advance(4 * S);
    await hive.reportTicket(ticketId('a'), reportOf(ticketId('a'), fenceOf('x')));
    hive.clock.advance(1 * S);
    await enter(hive, 'b');
    hive.clock.advance(1 * S);
    await work(hive, 'x', 'b');
    expect(await lifeOf(hive, 'b')).toEqual(['dependencies 0-7', 'machine 7-8', 'claim 8-9']);
    const { stretches, waited_ms, summary, next } = await explain(hive, 'b');
    expect(stretches[0]).toMatchObject({ tasks: ['a'], why: 'until the last of these was done' });
    expect({ waited_ms, summary }).toEqual({ waited_ms: 9 * S, summary: 'completed by x in attempt 1' });
    expect(next).toEqual([]);
  });

  it('names those whom it still waits for', async () => {
    const { stretches, next } = await explain(await accepted(), 'b');
    expect(stretches).toMatchObject([{ kind: 'dependencies', tasks: ['a'] }]);
    expect(next[0]?.what).toBe('its plan’s machine enters it when what it depends on is done');
  });

  it('says what is missing while no agent takes it, and who came at last', async () => {
    const hive = await accepted();
    await enter(hive, 'a');
    hive.clock.advance(5 * S);
    expect((await explain(hive, 'a')).stretches).toMatchObject([
      { kind: 'queue', why: 'no agent has the capabilities it needs (build)' },
    ]);
    await hive.registerAgent(registration('late'));
    await hive.round((await explain(hive, 'a')).asks.pool);
    const { stretches, attempts } = await explain(hive, 'a');
    expect(stretches[0]).toMatchObject({
      kind: 'queue',
      to: NOW + 5 * S,
      why: 'no agent took it until late registered',
    });
    expect(attempts).toMatchObject([
      {
        attempt: 1,
        agent_id: 'late',
        outcome: 'open',
        choice: { waited_ms: 5 * S, candidates: [{ agent_id: 'late' }] },
      },
    ]);
  });

  it('says who paused its plan', async () => {
    const hive = await accepted();
    await enter(hive, 'a');
    await hive.operations.pausePlan('plan-1', by);
    await hive.registerAgent(registration('x'));
    hive.clock.advance(2 * S);
    await hive.round((await explain(hive, 'a')).asks.pool);
    hive.clock.advance(3 * S);
    expect(await lifeOf(hive, 'a')).toEqual(['queue 0-2', 'pause 2-']);
    const { stretches, next } = await explain(hive, 'a');
    expect(stretches[1]?.why).toBe('its plan was paused by ada: because');
    expect(next[0]).toEqual({ what: 'it becomes ready when its plan is resumed' });
  });

  it('says with one voice that its plan is paused, before it is held back for that', async () => {
    const hive = await accepted();
    await enter(hive, 'a');
    await hive.operations.pausePlan('plan-1', by);
    const { summary, stretches, next } = await explain(hive, 'a');
    expect(summary).toBe('ready, and its plan is paused');
    expect(stretches.at(-1)).toMatchObject({ kind: 'queue', why: 'its plan is paused by ada: because' });
    expect(next[0]).toEqual({ what: 'it is held back until its plan is resumed' });
    await hive.operations.resumePlan('plan-1', by);
    expect((await explain(hive, 'a')).summary).toBe('ready, and waits for an agent');
  });

  it('says how long its plan waited for approval, and who gave it', async () => {
    const hive = await accepted({ requires_approval: true });
    hive.clock.advance(9 * S);
    expect(await lifeOf(hive, 'b')).toEqual(['approval 0-']);
    await hive.operations.approvePlan('plan-1', by);
    hive.clock.advance(1 * S);
    expect(await lifeOf(hive, 'b')).toEqual(['approval 0-9', 'dependencies 9-']);
    expect((await explain(hive, 'b')).stretches[0]?.why).toBe('until ada approved its plan: because');
  });

  it('names the gate that was the last to open', async () => {
    // An N: the compiler gates one of its edges.
    const N_SHAPE = [task('a'), task('b'), dependent('c', 'a', 'b'), dependent('d', 'b')];
    const tasks = N_SHAPE.map((one) => ({ ...one, ...build }));
    const spec = ticketsOf({ tasks }).find(({ gated_by }) => gated_by.length > 0);
    const gate = spec?.gated_by[0] ?? '';
    const hive = await accepted({ tasks });
    await hive.registerAgent(registration('x', ['build'], 4));
    const keeper = (await hive.ledger.loadTicketStates([gate]))[0]?.task_id ?? '';
    const before = spec?.dependencies.filter((id) => id !== gate) ?? [];
    for (const { task_id } of await hive.ledger.loadTicketStates(before)) {
      await enter(hive, task_id);
      await work(hive, 'x', task_id);
    }
    hive.clock.advance(1 * S);
    await enter(hive, spec?.task_id ?? '');
    hive.clock.advance(2 * S);
    expect((await explain(hive, spec?.task_id ?? '')).stretches.at(-1)).toMatchObject({
      kind: 'gate',
      tasks: [keeper],
    });
    await enter(hive, keeper);
    await work(hive, 'x', keeper);
    expect((await lifeOf(hive, spec?.task_id ?? '')).slice(0, 2)).toEqual(['machine 0-1', 'gate 1-3']);
    expect((await explain(hive, spec?.task_id ?? '')).stretches.find(({ kind }) => kind === 'gate')).toEqual({
      ...{ kind: 'gate', from: NOW + 1 * S, to: NOW + 3 * S },
      ...{ why: 'until the last of these was done', tasks: [keeper] },
    });
  });
});

describe('a plan that was redriven', () => {
  it('tells how long its failure stood, and who had it run again', async () => {
    const hive = await accepted({ on_failure: 'halt' });
    await hive.registerAgent(registration('x'));
    await enter(hive, 'a');
    await hive.claimTicket(ticketId('a'), fenceOf('x'));
    const failed = { status: 'FAILED', error_message: 'no', error: { retryable: false } };
    await hive.reportTicket(ticketId('a'), reportOf(ticketId('a'), fenceOf('x'), failed));
    await hive.failPlan('plan-1', { reason: 'a failed' });
    expect((await explain(hive, 'a')).next.at(-1)?.what).toBe('an operator skips it, or redrives its plan');
    expect((await explain(hive, 'b')).next).toEqual([{ what: 'nothing, until its plan is redriven' }]);
    hive.clock.advance(2 * S);
    await hive.operations.redrivePlan('plan-1', by);
    hive.clock.advance(3 * S);
    expect(await lifeOf(hive, 'a')).toEqual(['stopped 0-2', 'withdrawn 2-']);
    const { stretches, interventions, asks } = await explain(hive, 'a');
    expect(stretches[1]?.why).toContain('reopened by ada: because');
    expect(interventions).toMatchObject([{ type: 'TicketReopened', by: 'ada' }]);
    await hive.enterTicket({ plan_id: 'plan-1', task_id: 'a', task_token: 'another', run: 2 });
    await hive.heartbeatAgent('x');
    await hive.round(asks.pool);
    const { cost, attempts } = await explain(hive, 'a');
    expect(cost.lines.find(({ unit }) => unit === 'transition')?.count).toBe(2);
    expect(attempts.map(({ attempt, outcome }) => [attempt, outcome])).toEqual([
      [1, 'TicketFailed'],
      [2, 'open'],
    ]);
  });
});

describe('what is undone', () => {
  /** `a` and then `b` are done, and the plan is cancelled. */
  async function undoing(): Promise<Hive> {
    const undo = { compensation: { parameters: {} } };
    const hive = await accepted({ tasks: TASKS.map((one) => ({ ...one, ...undo })) });
    await hive.registerAgent(registration('x'));
    for (const id of ['a', 'b']) {
      await enter(hive, id);
      await work(hive, 'x', id);
    }
    hive.clock.advance(3 * S);
    await hive.operations.cancelPlan('plan-1', by);
    hive.clock.advance(1 * S);
    return hive;
  }
  const undoOf = (hive: Hive, task_id: string) =>
    createExplainTicket({ ...hive, reader: createMemoryPlanReader(hive.table) })(
      compensationIdOf('plan-1', task_id, sha256),
    );

  it('says which ticket undoes it, and for how long', async () => {
    const hive = await undoing();
    const told = await explain(hive, 'b');
    expect(told.compensation_ticket_id).toBe(compensationIdOf('plan-1', 'b', sha256));
    expect(told.stretches.at(-1)).toMatchObject({ kind: 'undo', from: NOW + 3 * S });
    expect(told.stretches.map(({ kind }) => kind)).not.toContain('stopped');
    expect(told.next.at(-1)?.what).toBe(`ticket ${told.compensation_ticket_id} undoes it`);
  });

  it('waits for what has to be undone before it', async () => {
    const hive = await undoing();
    const first = await undoOf(hive, 'b');
    expect(first).toMatchObject({ compensates: ticketId('b'), stretches: [{ kind: 'queue' }] });
    const { stretches, next } = await undoOf(hive, 'a');
    expect(stretches).toMatchObject([{ kind: 'gate', tasks: ['undo:b'] }]);
    expect(next).toEqual([{ what: 'it becomes ready when what comes before it is undone' }]);
  });

  it('waits for a person when it cannot be undone', async () => {
    const hive = await undoing();
    const id = compensationIdOf('plan-1', 'b', sha256);
    await hive.heartbeatAgent('x');
    await hive.round((await undoOf(hive, 'b')).asks.pool);
    await hive.claimTicket(id, fenceOf('x'));
    const failed = { status: 'FAILED', error_message: 'no', error: { retryable: false } };
    await hive.reportTicket(id, reportOf(id, fenceOf('x'), failed));
    const { stretches, next, attempts, summary } = await undoOf(hive, 'b');
    expect(stretches.at(-1)).toMatchObject({ kind: 'person', why: expect.stringContaining('incident') });
    expect(next).toMatchObject([{ what: expect.stringContaining('retries it; or undoes it by hand, then skips it') }]);
    expect(attempts).toMatchObject([{ outcome: 'TicketEscalated', cause: 'reported' }]);
    expect(summary).toContain('waits for a person');
  });
});

describe('what happens next', () => {
  const running = async () => {
    const hive = await accepted();
    await hive.registerAgent(registration('x'));
    await enter(hive, 'a');
    return hive;
  };

  it('is a claim, then signs of life, a timeout and the plan’s deadline, each at its time', async () => {
    const hive = await running();
    expect((await explain(hive, 'a')).next[0]).toMatchObject({
      at: NOW + 15 * S,
      what: expect.stringContaining('taken from x'),
    });
    hive.clock.advance(1 * S);
    await hive.claimTicket(ticketId('a'), fenceOf('x'));
    hive.clock.advance(4 * S);
    await hive.heartbeatTicket(ticketId('a'), fenceOf('x'));
    const { next, asks } = await explain(hive, 'a');
    const { deadline } = (await hive.ledger.loadPlanState('plan-1')) ?? { deadline: 0 };
    const bound = next.filter(({ what }) => !what.includes('likely'));
    expect(bound.map(({ at }) => at)).toEqual([NOW + 20 * S, NOW + 1 * S + asks.timeout_ms, deadline]);
    expect(bound[0]?.what).toContain('it is tried again (1 retry left)');
    expect(next.map(({ what }) => what)).toContain('the attempt is likely done');
  });

  it('is, for a person, to be reminded twice, and to lose it when their time is over', async () => {
    const hive = await accepted();
    await hive.registerAgent({ ...registration('anna'), kind: 'human' });
    await enter(hive, 'a');
    const { asks, next } = await explain(hive, 'a');
    expect(next.map(({ at, what }) => [(at ?? 0) - NOW, what]).slice(0, 2)).toEqual([
      [asks.timeout_ms / 2, 'anna is reminded of it'],
      [asks.timeout_ms, 'it is taken from anna, unless they have claimed and done it by then'],
    ]);
  });

  it('is another assignment after one that was handed back, and says who did that and why', async () => {
    const hive = await running();
    hive.clock.advance(3 * S);
    await hive.handBackTicket(ticketId('a'), { agent_id: 'x', attempt: 1, why: 'no time' });
    const { stretches, attempts, summary } = await explain(hive, 'a');
    expect(stretches.find(({ kind }) => kind === 'claim')).toMatchObject({
      agent_id: 'x',
      why: 'handed it back: no time',
    });
    expect(attempts).toMatchObject([{ agent_id: 'x', cause: 'handed_back', error_message: 'no time' }]);
    expect(summary).toBe('backs off after attempt 1: HANDED_BACK');
  });

  it('is another attempt at the time of its backoff, and then another agent', async () => {
    const hive = await running();
    await hive.claimTicket(ticketId('a'), fenceOf('x'));
    hive.clock.advance(2 * S);
    const failed = reportOf(ticketId('a'), fenceOf('x'), { status: 'FAILED', error_message: 'disk full' });
    await hive.reportTicket(ticketId('a'), failed);
    const { next, attempts, summary, stretches } = await explain(hive, 'a');
    const retry_at = NOW + 2 * S + 5 * S;
    expect(next[0]).toEqual({ at: retry_at, what: 'attempt 2 may begin: it becomes ready again' });
    expect(attempts[0]).toMatchObject({
      outcome: 'AttemptFailed',
      cause: 'reported',
      retry_at,
      error_message: 'disk full',
    });
    expect(summary).toContain('backs off after attempt 1');
    expect(stretches.at(-1)).toMatchObject({ kind: 'backoff', attempt: 1, why: expect.stringContaining('disk full') });
    await hive.registerAgent(registration('y'));
    hive.clock.advance(5 * S);
    await hive.lookAtTicket(ticketId('a'));
    await hive.heartbeatAgent('x');
    await hive.heartbeatAgent('y');
    await hive.round((await explain(hive, 'a')).asks.pool);
    expect((await explain(hive, 'a')).attempts[1]).toMatchObject({ attempt: 2, agent_id: 'y', avoided: ['x'] });
  });

  it('says that it fails where no retry is left', async () => {
    const hive = await running();
    await hive.claimTicket(ticketId('a'), fenceOf('x'));
    hive.clock.advance(16 * S);
    await hive.lookAtTicket(ticketId('a'));
    await hive.lookAtTicket(ticketId('a'));
    const { attempts } = await explain(hive, 'a');
    expect(attempts[0]).toMatchObject({ cause: 'lease_expired' });
    hive.clock.advance(30 * S);
    await hive.lookAtTicket(ticketId('a'));
    await hive.heartbeatAgent('x');
    await hive.round((await explain(hive, 'a')).asks.pool);
    await hive.claimTicket(ticketId('a'), fenceOf('x', 'again', 2));
    const { next } = await explain(hive, 'a');
    expect(next.map(({ what }) => what).join('\n')).toContain('it fails: no retry is left');
  });
});

describe('what else there is to tell', () => {
  it('keeps the late report of an agent that had lost it', async () => {
    const hive = await accepted();
    await hive.registerAgent(registration('x'));
    await enter(hive, 'a');
    await hive.claimTicket(ticketId('a'), fenceOf('x'));
    await hive.operations.retryTicket(ticketId('a'), by);
    await hive.reportTicket(ticketId('a'), reportOf(ticketId('a'), fenceOf('x'))).catch(() => undefined);
    const told = await explain(hive, 'a');
    expect(told.refused_reports).toMatchObject([{ agent_id: 'x', attempt: 1, status: 'COMPLETED' }]);
    expect(told.interventions).toMatchObject([{ by: 'ada', why: 'because' }]);
  });

  it('counts what it cost by what was written and sent', async () => {
    const hive = await accepted();
    await hive.registerAgent(registration('x'));
    await enter(hive, 'a');
    await work(hive, 'x', 'a');
    const { cost } = await explain(hive, 'a');
    const count = (unit: string) => cost.lines.find((line) => line.unit === unit)?.count;
    expect(count('transition')).toBe(1);
    expect(count('REST call')).toBe(2);
    expect(count('request, FIFO queue')).toBe(3);
    const { records = [] } = (await hive.ledger.loadTicket(ticketId('a'))) ?? {};
    expect(count('custom event')).toBe(records.filter((link) => toBusEvent(link) !== undefined).length);
    expect(cost.usd).toBeCloseTo(
      cost.lines.reduce((sum, { usd }) => sum + usd, 0),
      12,
    );
    expect(cost.usd).toBeGreaterThan(25e-6);
    expect(cost.usd).toBeLessThan(200e-6);
  });

  it('refuses a ticket that is not there', async () => {
    await expect(explain(await accepted(), 'nobody')).rejects.toMatchObject({ code: 'TICKET_UNKNOWN', status: 404 });
  });

  it('has no secret in it', async () => {
    const hive = await accepted();
    await hive.registerAgent(registration('x'));
    await enter(hive, 'a');
    await hive.claimTicket(ticketId('a'), fenceOf('x'));
    const { records } = (await hive.ledger.loadTicket(ticketId('a'))) ?? { records: [] };
    const secrets = records.flatMap(({ event }) => [
      ...('task_token' in event ? [event.task_token] : []),
      ...('claim_digest' in event ? [event.claim_digest] : []),
    ]);
    expect(secrets).toHaveLength(2);
    const told = JSON.stringify(await explain(hive, 'a'));
    for (const secret of secrets) expect(told).not.toContain(secret);
  });

  it('is as its schema says', async () => {
    const hive = await accepted();
    await hive.registerAgent(registration('x'));
    await enter(hive, 'a');
    for (const id of ['a', 'b']) {
      const told = await explain(hive, id);
      expect(ticketExplanation.parse(told)).toEqual(told);
    }
  });
});
