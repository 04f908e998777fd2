import { describe, expect, it } from 'vitest';
import { sha256 } from '../../../adapters/system/digest.ts';
import type { Identity } from '../../../core/access/identity.ts';
import { newestRefusals, SIGNALS_LIST } from '../../../core/access/lists.ts';
import { createRecordRefusal, type RefusalState } from '../../../core/access/record-refusal.ts';
import type { Refusal } from '../../../core/access/refusal.ts';
import { burstOf, suspicionOf } from '../../../core/access/signals/detect.ts';
import { createNoticeRefusal } from '../../../core/access/signals/notice.ts';
import type { SignalState } from '../../../core/access/signals/raise.ts';
import { findBreak } from '../../../core/ledger/chain.ts';
import { createAccess } from '../../support/access.ts';
import { createMonitoredHive, fill } from '../../support/monitored-hive.ts';

const MALLORY = 'arn:aws:iam::123456789012:role/mallory';
const identity: Identity = { kind: 'iam', arn: MALLORY, source: '198.51.100.7' };
const refusal = (changes: Partial<Refusal> = {}): Refusal => ({
  ...{ code: 'POLICY_DENIED', principal: MALLORY, action: 'PausePlan', resource: 'Plan::"p"', message: 'no' },
  ...changes,
});

async function setUp(roles: Readonly<Record<string, unknown>> = {}) {
  const hive = createMonitoredHive();
  await fill(hive);
  const access = createAccess(hive, { roles });
  const signals = () => hive.ledger.listStates<SignalState>(SIGNALS_LIST, 50);
  const refusals = () => newestRefusals<RefusalState>(hive.ledger, 50);
  return { ...hive, ...access, signals, refusals };
}

describe('A refusal', () => {
  it('of a call is recorded with who, what and why before it is told, and nothing is done', async () => {
    const { guard, refusals, ledger } = await setUp();
    const run = () => Promise.reject(new Error('it was run'));
    const about = { kind: 'Plan', id: 'plan-running' } as const;
    await expect(guard({ identity, action: 'PausePlan', about }, run)).rejects.toMatchObject({
      ...{ code: 'POLICY_DENIED', status: 403 },
    });
    const [kept] = await refusals();
    expect(kept).toMatchObject({
      ...{ code: 'POLICY_DENIED', principal: MALLORY, action: 'PausePlan', resource: 'Plan::"plan-running"' },
      ...{ plan_id: 'plan-running', source: '198.51.100.7', policy_set: expect.any(String) },
    });
    const stored = await ledger.loadAggregate(`REFUSAL#${kept?.refusal_id}`);
    expect(stored?.records).toHaveLength(1);
    expect(findBreak(stored?.records ?? [], sha256)).toBeUndefined();
  });

  it('that cannot be recorded is answered with 503, and the call is not let in', async () => {
    const { clock } = await setUp();
    const broken = { commit: () => Promise.reject(new Error('the ledger is away')) };
    const notice = async () => {};
    const record = createRecordRefusal({ ledger: broken, clock, sha256, newId: () => 'id', notice });
    await expect(record(refusal())).rejects.toMatchObject({ code: 'REFUSAL_NOT_RECORDED', status: 503 });
  });

  it('keeps no more of long texts than a thousand characters', async () => {
    const { recordRefusal, refusals } = await setUp();
    await recordRefusal(refusal({ message: 'x'.repeat(50_000), resource: 'y'.repeat(50_000) }));
    const [kept] = await refusals();
    expect([kept?.message.length, kept?.resource.length]).toEqual([1001, 1001]);
  });

  it('of an author who approves their own plan is recorded, and a signal', async () => {
    const { guard, operations, refusals, signals, scene } = await setUp({ [MALLORY]: ['operator'] });
    await scene.plan(
      { plan_id: 'mine', metadata: { author: 'mallory' } },
      ...[{ type: 'PlanAwaitingApproval' as const, reasons: ['risk_score'], shape: 's' }],
    );
    const about = { kind: 'Plan', id: 'mine' } as const;
    const approve = guard({ identity, action: 'ApprovePlan', about }, ({ by, authorization }) =>
      operations.approvePlan('mine', { why: 'w', by, authorization }),
    );
    await expect(approve).rejects.toMatchObject({ code: 'POLICY_DENIED' });
    expect(await refusals()).toMatchObject([
      { code: 'POLICY_DENIED', plan_id: 'mine', policies: ['author-approves-plan'] },
    ]);
    expect(await signals()).toMatchObject([{ kind: 'plan_approved_by_author', principal: MALLORY, plan_id: 'mine' }]);
  });
});

