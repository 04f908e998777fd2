/** Claim, heartbeat and report: what the right agent may do, and what everybody else is told. */
import { beforeEach, describe, expect, it } from 'vitest';
import { contentsOf } from '../../support/aggregates.ts';
import {
  createHive,
  enter,
  fenceOf,
  type Hive,
  phaseOf,
  registration,
  reportOf,
  ticketId,
} from '../../support/hive.ts';
import { NOW, plan, task } from '../../support/plans.ts';

const ID = ticketId('a');
const mine = fenceOf('agent');
const refusedAs = (code: string, status: number) => expect.objectContaining({ code, status });

let hive: Hive;
beforeEach(async () => {
  hive = createHive();
  await hive.acceptPlan(plan({ tasks: [task('a', { parameters: { x: 'y' } })] }));
});
const assigned = async () => {
  await hive.registerAgent(registration('agent'));
  await enter(hive, 'a');
};
const claimed = async () => {
  await assigned();
  await hive.claimTicket(ID, mine);
};
const events = () => contentsOf(hive.table).tickets[0]?.records.map(({ event }) => event.type);

const calls: Record<string, (fence: typeof mine, id?: string) => Promise<unknown>> = {
  claim: (fence, id = ID) => hive.claimTicket(id, fence),
  heartbeat: (fence, id = ID) => hive.heartbeatTicket(id, fence),
  report: (fence, id = ID) => hive.reportTicket(id, reportOf(id, fence)),
};

describe.each(Object.entries(calls))('%s', (name, call) => {
  it('is refused for a ticket that does not exist', async () => {
    const error = await call(mine, ticketId('nobody')).catch((cause: unknown) => cause);
    expect(error).toEqual(refusedAs('TICKET_UNKNOWN', 404));
  });

  it('is refused while nobody has the ticket', async () => {
    await expect(call(mine)).rejects.toEqual(refusedAs('TICKET_NOT_ASSIGNED', 409));
  });

  it('is refused to another agent, and for another attempt', async () => {
    await (name === 'claim' ? assigned() : claimed());
    await expect(call(fenceOf('other'))).rejects.toEqual(refusedAs('TICKET_ASSIGNED_ELSEWHERE', 409));
    for (const attempt of [2, 7])
      await expect(call(fenceOf('agent', 'claim', attempt))).rejects.toEqual(refusedAs('TICKET_ATTEMPT_STALE', 409));
  });

  it('is refused under another claim than the one that holds the ticket', async () => {
    await claimed();
    await expect(call(fenceOf('agent', 'zombie'))).rejects.toEqual(refusedAs('TICKET_ALREADY_CLAIMED', 409));
  });

  it('is told that a cancelled ticket is finished', async () => {
    await claimed();
    await hive.completePlan({ kind: 'plan_machine_failed', plan_id: 'plan-1', failure: { Error: 'E', Cause: 'c' } });
    await expect(call(mine)).rejects.toEqual(refusedAs('TICKET_FINISHED', 410));
  });

  it('writes nothing when it is refused', async () => {
    await claimed();
    const before = hive.table.scan();
    await call(fenceOf('other')).catch(() => {});
    await call(fenceOf('agent', 'zombie')).catch(() => {});
    expect(hive.table.scan()).toEqual(before);
  });
});

it.each(['heartbeat', 'report'] as const)('%s is refused before the ticket is claimed', async (name) => {
  await assigned();
  await expect(calls[name]?.(mine)).rejects.toEqual(refusedAs('TICKET_NOT_CLAIMED', 409));
});

