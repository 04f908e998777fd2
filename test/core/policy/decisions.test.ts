import { describe, expect, it } from 'vitest';
import { createMemoryLedgerHistory } from '../../../adapters/memory/ledger-history.ts';
import { createMemoryPolicies } from '../../../adapters/memory/policies.ts';
import { createLoadPlanKept } from '../../../core/ledger/replay-plan.ts';
import { createExplainTicket } from '../../../core/monitor/explain.ts';
import type { AccessRequest } from '../../../core/policy/access.ts';
import type { Decision } from '../../../core/policy/decision.ts';
import { DEFAULT_POLICY_SET } from '../../../core/policy/default-set.ts';
import { decisionsOf, flippedBy } from '../../../core/policy/what-if.ts';
import { createMayDispatch } from '../../../core/schedule/may-dispatch.ts';
import { createHive, enter, fenceOf, type Hive, phaseOf, registration, ticketId, work } from '../../support/hive.ts';
import { plan, task } from '../../support/plans.ts';
import { defaultEngine, engineOf } from '../../support/policies.ts';

const DENIED: Partial<Decision> = { allowed: false, policies: ['no'], reasons: ['it is Sunday'], final: false };
const deny = (unless: (request: AccessRequest) => Partial<Decision> | undefined) => createMemoryPolicies(unless);
const eventsOf = async (hive: Hive, task_id = 'a') =>
  ((await hive.ledger.loadTicket(ticketId(task_id)))?.records ?? []).map(({ event }) => event);
async function keptOf(hive: Hive) {
  const kept = await createLoadPlanKept({ history: createMemoryLedgerHistory(hive.table), reader: hive.reader })(
    'plan-1',
  );
  if (kept === undefined) throw new Error('no plan');
  return kept;
}
const able = { tasks: [task('a', { required_capabilities: ['build'] })] };