describe('A signal', () => {
  it('is raised once a window for a burst of refusals, whoever of several processes counts them', async () => {
    const { recordRefusal, signals, settings, refusals, ...rest } = await setUp();
    const other = createNoticeRefusal({ ...rest, settings });
    for (let nth = 1; nth < settings.burst_refusals; nth++) await recordRefusal(refusal());
    expect(await signals()).toEqual([]);
    await other(refusal());
    for (let nth = 0; nth < 30; nth++) await recordRefusal(refusal());
    expect(await signals()).toMatchObject([{ kind: 'denied_burst', principal: MALLORY, refusals: 20 }]);
    rest.clock.advance(settings.burst_window_ms);
    for (let nth = 0; nth < settings.burst_refusals; nth++) await recordRefusal(refusal());
    expect(await signals()).toHaveLength(2);
  });

  it('costs no more writes than a burst has refusals, however hard somebody tries', async () => {
    const { marks, raise, clock, settings } = await setUp();
    let writes = 0;
    const counted = {
      ...marks,
      count: (name: string, until: number) => {
        writes++;
        return marks.count(name, until);
      },
    };
    const notice = createNoticeRefusal({ marks: counted, raise, clock, settings });
    for (let nth = 0; nth < 500; nth++) await notice(refusal());
    expect(writes).toBe(settings.burst_refusals);
  });

  it('is not raised by refusals of many, few of each', async () => {
    const { recordRefusal, signals } = await setUp();
    for (let nth = 0; nth < 40; nth++) await recordRefusal(refusal({ principal: `p-${nth}` }));
    expect(await signals()).toEqual([]);
  });

  it.each(['TOKEN_OF_ANOTHER_AGENT', 'TICKET_ASSIGNED_ELSEWHERE', 'AGENT_OF_ANOTHER'])(
    'is raised for %s: an agent speaks for another',
    async (code) => {
      const { recordRefusal, signals } = await setUp();
      const of = refusal({ code, action: 'ReportTicket', resource: 'Ticket::"t"', ticket_id: 't' });
      for (let nth = 0; nth < 3; nth++) await recordRefusal(of);
      expect(await signals()).toMatchObject([
        { kind: 'agent_reported_for_another', principal: MALLORY, ticket_id: 't' },
      ]);
    },
  );

  it('is raised where a ticket is spoken for from another address than it was claimed from', async () => {
    const { watchPlaces, signals } = await setUp();
    const spoken = { ticket_id: 't', attempt: 1, agent_id: 'a', principal: MALLORY };
    await watchPlaces({ ...spoken, source: '192.0.2.1' });
    await watchPlaces({ ...spoken, source: '192.0.2.1' });
    await watchPlaces({ ...spoken, source: undefined });
    await watchPlaces({ ...spoken, attempt: 2, source: '192.0.2.9' });
    expect(await signals()).toEqual([]);
    await watchPlaces({ ...spoken, source: '192.0.2.2' });
    await watchPlaces({ ...spoken, source: '192.0.2.2' });
    expect(await signals()).toMatchObject([
      { kind: 'token_used_from_two_places', source: '192.0.2.2', ticket_id: 't' },
    ]);
  });

  it('is none where a policy forbade something else, or another rule did', () => {
    const { settings } = createAccess(createMonitoredHive());
    expect(suspicionOf(refusal(), settings)).toBeUndefined();
    expect(suspicionOf(refusal({ action: 'ApprovePlan', policies: ['tenant-isolation'] }), settings)).toBeUndefined();
    expect(suspicionOf(refusal({ code: 'TOKEN_EXPIRED', action: 'ReportTicket' }), settings)).toBeUndefined();
    expect(suspicionOf(refusal({ action: 'ApprovePlan', policies: ['approver-is-author'] }), settings)?.kind).toBe(
      'plan_approved_by_author',
    );
    expect(burstOf(MALLORY, settings.burst_refusals - 1, settings)).toBeUndefined();
  });
});