describe('claim', () => {
  it('answers with the ticket, its timeout from now and the lease; again with the same', async () => {
    await assigned();
    hive.clock.advance(250);
    const answer = await hive.claimTicket(ID, mine);
    expect(answer).toMatchObject({ attempt: 1, timeout_at: NOW + 250 + 60_000, lease_ms: 15_000 });
    expect(answer.ticket).toMatchObject({
      ticket_id: ID,
      status: 'RUNNING',
      parameters: { x: 'y' },
      started_at: NOW + 250,
    });
    hive.clock.advance(250);
    expect(await hive.claimTicket(ID, mine)).toEqual(answer);
    expect(events()).toEqual(['TicketCreated', 'TicketReady', 'TicketAssigned', 'TicketStarted']);
  });

  it('lets one of two claims at once through', async () => {
    await assigned();
    const results = await Promise.allSettled([
      hive.claimTicket(ID, mine),
      hive.claimTicket(ID, fenceOf('agent', 'two')),
    ]);
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  it('keeps no more of its secret than a digest', async () => {
    await claimed();
    expect(JSON.stringify(hive.table.scan())).not.toContain(mine.claim_id);
  });
});

describe('heartbeat', () => {
  it('extends the lease from now, and is no event', async () => {
    await claimed();
    hive.clock.advance(9000);
    expect(await hive.heartbeatTicket(ID, mine)).toEqual({ ticket_id: ID, lease_expires_at: NOW + 9000 + 15_000 });
    expect((await hive.ledger.loadTicket(ID))?.touched_at).toBe(NOW + 9000);
    expect(events()).toHaveLength(4);
  });
});

describe('report', () => {
  const report = (changes: Record<string, unknown> = {}, fence = mine) =>
    hive.reportTicket(ID, reportOf(ID, fence, changes));
  const lastEvent = () => contentsOf(hive.table).tickets[0]?.records.at(-1)?.event;

  it('completes the ticket with what was reported, frees the slot and moves the machine on', async () => {
    await claimed();
    hive.clock.advance(1234);
    const result = { success: true, output: { k: 'v' }, metadata: {}, logs: ['line'] };
    expect(await report({ result })).toEqual({ ticket_id: ID, status: 'COMPLETED', duplicate: false });
    expect(lastEvent()).toMatchObject({ type: 'TicketCompleted', agent_id: 'agent', duration_ms: 1234, result });
    expect((await hive.agents.load('agent'))?.held).toEqual({});
    expect([...hive.machines.answers]).toEqual([['token of plan-1/a', { kind: 'completed' }]]);
  });

  it('of the same outcome may come again, sent at another time, and changes nothing', async () => {
    await claimed();
    await report();
    const before = hive.table.scan();
    hive.clock.advance(5000);
    const again = await report({ timestamp: NOW + 5000, actual_duration_ms: 7 });
    expect(again).toEqual({ ticket_id: ID, status: 'COMPLETED', duplicate: true });
    expect(hive.table.scan()).toEqual(before);
  });

  it('of another outcome than the recorded one is refused: the first counts', async () => {
    await claimed();
    await report();
    const other = { result: { success: true, output: { other: 'result' } } };
    for (const changes of [{ status: 'FAILED' }, other])
      await expect(report(changes)).rejects.toEqual(refusedAs('TICKET_ALREADY_REPORTED', 409));
    expect(await phaseOf(hive, 'a')).toBe('completed');
  });

  it('of an ended ticket by somebody else is told that it is finished', async () => {
    await claimed();
    await report();
    for (const fence of [fenceOf('other'), fenceOf('agent', 'zombie'), fenceOf('agent', 'claim', 2)])
      await expect(report({}, fence)).rejects.toEqual(refusedAs('TICKET_FINISHED', 410));
  });

  it('of a failure fails the ticket and its state in the machine, with the agent’s reason', async () => {
    await claimed();
    const error = { code: 'EXIT_1', retryable: false };
    expect((await report({ status: 'FAILED', error_message: 'it broke', error })).status).toBe('FAILED');
    expect(lastEvent()).toMatchObject({ error_code: 'EXIT_1', error_message: 'it broke', retryable: false });
    expect([...hive.machines.answers.values()]).toEqual([{ kind: 'failed', error: 'EXIT_1', cause: 'it broke' }]);
    expect(await report({ status: 'FAILED', error_message: 'it broke', error })).toMatchObject({ duplicate: true });
  });

  it('of a failure without a reason says so, and is tried again: the machine is told nothing', async () => {
    await claimed();
    expect(await report({ status: 'FAILED' })).toMatchObject({ status: 'FAILED', duplicate: false });
    expect(lastEvent()).toMatchObject({
      type: 'AttemptFailed',
      error_code: 'AGENT_REPORTED_FAILURE',
      cause: 'reported',
    });
    expect(await phaseOf(hive, 'a')).toBe('backing_off');
    expect((await hive.agents.load('agent'))?.held).toEqual({});
    expect(hive.machines.answers.size).toBe(0);
    expect(await report({ status: 'FAILED' })).toMatchObject({ status: 'FAILED', duplicate: true });
  });

  it('COMPLETED without success is a failure, in every answer', async () => {
    await claimed();
    const unsuccessful = { result: { success: false } };
    expect(await report(unsuccessful)).toMatchObject({ status: 'FAILED', duplicate: false });
    expect(await report(unsuccessful)).toMatchObject({ status: 'FAILED', duplicate: true });
    expect(await phaseOf(hive, 'a')).toBe('backing_off');
  });

  it('of an attempt that was taken to be lost is refused with a code to act on, and recorded once', async () => {
    await claimed();
    hive.clock.advance(15_000);
    await hive.lookAtTicket(ID);
    expect(lastEvent()).toMatchObject({ type: 'AttemptFailed', cause: 'lease_expired' });
    for (let time = 0; time < 2; time++) await expect(report()).rejects.toEqual(refusedAs('TICKET_NOT_ASSIGNED', 409));
    expect(events()?.filter((type) => type === 'ReportRefused')).toHaveLength(1);
    expect(lastEvent()).toMatchObject({
      agent_id: 'agent',
      attempt: 1,
      code: 'TICKET_NOT_ASSIGNED',
      status: 'COMPLETED',
    });
    expect(await phaseOf(hive, 'a')).toBe('backing_off');
  });

  it('of a cancelled ticket is refused and recorded: the work may have had an effect', async () => {
    await claimed();
    await hive.completePlan({ kind: 'plan_machine_failed', plan_id: 'plan-1', failure: { Error: 'E', Cause: 'c' } });
    await expect(report()).rejects.toEqual(refusedAs('TICKET_FINISHED', 410));
    expect(lastEvent()).toMatchObject({ type: 'ReportRefused', code: 'TICKET_FINISHED' });
  });

  it('that is refused is kept of agents that held the ticket only, and a few times at most', async () => {
    await claimed();
    hive.clock.advance(15_000);
    await hive.lookAtTicket(ID);
    await report({}, fenceOf('agent', 'another claim')).catch(() => {});
    await report({}, fenceOf('other')).catch(() => {});
    expect(events()).not.toContain('ReportRefused');
    for (let time = 0; time < 30; time++) await report({ error_message: `no ${time}` }).catch(() => {});
    expect(events()?.filter((type) => type === 'ReportRefused')).toHaveLength(20);
  });

  it('of progress is a sign of life; late, it is told that the ticket is finished', async () => {
    await claimed();
    hive.clock.advance(7);
    expect(await report({ status: 'RUNNING' })).toMatchObject({ status: 'RUNNING', duplicate: false });
    expect((await hive.ledger.loadTicket(ID))?.touched_at).toBe(NOW + 7);
    await report();
    await expect(report({ status: 'RUNNING' })).rejects.toEqual(refusedAs('TICKET_FINISHED', 410));
  });

  it('of another ticket or over 256 KB of UTF-8 is refused, what is below fits the ledger', async () => {
    await claimed();
    const large = (size: number) => ({ result: { success: true, output: { x: '中'.repeat(size) } } });
    await expect(hive.reportTicket(ID, reportOf(ticketId('b'), mine))).rejects.toEqual(
      refusedAs('MESSAGE_INVALID', 400),
    );
    await expect(report(large(90_000))).rejects.toEqual(refusedAs('RESULT_TOO_LARGE', 413));
    expect(await report(large(87_000))).toMatchObject({ status: 'COMPLETED' });
  });

  it('ends once when five come at once', async () => {
    await claimed();
    const answers = await Promise.all(Array.from({ length: 5 }, () => report()));
    expect(answers.filter(({ duplicate }) => !duplicate)).toHaveLength(1);
    expect(events()?.filter((type) => type === 'TicketCompleted')).toHaveLength(1);
  });
});
