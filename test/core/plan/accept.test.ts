import { describe, expect, it } from 'vitest';
import { sha256 } from '../../../adapters/system/digest.ts';
import { HiveError } from '../../../core/errors.ts';
import { COMMIT_CONFLICT } from '../../../core/ledger/retry.ts';
import { rejectionDigest } from '../../../core/plan/accept.ts';
import type { Ledger } from '../../../core/ports/ledger.ts';
import { createTicket } from '../../../core/ticket/append.ts';
import { contentsOf, inconsistencies } from '../../support/aggregates.ts';
import { createHive, type Hive, type Wrap } from '../../support/hive.ts';
import { dependent, NOW, plan, task, ticketsOf } from '../../support/plans.ts';

const historyOf = ({ table }: Hive) =>
  contentsOf(table).plans.flatMap(({ records }) => records.map(({ event }) => event.type));
const codesOf = async (outcome: ReturnType<Hive['acceptPlan']>) => {
  const answer = await outcome;
  return answer.outcome === 'rejected' ? answer.faults.map(({ code }) => code) : answer.outcome;
};
const HOUR_MS = 3_600_000;

describe('accept-plan', () => {
  it('writes the plan and its tickets, starts its execution, and knows all of it again', async () => {
    const hive = createHive();
    const sent = plan({ tasks: [task('a'), dependent('b', 'a')] });
    for (let time = 0; time < 5; time++) {
      expect(await hive.acceptPlan(sent)).toEqual({ outcome: 'running', plan_id: 'plan-1' });
      hive.clock.advance(HOUR_MS);
    }
    expect(historyOf(hive)).toEqual(['PlanReceived', 'PlanAccepted', 'PlanStarted']);
    expect(contentsOf(hive.table).tickets).toHaveLength(2);
    expect(hive.machines.executions.get('plan-1')?.timeout_s).toBe(4 * 3600 - 1);
    expect(inconsistencies(hive.table)).toEqual([]);
  });

  it('gives one plan and one execution when the same event comes five times at once', async () => {
    const hive = createHive();
    const outcomes = await Promise.all(Array.from({ length: 5 }, () => hive.acceptPlan(plan())));
    expect(new Set(outcomes.map(({ outcome }) => outcome))).toEqual(new Set(['running']));
    expect(historyOf(hive)).toEqual(['PlanReceived', 'PlanAccepted', 'PlanStarted']);
    expect(contentsOf(hive.table).rejections).toEqual([]);
  });

  it('does not take another writer’s transaction that is under way for another plan of the same id', async () => {
    let refusals = 0;
    const wrap: Wrap = (port, name) =>
      name !== 'ledger'
        ? port
        : {
            ...port,
            async commit(...args: Parameters<Ledger['commit']>) {
              if (refusals++ < 3) throw new HiveError(COMMIT_CONFLICT, 'under way', { detail: { failed: [] } });
              return (port as unknown as Ledger).commit(...args);
            },
          };
    const hive = createHive({ wrap });
    expect(await codesOf(hive.acceptPlan(plan()))).toBe('running');
    refusals = 0;
    expect(await codesOf(hive.acceptPlan(plan({ plan_id: 'bad', status: 'draft' })))).toEqual(['PLAN_NOT_APPROVED']);
    expect(contentsOf(hive.table).rejections).toHaveLength(1);
  });

  it('writes plans with more tickets than a transaction takes, also where some are there already', async () => {
    const hive = createHive();
    const tasks = Array.from({ length: 130 }, (_, index) =>
      task(`t${index}`, { metadata: { size: 'x'.repeat(10_000) } }),
    );
    await hive.acceptPlan(plan({ tasks }));
    expect(contentsOf(hive.table).tickets).toHaveLength(130);
  });

  it('rejects a plan with faults once, with all of them, and leaves no plan behind', async () => {
    const hive = createHive();
    const bad = plan({ status: 'draft', version: '9.0.0', valid_until: 1 });
    const faults = ['PLAN_VERSION_UNKNOWN', 'PLAN_NOT_APPROVED', 'PLAN_EXPIRED'];
    expect(await codesOf(hive.acceptPlan(bad))).toEqual(faults);
    await Promise.all([hive.acceptPlan(bad), hive.acceptPlan(bad)]);
    const { plans, rejections } = contentsOf(hive.table);
    expect(plans).toEqual([]);
    expect(rejections).toHaveLength(1);
    expect(rejections[0]).toMatchObject({
      aggregate: `REJECTION#${rejectionDigest(bad, sha256)}`,
      subject: { plan_id: 'plan-1', intent_id: 'intent-1' },
      event: { type: 'PlanRejected', reissue: true, faults_total: 3 },
    });
  });

  it('keeps of thousands of faults the first hundred and their number, in an item that fits', async () => {
    const hive = createHive();
    const tasks = Array.from({ length: 5000 }, () => ({ ...task('same'), task_type: 7, ['x'.repeat(50)]: 1 }));
    await hive.acceptPlan({ ...plan(), tasks });
    const event = contentsOf(hive.table).rejections[0]?.event as unknown as { faults: unknown[]; faults_total: number };
    expect(event.faults).toHaveLength(100);
    expect(event.faults_total).toBe(9999);
  });

  it('refuses another plan under an id that is taken, and still knows the first one', async () => {
    const hive = createHive();
    await hive.acceptPlan(plan());
    expect(await codesOf(hive.acceptPlan(plan({ reasoning_summary: 'another' })))).toEqual(['PLAN_ID_REUSED']);
    expect(await codesOf(hive.acceptPlan(plan()))).toBe('running');
  });

  it('refuses a plan that Step Functions could not hold, before anything is written', async () => {
    const hive = createHive();
    const tasks = Array.from({ length: 6000 }, (_, index) => task(`t${index}`));
    expect(await codesOf(hive.acceptPlan(plan({ tasks })))).toEqual(['PLAN_OVER_STEP_FUNCTIONS_LIMITS']);
    expect(contentsOf(hive.table).plans).toEqual([]);
  });

  it('knows an accepted plan again after its deadline, and a new one it refuses', async () => {
    const hive = createHive();
    await hive.acceptPlan(plan());
    hive.clock.advance(5 * HOUR_MS);
    expect(await codesOf(hive.acceptPlan(plan()))).toBe('running');
    expect(await codesOf(hive.acceptPlan(plan({ plan_id: 'late' })))).toEqual(['PLAN_DEADLINE_PAST']);
  });

  it('answers that a plan has ended', async () => {
    const hive = createHive();
    await hive.acceptPlan(plan());
    await hive.completePlan({ kind: 'plan_machine_failed', plan_id: 'plan-1', failure: { Error: 'E', Cause: 'C' } });
    expect(await codesOf(hive.acceptPlan(plan()))).toBe('ended');
  });
});

