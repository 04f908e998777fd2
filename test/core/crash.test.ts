/**
 * Whatever runs may die before or after any of its calls to a port, and is then run again from its beginning: by the
 * bus, the queue, the stream, the machine or the agent that called it.
 */
import { describe, expect, it } from 'vitest';
import { sha256 } from '../../adapters/system/digest.ts';
import { createReportTicket } from '../../core/ticket/report.ts';
import { inconsistencies } from '../support/aggregates.ts';
import { crashAt } from '../support/crash.ts';
import { createHive, enter, fenceOf, type Hive, registration, reportOf, ticketId, work } from '../support/hive.ts';
import { dependent, plan, task } from '../support/plans.ts';

/** An N: d waits for b alone, c for a and b; one of the edges is gated. */
const N = plan({
  tasks: [task('a'), task('b'), dependent('c', 'a', 'b'), dependent('d', 'b')].map((node) => ({
    ...node,
    required_capabilities: ['build'],
  })),
});
const SIDE = plan({ plan_id: 'plan-2', tasks: [task('x', { required_capabilities: ['build'] })] });

interface Operation {
  name: string;
  prepare(hive: Hive): Promise<void>;
  run(functions: Hive): Promise<unknown>;
}

const accepted = async (hive: Hive) => {
  await hive.acceptPlan(N);
};
const started = async (hive: Hive) => {
  await accepted(hive);
  await hive.registerAgent(registration('agent', ['build'], 1));
};
const claimed = async (hive: Hive) => {
  await started(hive);
  await enter(hive, 'b');
  await enter(hive, 'c');
  await enter(hive, 'd');
  await hive.claimTicket(ticketId('b'), fenceOf('agent'));
};

const operations: Operation[] = [
  { name: 'accept-plan', prepare: async () => {}, run: ({ acceptPlan }) => acceptPlan(N) },
  {
    name: 'accept-plan of a plan that is refused',
    prepare: async () => {},
    run: ({ acceptPlan }) => acceptPlan({ ...N, status: 'draft' }),
  },
  {
    name: 'accept-plan of a plan that is approved after it waited',
    prepare: async (hive) => {
      await hive.acceptPlan({ ...N, requires_approval: true });
    },
    run: ({ acceptPlan }) =>
      acceptPlan({ ...N, requires_approval: true, approval_status: 'approved', approved_by: 'somebody' }),
  },
  {
    name: 'schedule-tickets',
    prepare: started,
    run: ({ scheduleTickets }) =>
      scheduleTickets(
        ['a', 'b', 'c', 'd'].map((task_id) => ({
          id: task_id,
          group: 'build',
          message: { kind: 'ticket_entered', plan_id: 'plan-1', task_id, task_token: `token of ${task_id}` },
        })),
      ),
  },
  {
    name: 'claim-ticket',
    prepare: async (hive) => {
      await started(hive);
      await enter(hive, 'b');
    },
    run: ({ claimTicket }) => claimTicket(ticketId('b'), fenceOf('agent')),
  },
  {
    name: 'report-ticket, settling included',
    prepare: claimed,
    run: ({ reportTicket }) => reportTicket(ticketId('b'), reportOf(ticketId('b'), fenceOf('agent'))),
  },
  {
    name: 'report-ticket of a failure',
    prepare: claimed,
    run: ({ reportTicket }) =>
      reportTicket(ticketId('b'), reportOf(ticketId('b'), fenceOf('agent'), { status: 'FAILED', error_message: 'no' })),
  },
  {
    name: 'settle-tickets, where report-ticket died after its commit',
    prepare: async (hive) => {
      await claimed(hive);
      const dies = createReportTicket({ ...hive, sha256, settle: async () => {} });
      await dies(ticketId('b'), reportOf(ticketId('b'), fenceOf('agent')));
    },
    run: ({ settle }) => settle(ticketId('b')),
  },
  {
    name: 'complete-plan',
    prepare: async (hive) => {
      await started(hive);
      for (const name of ['a', 'b', 'c', 'd']) {
        await enter(hive, name);
        await work(hive, 'agent', name);
      }
    },
    run: ({ completePlan }) => completePlan({ kind: 'plan_machine_completed', plan_id: 'plan-1' }),
  },
  {
    name: 'complete-plan of a failed plan, while another plan waits for the slot that comes free',
    prepare: async (hive) => {
      await claimed(hive);
      await hive.acceptPlan(SIDE);
      await enter(hive, 'x', 'plan-2');
    },
    run: ({ completePlan }) =>
      completePlan({ kind: 'plan_machine_failed', plan_id: 'plan-1', failure: { Error: 'E', Cause: 'c' } }),
  },
  {
    name: 'register-agent',
    prepare: async (hive) => {
      await accepted(hive);
      await enter(hive, 'a');
    },
    run: ({ registerAgent }) => registerAgent(registration('agent')),
  },
];

/** All that others can see of it: the table, what the machines were told, and who was asked for a round. */
const outcomeOf = (hive: Hive) => ({
  table: hive.table.scan(),
  executions: [...hive.machines.executions].sort(),
  answers: [...hive.machines.answers].sort(),
});
const wakeUps = (hive: Hive) => hive.rounds.requested.map(({ pool, once }) => `${pool} ${once}`);

describe.each(operations)('$name', ({ prepare, run }) => {
  async function play(at: number, when: 'before' | 'after') {
    const crash = crashAt(at, when);
    const hive = createHive({ wrap: crash.wrap });
    await prepare(hive);
    crash.arm();
    await run(hive).catch((error: unknown) => {
      if (!crash.died()) throw error;
    });
    const died = crash.died();
    if (died) {
      crash.revive();
      await run({ ...hive, ...hive.fresh() });
    }
    return { hive, died, calls: crash.calls() };
  }

  it('ends the same when it dies anywhere and is run again, and nobody waits who should have been woken', async () => {
    const whole = await play(0, 'before');
    const expected = outcomeOf(whole.hive);
    expect(inconsistencies(whole.hive.table)).toEqual([]);
    expect(whole.calls).toBeGreaterThan(0);
    for (let at = 1; at <= whole.calls; at++)
      for (const when of ['before', 'after'] as const) {
        const crashed = await play(at, when);
        expect(crashed.died, `${when} call ${at}`).toBe(true);
        expect(outcomeOf(crashed.hive), `${when} call ${at}`).toEqual(expected);
        expect(wakeUps(crashed.hive), `${when} call ${at}`).toEqual(expect.arrayContaining(wakeUps(whole.hive)));
      }
  });

  it('changes nothing when it is run again after it went through', async () => {
    const { hive } = await play(0, 'before');
    const before = outcomeOf(hive);
    await run({ ...hive, ...hive.fresh() });
    expect(outcomeOf(hive)).toEqual(before);
  });
});
