import { beforeEach, describe, expect, it } from 'vitest';
import { contentsOf } from '../../support/aggregates.ts';
import { createHive, enter, fenceOf, type Hive, registration, reportOf, ticketId, work } from '../../support/hive.ts';
import { plan, task } from '../../support/plans.ts';

let hive: Hive;
beforeEach(async () => {
  hive = createHive();
  await hive.acceptPlan(plan({ tasks: [task('a', { required_capabilities: ['build'] })] }));
});
const entered = (task_token: string, task_id = 'a', plan_id = 'plan-1') =>
  hive.enterTicket({ plan_id, task_id, task_token });

describe('a plan’s machine enters a ticket', () => {
  it('which is ready then, in its pool, once however often it is told', async () => {
    expect(await entered('token')).toBe('build');
    expect(await entered('token')).toBe('build');
    const { queue, tickets } = contentsOf(hive.table);
    expect(queue).toHaveLength(1);
    expect(tickets[0]?.records).toHaveLength(2);
    expect(await hive.queue.pools()).toEqual([{ pool: 'build', required_capabilities: ['build'] }]);
  });

  it('and is told nothing new when somebody has the ticket already', async () => {
    await hive.registerAgent(registration('agent'));
    await enter(hive, 'a');
    // The round that was to follow the first time may have died: this asks for one again.
    expect(await entered('token')).toBe('build');
    expect(hive.machines.answers.size).toBe(0);
  });

  it('and moves on at once when the ticket has ended', async () => {
    await hive.registerAgent(registration('agent'));
    await enter(hive, 'a');
    await work(hive, 'agent', 'a');
    expect(await entered('another token')).toBe('build');
    expect(hive.machines.answers.get('another token')).toEqual({ kind: 'completed' });
  });

  it('and fails at once when the ticket has failed or was cancelled', async () => {
    await hive.registerAgent(registration('agent'));
    await enter(hive, 'a');
    await hive.claimTicket(ticketId('a'), fenceOf('agent'));
    await hive.reportTicket(
      ticketId('a'),
      reportOf(ticketId('a'), fenceOf('agent'), {
        status: 'FAILED',
        error_message: 'no',
        error: { retryable: false },
      }),
    );
    await entered('late');
    expect(hive.machines.answers.get('late')).toMatchObject({ kind: 'failed', cause: 'no' });

    await hive.acceptPlan(plan({ plan_id: 'plan-2' }));
    await hive.completePlan({ kind: 'plan_machine_failed', plan_id: 'plan-2', failure: { Error: 'E', Cause: 'c' } });
    await entered('later', 'a', 'plan-2');
    expect(hive.machines.answers.get('later')).toMatchObject({ kind: 'failed', error: 'TICKET_CANCELLED' });
  });

  it('again, from another execution of its plan: that one waits too, and both are answered', async () => {
    await hive.registerAgent(registration('agent'));
    await enter(hive, 'a');
    expect(await entered('of run 2')).toBe('build');
    expect(await entered('of run 2')).toBe('build');
    expect(contentsOf(hive.table).tickets[0]?.records.map(({ event }) => event.type)).toEqual([
      'TicketCreated',
      'TicketReady',
      'TicketAssigned',
      'TicketReentered',
    ]);
    await work(hive, 'agent', 'a');
    expect([...hive.machines.answers.keys()].sort()).toEqual(['of run 2', 'token of plan-1/a']);
  });

  it('and fails at once when the ledger knows no such ticket, whatever it is called', async () => {
    for (const [index, name] of ['nobody', '', '\u0000', '__proto__'].entries()) {
      expect(await entered(`t${index}`, name, name)).toBeUndefined();
      expect(hive.machines.answers.get(`t${index}`)).toMatchObject({ kind: 'failed', error: 'TICKET_UNKNOWN' });
    }
  });
});

describe('a late message of an execution of before', () => {
  it('does not make a ticket ready that was opened again: what it depends on may not be done', async () => {
    const other = createHive();
    await other.acceptPlan(plan());
    await other.failPlan('plan-1', { reason: 'no' });
    await other.operations.redrivePlan('plan-1', { by: 'ops', why: 'again' });
    expect(await other.enterTicket({ plan_id: 'plan-1', task_id: 'a', task_token: 'old', run: 1 })).toBeUndefined();
    expect(other.machines.answers.get('old')).toMatchObject({ kind: 'failed', error: 'EXECUTION_OVER' });
    expect(await other.enterTicket({ plan_id: 'plan-1', task_id: 'a', task_token: 'new', run: 2 })).toBe('any');
  });
});
