/** The short way: ready and assigned in one commit, where nobody waits and a slot is free; else the long way. */
import { beforeEach, describe, expect, it } from 'vitest';
import { HiveError } from '../../../core/errors.ts';
import { COMMIT_CONFLICT } from '../../../core/ledger/retry.ts';
import type { Ledger, Write } from '../../../core/ports/ledger.ts';
import type { Queued } from '../../../core/schedule/schedule-tickets.ts';
import { contentsOf, inconsistencies } from '../../support/aggregates.ts';
import {
  createHive,
  enter,
  fenceOf,
  type Hive,
  phaseOf,
  registration,
  ticketId,
  type Wrap,
} from '../../support/hive.ts';
import { dependent, NOW, plan, task } from '../../support/plans.ts';

const TASKS = [task('a'), task('b'), dependent('c', 'a', 'b'), dependent('d', 'b')];
const entered = (...names: string[]): Queued[] =>
  names.map((task_id) => ({
    id: task_id,
    group: 'build',
    message: { kind: 'ticket_entered', plan_id: 'plan-1', task_id, task_token: `token of plan-1/${task_id}` },
  }));

let commits: (readonly Write[])[] = [];
let refusals = 0;
const watched: Wrap = (port, name) =>
  name !== 'ledger'
    ? port
    : {
        ...port,
        async commit(writes: readonly Write[]) {
          if (writes.some(({ kind }) => kind === 'hold_slot') && refusals-- > 0)
            throw new HiveError(COMMIT_CONFLICT, 'refused', { detail: { failed: [1] } });
          commits.push(writes);
          return (port as unknown as Ledger).commit(writes);
        },
      };

let hive: Hive;
async function prepare(slots: number) {
  refusals = 0;
  hive = createHive({ wrap: watched });
  await hive.acceptPlan(plan({ tasks: TASKS }));
  await hive.registerAgent(registration('agent', ['build'], slots));
  commits = [];
}
beforeEach(() => prepare(9));

const eventsOf = async (name: string) =>
  (await hive.ledger.loadTicket(ticketId(name)))?.records.map(({ event }) => event.type);
const queued = () => commits.flat().filter(({ kind }) => kind === 'enqueue').length;

describe('a ticket that its machine enters', () => {
  it('is ready and assigned in one commit where nobody waits and a slot is free, its timer set', async () => {
    const { rounds, failed } = await hive.scheduleTickets(entered('a'));
    expect([rounds.map(({ assigned }) => assigned), failed]).toEqual([[1], []]);
    expect(commits).toHaveLength(1);
    expect(queued()).toBe(0);
    expect(await eventsOf('a')).toEqual(['TicketCreated', 'TicketReady', 'TicketAssigned']);
    expect(hive.timers.pending).toContainEqual({ kind: 'ticket', id: ticketId('a'), at: NOW + 15_000 });
    expect(hive.inboxes.take('memory://inbox/agent')).toMatchObject({ kind: 'ticket_assigned', task_id: 'a' });
    expect(await hive.claimTicket(ticketId('a'), fenceOf('agent'))).toMatchObject({ attempt: 1 });
    expect(inconsistencies(hive.table)).toEqual([]);
  });

  it('and its like of the same batch, as far as slots go; the others wait in the queue', async () => {
    await prepare(1);
    await hive.scheduleTickets(entered('a', 'b'));
    expect([await phaseOf(hive, 'a'), await phaseOf(hive, 'b')].sort()).toEqual(['assigned', 'ready']);
    expect(contentsOf(hive.table).queue).toHaveLength(1);
    expect(inconsistencies(hive.table)).toEqual([]);
  });

  it('does not pass by those that wait in its pool', async () => {
    await hive.enterTicket({ plan_id: 'plan-1', task_id: 'a', task_token: 'token of plan-1/a' });
    await hive.scheduleTickets(entered('b'));
    expect(queued()).toBe(2);
    expect([await phaseOf(hive, 'a'), await phaseOf(hive, 'b')]).toEqual(['assigned', 'assigned']);
  });

  it('waits for its gates all the same', async () => {
    await hive.scheduleTickets(entered('a', 'b', 'c', 'd'));
    const gated = contentsOf(hive.table).tickets.filter(({ state }) => state.unmet.length > 0);
    expect(gated.map(({ state }) => state.phase)).toEqual(['gated']);
    expect(inconsistencies(hive.table)).toEqual([]);
  });

  it('is deferred where its plan is paused', async () => {
    await hive.operations.pausePlan('plan-1', { by: 'ops', why: 'because' });
    await hive.scheduleTickets(entered('a'));
    expect(await phaseOf(hive, 'a')).toBe('deferred');
  });

  it('goes the long way when the slot is gone by the time it is wanted, and is assigned there', async () => {
    refusals = 1;
    const { failed } = await hive.scheduleTickets(entered('a'));
    expect(failed).toEqual([]);
    expect(await eventsOf('a')).toEqual(['TicketCreated', 'TicketReady', 'TicketAssigned']);
    expect(queued()).toBe(1);
    expect(inconsistencies(hive.table)).toEqual([]);
  });

  it('that came before is not assigned again', async () => {
    await enter(hive, 'a');
    await hive.scheduleTickets(entered('a'));
    expect((await eventsOf('a'))?.filter((type) => type === 'TicketAssigned')).toHaveLength(1);
  });
});
