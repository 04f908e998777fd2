import { describe, expect, it } from 'vitest';
import { alreadyThereLine, findEnded } from '../../bin/support/already-there.ts';
import { untilTaken } from '../../bin/support/arrival.ts';
import { exitCodeOf } from '../../bin/support/exit-codes.ts';
import type { PlanState } from '../../core/plan/state.ts';
import { createHive, type Hive } from '../support/hive.ts';
import { NOW, parsedPlan, plan, task } from '../support/plans.ts';

const other = plan({ tasks: [task('other')] });
const submitted = (raw: typeof other) => ({ raw, plan: parsedPlan(raw), rejectedBefore: false });
const options = (changes: object = {}) => ({ now: () => NOW, signal: new AbortController().signal, ...changes });
const failPlan = (hive: Hive) =>
  hive.completePlan({
    kind: 'plan_machine_failed',
    plan_id: 'plan-1',
    failure: { Error: 'States.Timeout', Cause: 'late' },
  } as Parameters<Hive['completePlan']>[0]);

describe('a plan whose id the ledger has', () => {
  it('is sent when the id is new, and while the same plan is under way', async () => {
    const hive = createHive();
    expect(await findEnded(hive.ledger, parsedPlan(plan()))).toBeUndefined();
    await hive.acceptPlan(plan());
    expect(await findEnded(hive.ledger, parsedPlan(plan()))).toBeUndefined();
  });

  it('is not sent when another plan has the id', async () => {
    const hive = createHive();
    await hive.acceptPlan(plan());
    await expect(findEnded(hive.ledger, parsedPlan(other))).rejects.toMatchObject({
      code: 'PLAN_ID_REUSED',
      detail: { try: expect.stringContaining('--new-id') },
    });
    expect(exitCodeOf({ code: 'PLAN_ID_REUSED' })).toBe(3);
  });

  it('is told as ended, and how long ago', async () => {
    const hive = createHive();
    await hive.acceptPlan(plan());
    await failPlan(hive);
    const ended = (await findEnded(hive.ledger, parsedPlan(plan()))) as PlanState & { ended_at: number };
    expect(ended.phase).toBe('failed');
    expect(alreadyThereLine(ended, ended.ended_at + 4000)).toBe(
      'already there: failed 4.0 s ago (--new-id runs it again)',
    );
  });
});

describe('a plan that nobody waits for', () => {
  it('is told to be taken', async () => {
    const hive = createHive();
    await hive.acceptPlan(plan());
    expect(await untilTaken(hive.ledger, submitted(plan()), options())).toMatchObject({ phase: 'running' });
  });

  it('is told to be refused, with its faults', async () => {
    const hive = createHive();
    await hive.acceptPlan(plan());
    await hive.acceptPlan(other);
    await expect(untilTaken(hive.ledger, submitted(other), options())).rejects.toMatchObject({
      code: 'PLAN_REFUSED',
      detail: { faults: [{ code: 'PLAN_ID_REUSED' }] },
    });
  });

  it('is told to be not seen when it does not come', async () => {
    const late = untilTaken(createHive().ledger, submitted(plan()), options({ timeoutMs: 0 }));
    expect(await late).toBeUndefined();
  });
});
