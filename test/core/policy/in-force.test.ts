import { describe, expect, it } from 'vitest';
import { faultsOfPolicySet } from '../../../adapters/cedar/policy-set.ts';
import { createMemoryLedger } from '../../../adapters/memory/ledger.ts';
import { createMemoryTable } from '../../../adapters/memory/table.ts';
import { sha256 } from '../../../adapters/system/digest.ts';
import { POLICIES_AGGREGATE } from '../../../core/ledger/aggregate.ts';
import { findBreak } from '../../../core/ledger/chain.ts';
import { replayAggregate } from '../../../core/ledger/replay.ts';
import { DEFAULT_POLICY_SET, POLICY_SCHEMA } from '../../../core/policy/default-set.ts';
import { createChangePolicies } from '../../../core/policy/in-force/change-policies.ts';
import { createPoliciesInForce } from '../../../core/policy/in-force/policies-in-force.ts';
import { reducePolicies } from '../../../core/policy/in-force/reducer.ts';
import type { PoliciesEvent } from '../../../core/policy/in-force/state.ts';
import type { PolicySet } from '../../../core/policy/policy-set.ts';
import { virtualClock } from '../../support/virtual-clock.ts';

const ada = { by: 'arn:aws:iam::123456789012:user/ada', why: 'because' };
const grace = { by: 'arn:aws:iam::123456789012:user/grace', why: 'read it' };
const strict: PolicySet = {
  ...DEFAULT_POLICY_SET,
  tenants: { ...DEFAULT_POLICY_SET.tenants, least_estimate_ms: 1000 },
};

function scene() {
  const clock = virtualClock();
  const ledger = createMemoryLedger(createMemoryTable());
  let fails = false;
  const reading = {
    loadState: <State>(aggregate: string) =>
      fails ? Promise.reject(new Error('unreachable')) : ledger.loadState<State>(aggregate),
  };
  const change = createChangePolicies({
    ...{ ledger, clock, sha256, defaults: DEFAULT_POLICY_SET, schema: POLICY_SCHEMA },
    faultsOf: (set) => faultsOfPolicySet(set, POLICY_SCHEMA),
  });
  // An engine that is its set: which one is in force is all that is looked at.
  const engineOf = (set: PolicySet) => ({ policySet: String(set.tenants.least_estimate_ms), decide: () => never() });
  const inForce = createPoliciesInForce({ ledger: reading, clock, defaults: DEFAULT_POLICY_SET, engineOf });
  const now = async () => (await inForce.current()).engine.policySet;
  const break_ = (on: boolean) => {
    fails = on;
  };
  return { clock, ledger, change, inForce, now, break_ };
}

function never(): never {
  throw new Error('nobody asks');
}

describe('policies', () => {
  it('are proposed by one and approved by another, and are in force five seconds later, without a deployment', async () => {
    const { clock, change, now } = scene();
    expect(await now()).toBe('1');
    expect(await change.propose(strict, ada)).toMatchObject({ version: 1, changed: true });
    expect(await change.propose(strict, ada)).toMatchObject({ version: 1, changed: false });
    clock.advance(5000);
    expect(await now()).toBe('1');
    expect(await change.approve(1, grace)).toMatchObject({ changed: true, state: { in_force: 1, before: [0] } });
    expect(await change.approve(1, grace)).toMatchObject({ changed: false });
    expect(await now()).toBe('1');
    clock.advance(5000);
    expect(await now()).toBe('1000');
  });

  it('are not approved by their author, under whichever of their names', async () => {
    const { change } = scene();
    await change.propose(strict, { by: 'ada', why: 'x' });
    await expect(change.approve(1, ada)).rejects.toMatchObject({ code: 'APPROVER_IS_AUTHOR', status: 403 });
    expect((await change.list()).in_force).toBe(0);
  });

  it('are rolled back to what was in force before, and to nothing else', async () => {
    const { clock, change, now } = scene();
    await expect(change.rollBack(undefined, grace)).rejects.toMatchObject({ code: 'POLICIES_UNKNOWN' });
    await change.propose(strict, ada);
    await expect(change.rollBack(1, grace)).rejects.toMatchObject({ code: 'POLICIES_UNKNOWN' });
    await change.approve(1, grace);
    expect(await change.rollBack(undefined, ada)).toMatchObject({ version: 0, state: { in_force: 0, before: [1] } });
    await expect(change.approve(1, grace)).rejects.toMatchObject({ code: 'POLICIES_SUPERSEDED' });
    clock.advance(5000);
    expect(await now()).toBe('1');
  });

  it('are tried in shadow: asked as well, in force no more than before', async () => {
    const { clock, change, inForce } = scene();
    await change.propose(strict, ada);
    await change.shadow(1, ada);
    const both = await inForce.current();
    expect([both.engine.policySet, both.shadow?.policySet]).toEqual(['1', '1000']);
    await change.shadow(undefined, ada);
    clock.advance(5000);
    expect((await inForce.current()).shadow).toBeUndefined();
  });

  it('that do not fit the schema, or are too large, are not proposed', async () => {
    const { change } = scene();
    const wrong = {
      ...strict,
      policies: { x: '@id("x") @reason("r") permit (principal, action, resource) when { no };' },
    };
    await expect(change.propose(wrong, ada)).rejects.toMatchObject({ code: 'POLICIES_INVALID', status: 422 });
    const large = { ...strict, policies: { x: `@id("x") // ${'x'.repeat(200_000)}` } };
    await expect(change.propose(large, ada)).rejects.toMatchObject({ code: 'POLICIES_TOO_LARGE', status: 413 });
  });

  it('allow nothing while they cannot be read, and hold again as soon as they can', async () => {
    const { clock, now, break_ } = scene();
    break_(true);
    await expect(now()).rejects.toMatchObject({ code: 'POLICIES_UNAVAILABLE', status: 503 });
    break_(false);
    expect(await now()).toBe('1');
    break_(true);
    expect(await now()).toBe('1');
    clock.advance(5000);
    await expect(now()).rejects.toMatchObject({ code: 'POLICIES_UNAVAILABLE' });
  });

  it('are events in a chain that lead to the state beside them', async () => {
    const { change, ledger } = scene();
    await change.propose(strict, ada);
    await Promise.all([change.approve(1, grace), change.shadow(0, ada)]);
    await change.rollBack(0, grace);
    const kept = await ledger.loadAggregate<PoliciesEvent, unknown>(POLICIES_AGGREGATE);
    expect(findBreak(kept?.records ?? [], sha256)).toBeUndefined();
    expect(replayAggregate(kept?.records ?? [], reducePolicies).state).toEqual(kept?.state);
  });
});
