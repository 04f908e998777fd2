import { describe, expect, it } from 'vitest';
import { HiveError } from '../../../core/errors.ts';
import { COMMIT_CONFLICT } from '../../../core/ledger/retry.ts';
import type { Ledger, Write } from '../../../core/ports/ledger.ts';
import type { ReadyQueue } from '../../../core/ports/ready-queue.ts';
import { contentsOf, inconsistencies } from '../../support/aggregates.ts';
import { createHive, type Hive, phaseOf, registration, ticketId, type Wrap } from '../../support/hive.ts';
import { plan, task } from '../../support/plans.ts';

const tasks = (count: number, prefix = 't') =>
  Array.from({ length: count }, (_, index) =>
    task(`${prefix}${String(index).padStart(3, '0')}`, { required_capabilities: ['build'] }),
  );

/** Tickets of a plan, all ready. */
async function waiting(hive: Hive, count: number, changes: Parameters<typeof plan>[0] = {}): Promise<void> {
  const sent = plan({ tasks: tasks(count), ...changes });
  await hive.acceptPlan(sent);
  for (const { task_id } of sent.tasks)
    await hive.enterTicket({ plan_id: sent.plan_id, task_id, task_token: `${sent.plan_id} ${task_id}` });
}
const holding = async (hive: Hive, agent_id: string) =>
  Object.keys((await hive.agents.load(agent_id))?.held ?? {}).length;

/** A ledger whose commits that hold a slot are refused so many times, as `detail.failed` says. */
const refusing =
  (times: number, failed: number[]): Wrap =>
  (port, name) =>
    name !== 'ledger'
      ? port
      : {
          ...port,
          async commit(writes: readonly Write[]) {
            if (writes.some(({ kind }) => kind === 'hold_slot') && times-- > 0)
              throw new HiveError(COMMIT_CONFLICT, 'refused', { detail: { failed } });
            return (port as unknown as Ledger).commit(writes);
          },
        };