describe('a plan that needs approval', () => {
  const asked = plan({ requires_approval: true, metadata: { author: 'eve' } });
  const approved = { ...asked, approval_status: 'approved' as const, approved_by: 'bob', approved_at: NOW };

  it('waits with its tickets but no execution, once, until it comes approved', async () => {
    const hive = createHive();
    expect(await codesOf(hive.acceptPlan(asked))).toBe('awaiting_approval');
    expect(await codesOf(hive.acceptPlan(asked))).toBe('awaiting_approval');
    expect(await codesOf(hive.acceptPlan({ ...approved, approved_by: 'eve' }))).toBe('awaiting_approval');
    expect(historyOf(hive)).toEqual(['PlanReceived', 'PlanAwaitingApproval']);
    expect(contentsOf(hive.table).tickets.map(({ state }) => state.phase)).toEqual(['created']);
    expect(hive.machines.executions.size).toBe(0);
    expect(await codesOf(hive.acceptPlan(approved))).toBe('running');
    expect(await codesOf(hive.acceptPlan(asked))).toBe('running');
    expect(historyOf(hive)).toEqual(['PlanReceived', 'PlanAwaitingApproval', 'PlanAccepted', 'PlanStarted']);
    const [waited] = contentsOf(hive.table).plans;
    expect(waited?.records[2]?.event).toMatchObject({ approved_by: 'bob' });
  });

  it('is refused when its approval comes after its deadline or says no, and goes on waiting', async () => {
    const hive = createHive();
    await hive.acceptPlan(asked);
    expect(await codesOf(hive.acceptPlan({ ...asked, approval_status: 'rejected' }))).toEqual([
      'PLAN_APPROVAL_REJECTED',
    ]);
    hive.clock.advance(5 * HOUR_MS);
    expect(await codesOf(hive.acceptPlan(approved))).toEqual(['PLAN_DEADLINE_PAST']);
    expect(await codesOf(hive.acceptPlan(asked))).toBe('awaiting_approval');
    expect(hive.machines.executions.size).toBe(0);
  });
});

describe('a plan that another version of the compiler meets half-way', () => {
  it('fails with a reason: its tickets would not fit the machine', async () => {
    const hive = createHive();
    const sent = plan({ tasks: [task('a'), task('b', { dependencies: ['a'] })] });
    const [spec] = ticketsOf({ tasks: sent.tasks });
    if (spec === undefined) throw new Error('a plan has tickets');
    // As an older version might have minted it.
    await hive.ledger.commit([createTicket({ ...spec, releases: [spec.ticket_id] }, sha256)]);
    expect(await hive.acceptPlan(sent)).toMatchObject({ outcome: 'ended' });
    expect((await hive.ledger.loadPlan(sent.plan_id))?.state).toMatchObject({
      phase: 'failed',
      reason: expect.stringContaining('CompilerChanged'),
    });
    expect(hive.machines.executions.size).toBe(0);
  });
});
