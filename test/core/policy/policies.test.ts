import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { faultsOfPolicySet, splitPolicies } from '../../../adapters/cedar/policy-set.ts';
import { DEFAULT_SET_FILE, defaultSetText, POLICIES_FOLDER } from '../../../bin/policies.ts';
import { readPolicyCases } from '../../../bin/support/policy-cases.ts';
import { runCases } from '../../../core/policy/cases.ts';
import { DEFAULT_POLICY_SET, POLICY_SCHEMA } from '../../../core/policy/default-set.ts';
import { defaultEngine, engineOf } from '../../support/policies.ts';

describe('the folder of policies', () => {
  it('is what the code has as version 0', () => {
    expect(readFileSync(DEFAULT_SET_FILE, 'utf8')).toBe(defaultSetText());
  });

  it('fits the schema', () => {
    expect(faultsOfPolicySet(DEFAULT_POLICY_SET, POLICY_SCHEMA)).toEqual([]);
  });

  it('decides each case of its table as the table says, by the policies that it names', () => {
    const failed = runCases(readPolicyCases(POLICIES_FOLDER), defaultEngine()).filter(({ passed }) => !passed);
    expect(failed.map(({ of, decision }) => [of.says, decision.policies, decision.errors])).toEqual([]);
  });

  it('keeps tenants to their lists: of who may run anything, of capabilities, of regions, of the shortest estimate', () => {
    const tenants = {
      ...DEFAULT_POLICY_SET.tenants,
      listed: {
        acme: { capabilities: ['build'], regions: ['eu-west-1'], least_estimate_ms: 100_000 },
      },
      unlisted: { permitted: false },
    };
    const engine = engineOf({ ...DEFAULT_POLICY_SET, tenants });
    const base = { says: 'x', expect: 'deny' as const, context: {} };
    const producer = { user: 'ada', roles: ['producer' as const], tenants: ['*'], break_glass: false };
    const worker = (region: string) => ({ agent: 'worker', with: { region, capabilities: ['test'] } });
    const policiesOf = (of: Parameters<typeof runCases>[0][number]) => runCases([of], engine)[0]?.decision.policies;
    expect(policiesOf({ ...base, who: producer, does: 'AcceptPlan', to: { plan: { tenant_id: 'globex' } } })).toEqual([
      'tenant-not-permitted',
    ]);
    const work = { capabilities: ['test'] };
    expect(policiesOf({ ...base, who: producer, does: 'AcceptPlan', to: { plan: { work } } })).toEqual([
      'estimate-too-short-plan',
      'tenant-capabilities-plan',
    ]);
    const ticket = { required_capabilities: ['test'] };
    expect(policiesOf({ ...base, who: worker('us-east-1'), does: 'DispatchTicket', to: { ticket } })).toEqual([
      ...['estimate-too-short', 'residency-tenant', 'tenant-capabilities-ticket'],
    ]);
    const elsewhere = { ticket: { tenant_id: 'globex' } };
    expect(policiesOf({ ...base, who: worker('local'), does: 'DispatchTicket', to: elsewhere })).toEqual([
      'tenant-not-permitted-ticket',
    ]);
  });

  it('is refused where a policy has no name, no reason, or the name of another', () => {
    const permit = 'permit (principal, action, resource);';
    expect(() => splitPolicies({ a: permit })).toThrow('has no @id');
    expect(() => splitPolicies({ a: `@id("x") ${permit}` })).toThrow('has no @reason');
    const named = `@id("x") @reason("r") ${permit}`;
    expect(() => splitPolicies({ a: named, b: named })).toThrow('another policy with the id x');
    expect(() => splitPolicies({ a: 'permit (' })).toThrow('does not parse');
  });

  it('is refused where a policy speaks of what the schema does not have', () => {
    const wrong =
      '@id("x") @reason("r") permit (principal is Agent, action, resource) when { principal.colour == "red" };';
    const faults = faultsOfPolicySet({ ...DEFAULT_POLICY_SET, policies: { x: wrong } }, POLICY_SCHEMA);
    expect(faults.join()).toContain('colour');
  });
});

describe('a decision', () => {
  const entities = [{ uid: { type: 'User' as const, id: 'ada' }, attrs: {}, parents: [] }];
  const hive = { type: 'Hive' as const, id: 'hive' };

  it('is no, with errors, where what is asked does not fit the schema', () => {
    const engine = defaultEngine();
    const user = { type: 'User' as const, id: 'ada' };
    const unknown = engine.decide({ principal: user, action: 'Fly', resource: hive, context: {}, entities });
    const wrong = engine.decide({ principal: user, action: 'RotateKeys', resource: hive, context: { x: 1 }, entities });
    for (const decision of [unknown, wrong]) {
      expect(decision).toMatchObject({ allowed: false, policies: [], final: false });
      expect(decision.errors).not.toEqual([]);
    }
  });

  it('is no where a policy cannot be evaluated, though another permits it', () => {
    const policies = {
      all: '@id("all") @reason("all") permit (principal, action, resource);',
      far: '@id("far") @reason("far") forbid (principal, action, resource) when { context.now_ms + 9223372036854775807 > 0 };',
    };
    const engine = engineOf({ ...DEFAULT_POLICY_SET, policies });
    const [outcome] = runCases(
      [
        {
          says: 'x',
          who: { agent: 'a', with: {} },
          does: 'DispatchTicket',
          to: { ticket: {} },
          context: {},
          expect: 'deny',
        },
      ],
      engine,
    );
    expect(outcome?.decision).toMatchObject({ allowed: false, final: false });
    expect(outcome?.decision.errors.join()).toContain('overflow');
  });
});
