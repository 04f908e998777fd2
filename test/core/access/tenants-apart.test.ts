/** Tenants are kept apart, and rights are nobody's own to widen, also where several parts meet. */
import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { faultsOfPolicySet } from '../../../adapters/cedar/policy-set.ts';
import { sha256 } from '../../../adapters/system/digest.ts';
import type { Caller } from '../../../core/access/caller.ts';
import { createCheckCredential } from '../../../core/access/enrolment/credential.ts';
import { createExchangeEnrolment } from '../../../core/access/enrolment/exchange.ts';
import { createRevokeCredential } from '../../../core/access/enrolment/keep.ts';
import { createMakeEnrolment } from '../../../core/access/enrolment/make.ts';
import { createGrantRole, createRevokeRole } from '../../../core/access/grants/grant-role.ts';
import { DEFAULT_POLICY_SET, POLICY_SCHEMA } from '../../../core/policy/default-set.ts';
import { createChangePolicies } from '../../../core/policy/in-force/change-policies.ts';
import { createHive, phaseOf, registration } from '../../support/hive.ts';
import { plan, task } from '../../support/plans.ts';
import { defaultPolicies } from '../../support/policies.ts';

const because = { by: 'sec', why: 'w' };

it('Policies are not approved by who wrote them, whatever they call their session', async () => {
  const { ledger, clock } = createHive();
  const change = createChangePolicies({
    ...{ ledger, clock, sha256, defaults: DEFAULT_POLICY_SET, schema: POLICY_SCHEMA },
    faultsOf: (set) => faultsOfPolicySet(set, POLICY_SCHEMA),
  });
  const as = (session: string) => ({ by: `arn:aws:sts::123456789012:assumed-role/Platform/${session}`, why: 'w' });
  const tenants = { ...DEFAULT_POLICY_SET.tenants, least_estimate_ms: 1000 };
  await change.propose({ ...DEFAULT_POLICY_SET, tenants } as never, as('one'));
  await expect(change.approve(1, as('two'))).rejects.toMatchObject({ code: 'APPROVER_IS_AUTHOR' });
});

it('Roles are given and taken for tenants of one’s own only', async () => {
  const deps = { ...createHive(), sha256, standing: new Map() };
  const [grant, revoke] = [createGrantRole(deps), createRevokeRole(deps)];
  const caller = (tenants: string[]): Caller => ({
    ...{ principal: `sec-${tenants}`, name: 'sec', kind: 'iam', roles: ['security'], tenants },
  });
  const refused = { code: 'GRANT_BEYOND_TENANTS', status: 403 };
  const of = { role: 'operator', tenants: ['*'] } as const;
  await expect(async () => grant(caller(['acme']), 'pal', of, because)).rejects.toMatchObject(refused);
  await grant(caller(['*']), 'pal', of, because);
  await expect(async () => revoke(caller(['acme']), 'pal', 'operator', because)).rejects.toMatchObject(refused);
  await grant(caller(['acme']), 'other', { role: 'operator', tenants: ['acme'] }, because);
});

it('A credential that was revoked does not come back by an enrolment that was made before', async () => {
  const { ledger, clock } = createHive();
  let ids = 0;
  const newSecret = () => randomBytes(32).toString('base64url');
  const deps = { ledger, clock, sha256, newSecret, newId: () => `e${++ids}`, recordRefusal: async () => {} };
  const [make, exchange, revoke] = [
    createMakeEnrolment(deps),
    createExchangeEnrolment(deps),
    createRevokeCredential(deps),
  ];
  const all = { tenants: ['*'] };
  const bounds = { agent_id: 'a', capabilities: ['build'], clearance: 'RESTRICTED', tenants: ['acme'] } as const;
  const first = await make(all, bounds, because);
  const { credential } = await exchange(first.enrolment_id, first.secret);
  const again = await make(all, bounds, because, 7 * 86_400_000);
  await revoke(all, 'a', because);
  await expect(createCheckCredential(deps)(credential)).rejects.toThrow();
  await expect(exchange(again.enrolment_id, again.secret)).rejects.toMatchObject({ code: 'ENROLMENT_SUPERSEDED' });
});

describe('An agent of one tenant', () => {
  const residency = {
    ...DEFAULT_POLICY_SET,
    tenants: { ...DEFAULT_POLICY_SET.tenants, listed: { other: { permitted: true, regions: ['eu'] } } },
  };
  it.each([
    ['its enrolment', 12, {}, ['mine']],
    ['where tickets may be worked on', 12, { policies: defaultPolicies(residency as never) }, undefined],
    ['where tickets may be worked on', 60, { policies: defaultPolicies(residency as never) }, undefined],
  ])('gets its tickets behind those that it may not have by %s: %i of them', async (_, ahead, options, tenants) => {
    const hive = createHive(options);
    const of = (tenant_id: string, count: number) =>
      plan({
        ...{ plan_id: `of-${tenant_id}`, tenant_id },
        tasks: Array.from({ length: count }, (_, at) => task(`t${at}`, { required_capabilities: ['build'] })),
      });
    for (const one of [of('other', ahead), of('mine', 1)]) {
      await hive.acceptPlan(one);
      for (const { task_id } of one.tasks) {
        await hive.enterTicket({ plan_id: one.plan_id, task_id, task_token: `${one.plan_id}/${task_id}` });
        hive.clock.advance(10);
      }
    }
    await hive.registerAgent(registration('agent', ['build'], 1), 'credential:agent', tenants as never);
    expect(await hive.round('build')).toMatchObject({ assigned: 1 });
    expect(await phaseOf(hive, 't0', 'of-mine')).toBe('assigned');
  });
});
