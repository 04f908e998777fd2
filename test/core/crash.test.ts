/**
 * Whatever runs may die before or after any of its calls to a port, and is then run again from its beginning: by the
 * bus, the queue, the stream, the machine or the agent that called it.
 */
import { describe, expect, it } from 'vitest';
import { sha256 } from '../../adapters/system/digest.ts';
import { compensationIdOf } from '../../core/ticket/ids.ts';
import { createReportTicket } from '../../core/ticket/report.ts';
import { inconsistencies } from '../support/aggregates.ts';
import { crashAt } from '../support/crash.ts';
import {
  createHive,
  enter,
  failedForGood,
  fenceOf,
  type Hive,
  registration,
  reportOf,
  ticketId,
  work,
  workOn,
} from '../support/hive.ts';
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

const VERB = { by: 'ops', why: 'because' };
const MACHINE_FAILED = {
  kind: 'plan_machine_failed' as const,
  plan_id: 'plan-1',
  failure: { Error: 'TicketFailed', Cause: 'no' },
};
const UNDO_A = compensationIdOf('plan-1', 'a', sha256);
/** a is done and says how it is undone, b has failed for good. */
const undoable = async (hive: Hive, changes: Partial<typeof N> = {}) => {
  const compensation = { parameters: { undo: 'a' } };
  const tasks = N.tasks.map((node) => (node.task_id === 'a' ? { ...node, compensation } : node));
  await hive.acceptPlan({ ...N, ...changes, tasks });
  await hive.registerAgent(registration('agent', ['build'], 1));
  await enter(hive, 'a');
  await work(hive, 'agent', 'a');
  await enter(hive, 'b');
  await workOn(hive, 'agent', ticketId('b'), failedForGood);
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
    name: 'settling, where report-ticket died after its commit',
    prepare: async (hive) => {
      await claimed(hive);
      const dies = createReportTicket({ ...hive.deps, settle: async () => {} });
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
    name: 'report-ticket of a failure for good',
    prepare: claimed,
    run: ({ reportTicket }) => reportTicket(ticketId('b'), reportOf(ticketId('b'), fenceOf('agent'), failedForGood)),
  },
  {
    name: 'report-ticket of a failure that its plan lives with',
    prepare: async (hive) => {
      await hive.acceptPlan({ ...N, on_failure: 'continue' });
      await hive.registerAgent(registration('agent', ['build'], 1));
      await enter(hive, 'b');
      await hive.claimTicket(ticketId('b'), fenceOf('agent'));
    },
    run: ({ reportTicket }) => reportTicket(ticketId('b'), reportOf(ticketId('b'), fenceOf('agent'), failedForGood)),
  },
  {
    name: 'a timer that finds a failure that its plan lives with',
    prepare: async (hive) => {
      await hive.acceptPlan({ ...N, on_failure: 'continue' });
      await hive.registerAgent(registration('agent', ['build'], 1));
      await enter(hive, 'b');
      await workOn(hive, 'agent', ticketId('b'), failedForGood);
    },
    run: ({ lookAtTicket }) => lookAtTicket(ticketId('b')),
  },
  {
    name: 'a timer that finds a lease over',
    prepare: async (hive) => {
      await claimed(hive);
      hive.clock.advance(15_000);
    },
    run: ({ lookAtTicket }) => lookAtTicket(ticketId('b')),
  },
  {
    name: 'a timer that finds that a person is to be reminded',
    prepare: async (hive) => {
      await accepted(hive);
      await hive.registerAgent({ ...registration('agent', ['build'], 1), kind: 'human' });
      await enter(hive, 'b');
      hive.clock.advance(40_000);
    },
    run: ({ lookAtTicket }) => lookAtTicket(ticketId('b')),
  },
  {
    name: 'hand-back-ticket',
    prepare: claimed,
    run: ({ handBackTicket }) => {
      const { agent_id, attempt, claim_id } = fenceOf('agent');
      return handBackTicket(ticketId('b'), { agent_id, attempt, claim_id, why: 'no time' });
    },
  },
  {
    name: 'a timer that finds a backoff over',
    prepare: async (hive) => {
      await claimed(hive);
      await hive.reportTicket(ticketId('b'), reportOf(ticketId('b'), fenceOf('agent'), { status: 'FAILED' }));
      hive.clock.advance(60_000);
    },
    run: ({ lookAtTicket }) => lookAtTicket(ticketId('b')),
  },
  {
    name: 'complete-plan of a plan that is to be undone',
    prepare: undoable,
    run: ({ completePlan }) => completePlan(MACHINE_FAILED),
  },
  {
    name: 'report-ticket of the last compensation',
    prepare: async (hive) => {
      await undoable(hive);
      await hive.completePlan(MACHINE_FAILED);
      await hive.completePlan({ kind: 'compensation_entered', plan_id: 'plan-1', task_token: 'undo' });
      await hive.round('build');
      await hive.claimTicket(UNDO_A, fenceOf('agent'));
    },
    run: ({ reportTicket }) => reportTicket(UNDO_A, reportOf(UNDO_A, fenceOf('agent'))),
  },
  {
    name: 'report-ticket of a compensation that fails for good',
    prepare: async (hive) => {
      await undoable(hive);
      await hive.completePlan(MACHINE_FAILED);
      await hive.round('build');
      await hive.claimTicket(UNDO_A, fenceOf('agent'));
    },
    run: ({ reportTicket }) => reportTicket(UNDO_A, reportOf(UNDO_A, fenceOf('agent'), failedForGood)),
  },
  {
    name: 'complete-plan of a plan that halts',
    prepare: (hive) => undoable(hive, { on_failure: 'halt' }),
    run: ({ completePlan }) => completePlan(MACHINE_FAILED),
  },
  {
    name: 'the look at a plan whose deadline is over',
    prepare: async (hive) => {
      await undoable(hive);
      hive.clock.advance(5 * 3_600_000);
    },
    run: ({ lookAtPlan }) => lookAtPlan('plan-1'),
  },
  {
    name: 'redriving a plan',
    prepare: async (hive) => {
      await undoable(hive, { on_failure: 'halt' });
      await hive.completePlan(MACHINE_FAILED);
    },
    run: ({ operations }) => operations.redrivePlan('plan-1', VERB),
  },
  {
    name: 'cancelling a plan',
    prepare: async (hive) => {
      await claimed(hive);
    },
    run: ({ operations }) => operations.cancelPlan('plan-1', VERB),
  },
  {
    name: 'approving a plan',
    prepare: async (hive) => {
      await hive.acceptPlan({ ...N, requires_approval: true });
    },
    run: ({ operations }) => operations.approvePlan('plan-1', VERB),
  },
  {
    name: 'rejecting a plan',
    prepare: async (hive) => {
      await hive.acceptPlan({ ...N, requires_approval: true });
    },
    run: ({ operations }) => operations.rejectPlan('plan-1', VERB),
  },
  {
    name: 'resuming a plan',
    prepare: async (hive) => {
      await started(hive);
      await hive.operations.pausePlan('plan-1', VERB);
      await enter(hive, 'b');
    },
    run: ({ operations }) => operations.resumePlan('plan-1', VERB),
  },
  {
    name: 'skipping a ticket that runs',
    prepare: claimed,
    run: ({ operations }) => operations.skipTicket(ticketId('b'), { ...VERB, output: {} }),
  },
  {
    name: 'retrying a ticket that backs off',
    prepare: async (hive) => {
      await claimed(hive);
      await hive.reportTicket(ticketId('b'), reportOf(ticketId('b'), fenceOf('agent'), { status: 'FAILED' }));
    },
    run: ({ operations }) => operations.retryTicket(ticketId('b'), VERB),
  },
  {
    name: 'setting an agent apart that holds tickets, begun or not',
    prepare: async (hive) => {
      await accepted(hive);
      await hive.registerAgent(registration('agent', ['build'], 2));
      for (const name of ['a', 'b']) await enter(hive, name);
      await hive.claimTicket(ticketId('b'), fenceOf('agent'));
      await hive.registerAgent(registration('another', ['build'], 2));
    },
    run: ({ operations }) => operations.quarantineAgent('agent', VERB),
  },
  {
    name: 'releasing an agent',
    prepare: async (hive) => {
      await started(hive);
      await hive.operations.quarantineAgent('agent', VERB);
      await enter(hive, 'a');
    },
    run: ({ operations }) => operations.releaseAgent('agent', VERB),
  },
  {
    name: 'giving an agent away',
    prepare: started,
    run: ({ operations }) =>
      operations.handOverAgent('agent', { ...VERB, to: 'arn:aws:iam::123456789012:role/another' }),
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