describe('a round', () => {
  it('gives every free slot a ticket, the first in the queue first, and tells the agent', async () => {
    const hive = createHive();
    await waiting(hive, 5);
    await hive.registerAgent(registration('one', ['build'], 1));
    await hive.registerAgent(registration('two', ['build', 'test'], 2));
    expect(await hive.round('build')).toEqual({ pool: 'build', assigned: 3, waiting: 2, undelivered: 0, more: false });
    expect([await holding(hive, 'one'), await holding(hive, 'two')]).toEqual([1, 2]);
    expect(hive.inboxes.take('memory://inbox/one')).toMatchObject({
      kind: 'ticket_assigned',
      agent_id: 'one',
      attempt: 1,
    });
    expect(inconsistencies(hive.table)).toEqual([]);
    expect(await hive.round('build')).toMatchObject({ assigned: 0, waiting: 2, more: false });
  });

  it('goes on when its slots were lost to other pools, until somebody got them all', async () => {
    const hive = createHive({ wrap: refusing(7, [1]) });
    await waiting(hive, 3);
    await hive.registerAgent(registration('one', ['build'], 3));
    let outcome = await hive.round('build');
    while (outcome.more) outcome = await hive.round('build');
    expect(await holding(hive, 'one')).toBe(3);
  });

  it('makes its other assignments when one breaks, and breaks then', async () => {
    let broken = true;
    const wrap: Wrap = (port, name) =>
      name !== 'ledger'
        ? port
        : {
            ...port,
            async commit(writes: readonly Write[]) {
              if (broken && writes.some((write) => write.kind === 'hold_slot' && write.agent_id === 'one')) {
                broken = false;
                throw new Error('the store is down');
              }
              return (port as unknown as Ledger).commit(writes);
            },
          };
    const hive = createHive({ wrap });
    await waiting(hive, 2);
    await hive.registerAgent(registration('one', ['build'], 1));
    await hive.registerAgent(registration('two', ['build'], 1));
    await expect(hive.round('build')).rejects.toThrow('the store is down');
    expect([await holding(hive, 'one'), await holding(hive, 'two')]).toEqual([0, 1]);
    await hive.round('build');
    expect(await holding(hive, 'one')).toBe(1);
  });

  it('serves the higher priority first', async () => {
    const hive = createHive();
    await waiting(hive, 2);
    await waiting(hive, 1, { plan_id: 'urgent', original_priority: 'critical', tasks: tasks(1, 'u') });
    await hive.registerAgent(registration('one', ['build'], 1));
    await hive.round('build');
    expect(await phaseOf(hive, 'u000', 'urgent')).toBe('assigned');
  });

  it('does nothing where nobody waits or nobody can', async () => {
    const hive = createHive();
    expect(await hive.round('build')).toMatchObject({ assigned: 0, waiting: 0, more: false });
    await waiting(hive, 2);
    await hive.registerAgent(registration('tester', ['test'], 9));
    expect(await hive.round('build')).toMatchObject({ assigned: 0, waiting: 2, more: false });
  });

  it('asks to be run again when it was full and something was assigned', async () => {
    const hive = createHive();
    await waiting(hive, 205);
    for (const name of ['one', 'two', 'three']) await hive.registerAgent(registration(name, ['build'], 100));
    expect(await hive.round('build')).toMatchObject({ assigned: 200, more: true });
    expect(await hive.round('build')).toMatchObject({ assigned: 5, waiting: 0, more: false });
  });

  it('reads no more of a long queue than its free slots are for, or a hundred to choose from', async () => {
    let read = 0;
    const counting: Wrap = (port, name) =>
      name !== 'queue'
        ? port
        : {
            ...port,
            async list(...request: Parameters<ReadyQueue['list']>) {
              const listed = await (port as unknown as ReadyQueue).list(...request);
              read += listed.length;
              return listed;
            },
          };
    const hive = createHive({ wrap: counting });
    await waiting(hive, 300);
    await hive.registerAgent(registration('one', ['build'], 1));
    read = 0;
    expect(await hive.round('build')).toMatchObject({ assigned: 1, more: false });
    expect(read).toBeLessThan(140);
    await hive.registerAgent(registration('many', ['build'], 100));
    read = 0;
    expect(await hive.round('build')).toMatchObject({ assigned: 100, more: false });
    expect(read).toBeLessThan(180);
  });

  it('asks to be run again when all that it did was to clear the way', async () => {
    const hive = createHive();
    await waiting(hive, 30, { plan_id: 'paused', original_priority: 'high' });
    await hive.operations.pausePlan('paused', { by: 'ops', why: 'because' });
    await waiting(hive, 1, { tasks: tasks(1, 'open') });
    await hive.registerAgent(registration('agent', ['build'], 1));
    let rounds = 1;
    while ((await hive.round('build')).more) expect(rounds++).toBeLessThan(30);
    expect(await phaseOf(hive, 'open000')).toBe('assigned');
    expect(inconsistencies(hive.table)).toEqual([]);
  });

  it('looks past tickets that no free agent may run to those behind them', async () => {
    const hive = createHive();
    await waiting(hive, 200, { plan_id: 'secret', original_security_level: 'RESTRICTED', original_priority: 'high' });
    await waiting(hive, 1, { tasks: tasks(1, 'open') });
    await hive.registerAgent(registration('agent', ['build'], 1));
    expect(await hive.round('build')).toMatchObject({ assigned: 1 });
    expect(await phaseOf(hive, 'open000')).toBe('assigned');
  });

  it('matches anew when a slot is gone by the time it is wanted', async () => {
    const hive = createHive({ wrap: refusing(2, [1]) });
    await waiting(hive, 1);
    await hive.registerAgent(registration('agent', ['build'], 1));
    expect(await hive.round('build')).toMatchObject({ assigned: 1, waiting: 0, more: false });
  });

  it('does not end with tickets waiting and slots free because other writers were in the way', async () => {
    const hive = createHive({ wrap: refusing(7, []) });
    await waiting(hive, 1);
    await hive.registerAgent(registration('agent', ['build'], 1));
    expect(await hive.round('build')).toMatchObject({ assigned: 0, more: true });
    expect(await hive.round('build')).toMatchObject({ assigned: 1, more: false });
  });

  it('removes a leftover of the queue whose ticket has moved on', async () => {
    const hive = createHive();
    await waiting(hive, 1);
    const [entry] = await hive.queue.list('build', 1);
    if (entry === undefined) throw new Error('an entry');
    await hive.registerAgent(registration('agent', ['build'], 1));
    await hive.round('build');
    await hive.registerAgent(registration('idle', ['build'], 2));
    await hive.ledger.commit([{ kind: 'enqueue', entry }]);
    await hive.ledger.commit([{ kind: 'enqueue', entry: { ...entry, ticket_id: ticketId('nobody'), key: '9#x' } }]);
    expect(await hive.round('build')).toMatchObject({ assigned: 0 });
    expect(contentsOf(hive.table).queue).toEqual([]);
  });

  it('goes on when an agent’s inbox is broken: the agent hears of its ticket by its heartbeat', async () => {
    const wrap: Wrap = (port, name) =>
      name === 'inboxes' ? { ...port, deliver: () => Promise.reject(new Error('access denied')) } : port;
    const hive = createHive({ wrap });
    await waiting(hive, 2);
    await hive.registerAgent(registration('agent', ['build'], 2));
    expect(await hive.round('build')).toMatchObject({ assigned: 2, undelivered: 2 });
    expect((await hive.heartbeatAgent('agent')).assignments).toHaveLength(2);
  });

  it('gives nothing to an agent that is suspect, has left, or is not cleared', async () => {
    const hive = createHive();
    await waiting(hive, 1, { original_security_level: 'confidential' });
    await hive.registerAgent(registration('uncleared', ['build'], 1));
    await hive.registerAgent({ ...registration('gone', ['build'], 1), clearance: 'RESTRICTED' });
    await hive.removeAgent('gone');
    await hive.registerAgent({ ...registration('silent', ['build'], 1), clearance: 'RESTRICTED' });
    hive.clock.advance(15_000);
    expect(await hive.round('build')).toMatchObject({ assigned: 0, waiting: 1 });
    await hive.heartbeatAgent('silent');
    expect(await hive.round('build')).toMatchObject({ assigned: 1 });
  });
});