describe('the policies’ word', () => {
  it('is committed with the approval of an operator, and the same question can be put again', async () => {
    const hive = createHive();
    await hive.acceptPlan(plan({ requires_approval: true, tasks: [task('b'), task('a')] }));
    await hive.operations.approvePlan('plan-1', { by: 'ada', why: 'it is needed' });
    const recorded = decisionsOf(await keptOf(hive));
    expect(recorded.map(({ question }) => question.action)).toEqual(['AcceptPlan', 'AcceptPlan']);
    const again = recorded.map(({ question }) => defaultEngine().decide(question));
    expect(again.map(({ inputs }) => inputs)).toEqual(recorded.map(({ authorization }) => authorization.inputs));
  });

  it('is committed with the plan, its dispatch and its claim, and the same question can be put again', async () => {
    const hive = createHive();
    await hive.registerAgent(registration('a1'));
    await hive.acceptPlan(plan(able));
    await enter(hive, 'a');
    await work(hive, 'a1', 'a');
    const recorded = decisionsOf(await keptOf(hive));
    expect(recorded.map(({ question }) => question.action)).toEqual(['AcceptPlan', 'DispatchTicket', 'ClaimTicket']);
    const { policySet } = defaultEngine();
    for (const { question, authorization } of recorded) {
      expect(authorization.policy_set).toBe(policySet);
      const again = defaultEngine().decide(question);
      expect(again).toMatchObject({ allowed: true, inputs: authorization.inputs, policies: authorization.policies });
    }
    expect(flippedBy(recorded, defaultEngine())).toEqual([]);
    const closed = {
      ...DEFAULT_POLICY_SET,
      tenants: { ...DEFAULT_POLICY_SET.tenants, listed: { default: { permitted: false } } },
    };
    const flipped = flippedBy(recorded, engineOf(closed));
    expect(flipped.map(({ decision, same_question }) => [decision.policies, same_question])).toEqual([
      [['tenant-not-permitted'], true],
      [['tenant-not-permitted-ticket'], true],
    ]);
  });

  it('rejects a plan, with a fault for each policy that forbids it; nothing of it is written', async () => {
    const policies = deny(({ action }) => (action === 'AcceptPlan' ? DENIED : undefined));
    const hive = createHive({ policies });
    const outcome = await hive.acceptPlan(plan());
    expect(outcome).toMatchObject({
      outcome: 'rejected',
      faults: [{ code: 'POLICY_DENIED', message: 'it is Sunday (policy no)' }],
    });
    expect(await hive.ledger.loadPlan('plan-1')).toBeUndefined();
  });

  it('is asked again when an approved plan starts, and a plan that is denied then goes on waiting', async () => {
    let closed = false;
    const hive = createHive({
      policies: deny(({ action }) => (closed && action === 'AcceptPlan' ? DENIED : undefined)),
    });
    const waiting = { requires_approval: true, metadata: { author: 'ada' } };
    expect(await hive.acceptPlan(plan(waiting))).toMatchObject({ outcome: 'awaiting_approval' });
    closed = true;
    const approved = plan({ ...waiting, approval_status: 'approved', approved_by: 'grace' });
    expect(await hive.acceptPlan(approved)).toMatchObject({ outcome: 'rejected' });
    expect((await hive.ledger.loadPlanState('plan-1'))?.phase).toBe('awaiting_approval');
    closed = false;
    expect(await hive.acceptPlan(approved)).toMatchObject({ outcome: 'running' });
  });

  it('keeps a ticket from an agent, and another agent gets it', async () => {
    const policies = deny(({ action, principal }) =>
      action === 'DispatchTicket' && principal.id === 'a1' ? DENIED : undefined,
    );
    const hive = createHive({ policies });
    await hive.registerAgent(registration('a1'));
    await hive.acceptPlan(plan(able));
    await enter(hive, 'a');
    expect(await phaseOf(hive, 'a')).toBe('ready');
    await hive.registerAgent(registration('a2'));
    await hive.round((await hive.queue.pools())[0]?.pool ?? '');
    expect((await hive.ledger.loadTicket(ticketId('a')))?.state).toMatchObject({ phase: 'assigned', agent_id: 'a2' });
  });

  it('that keeps a ticket from everybody there tells why, once, and it is assigned to whoever may have it', async () => {
    const policies = deny(({ action, principal }) =>
      action === 'DispatchTicket' && principal.id !== 'a3' ? DENIED : undefined,
    );
    const hive = createHive({ policies });
    await hive.registerAgent(registration('a1'));
    await hive.registerAgent(registration('a2', ['build', 'test']));
    await hive.acceptPlan(plan(able));
    await enter(hive, 'a');
    const pool = (await hive.queue.pools())[0]?.pool ?? '';
    await hive.round(pool);
    await hive.fresh().round(pool);
    const why = 'policies keep it from each of the 2 agents that could run it: it is Sunday (policy no)';
    const { items: incidents } = await hive.reader.listIncidents({ limit: 5 });
    expect(incidents).toMatchObject([
      { status: 'open', severity: 'MEDIUM', affected_tickets: [ticketId('a')], escalation_required: true },
    ]);
    expect(incidents[0]?.details[0]).toBe(`POLICY_DENIED: task "a" waits: ${why}`);
    const mayDispatch = createMayDispatch({ policies, assetsOf: hive.deps.assetsOf });
    const explained = await createExplainTicket({ ...hive, mayDispatch })(ticketId('a'));
    expect(explained.next[0]?.what).toBe(why);
    expect(explained.stretches.at(-1)).toMatchObject({ kind: 'queue', why });
    await hive.registerAgent(registration('a3'));
    await hive.round(pool);
    expect(await phaseOf(hive, 'a')).toBe('assigned');
  });

  it('is asked of all who are free before a ticket waits, however many may not have it', async () => {
    const policies = deny(({ action, principal }) =>
      action === 'DispatchTicket' && principal.id !== 'z' ? DENIED : undefined,
    );
    const hive = createHive({ policies });
    for (let n = 0; n < 300; n++) await hive.registerAgent(registration(`a${n}`));
    await hive.registerAgent(registration('z'));
    await hive.acceptPlan(plan(able));
    await enter(hive, 'a');
    expect((await hive.ledger.loadTicket(ticketId('a')))?.state).toMatchObject({ phase: 'assigned', agent_id: 'z' });
  });

  it('is asked again of a claim that is made again, since that is answered with a token', async () => {
    let shut = false;
    const policies = deny(({ action }) => (shut && action === 'ClaimTicket' ? DENIED : undefined));
    const hive = createHive({ policies });
    await hive.registerAgent(registration('a1'));
    await hive.acceptPlan(plan(able));
    await enter(hive, 'a');
    const claim = () => hive.claimTicket(ticketId('a'), fenceOf('a1'));
    const first = await claim();
    expect(await claim()).toEqual(first);
    shut = true;
    await expect(claim()).rejects.toMatchObject({ code: 'POLICY_DENIED' });
    expect(await phaseOf(hive, 'a')).toBe('running');
  });

  it('opens no incident where an agent that is busy may have it', async () => {
    const policies = deny(({ action, principal, resource }) =>
      action === 'DispatchTicket' && principal.id === 'a1' && resource.id === ticketId('b') ? DENIED : undefined,
    );
    const hive = createHive({ policies });
    await hive.registerAgent(registration('a2'));
    const tasks = ['a', 'b'].map((id) => task(id, { required_capabilities: ['build'] }));
    await hive.acceptPlan(plan({ tasks }));
    await enter(hive, 'a');
    await hive.registerAgent(registration('a1'));
    await enter(hive, 'b');
    expect([await phaseOf(hive, 'a'), await phaseOf(hive, 'b')]).toEqual(['assigned', 'ready']);
    expect((await hive.reader.listIncidents({ limit: 5 })).items).toEqual([]);
  });

  it('lets whoever waits behind a denied ticket have the slot', async () => {
    const policies = deny(({ action, resource }) =>
      action === 'DispatchTicket' && resource.id === ticketId('a') ? DENIED : undefined,
    );
    const hive = createHive({ policies });
    await hive.acceptPlan(plan({ tasks: ['a', 'b'].map((id) => task(id, { required_capabilities: ['build'] })) }));
    await enter(hive, 'a');
    await enter(hive, 'b');
    await hive.registerAgent(registration('a1'));
    const outcome = await hive.round((await hive.queue.pools())[0]?.pool ?? '');
    expect(outcome).toMatchObject({ assigned: 1, denied: 1 });
    expect([await phaseOf(hive, 'a'), await phaseOf(hive, 'b')]).toEqual(['ready', 'assigned']);
  });

  it('that forbids a ticket whoever runs it ends it, with an incident that says why, and fails its machine', async () => {
    const policies = deny(({ action }) => (action === 'DispatchTicket' ? { ...DENIED, final: true } : undefined));
    const hive = createHive({ policies });
    await hive.registerAgent(registration('a1'));
    await hive.acceptPlan(plan(able));
    await enter(hive, 'a');
    const events = await eventsOf(hive);
    expect(events.at(-1)).toEqual({ type: 'TicketCancelled', reason: 'POLICY_DENIED: it is Sunday (policy no)' });
    expect(await phaseOf(hive, 'a')).toBe('cancelled');
    const { incidents } = await hive.reader
      .listIncidents({ limit: 5 })
      .then((page) => ({ incidents: JSON.stringify(page) }));
    expect(incidents).toContain('it is Sunday (policy no)');
    expect(await hive.queue.list((await hive.queue.pools())[0]?.pool ?? '', 5)).toEqual([]);
  });

  it('refuses a claim with 403, recorded, and leaves the ticket as it was', async () => {
    let closed = true;
    const hive = createHive({
      policies: deny(({ action }) => (closed && action === 'ClaimTicket' ? DENIED : undefined)),
    });
    await hive.registerAgent(registration('a1'));
    await hive.acceptPlan(plan(able));
    await enter(hive, 'a');
    const claim = () => hive.claimTicket(ticketId('a'), fenceOf('a1'));
    await expect(claim()).rejects.toMatchObject({ code: 'POLICY_DENIED', status: 403 });
    expect(hive.refusals).toMatchObject([{ code: 'POLICY_DENIED', action: 'ClaimTicket', ticket_id: ticketId('a') }]);
    expect(await phaseOf(hive, 'a')).toBe('assigned');
    closed = false;
    await claim();
    expect(await phaseOf(hive, 'a')).toBe('running');
  });
});
