import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { sha256 } from '../../../adapters/system/digest.ts';
import { ROLES } from '../../../core/access/caller.ts';
import { createBreakGlass } from '../../../core/access/grants/break-glass.ts';
import { createGrantRole, createRevokeRole } from '../../../core/access/grants/grant-role.ts';
import { type Identity, principalOf } from '../../../core/access/identity.ts';
import { THE_HIVE } from '../../../core/access/resources.ts';
import { excludedBy } from '../../../core/access/roles.ts';
import { ACCESS } from '../../../core/access/settings.ts';
import { parseStandingRoles } from '../../../core/access/standing-roles.ts';
import { createAccess } from '../../support/access.ts';
import { createMonitoredHive, fill, type MonitoredHive } from '../../support/monitored-hive.ts';

const arn = (name: string) => `arn:aws:iam::123456789012:role/${name}`;
const iam = (name: string): Identity => ({ kind: 'iam', arn: arn(name) });
const operator = { by: 'sec', why: 'on call' };

let hive: MonitoredHive;
beforeEach(async () => {
  hive = createMonitoredHive();
  await fill(hive);
});

function setUp(roles: Readonly<Record<string, unknown>> = { [arn('sec')]: ['security'] }) {
  const access = createAccess(hive, { roles });
  const deps = { ...hive, ...access, sha256 };
  return {
    ...access,
    grant: createGrantRole(deps),
    revoke: createRevokeRole(deps),
    breakGlass: createBreakGlass(deps),
  };
}

describe('A caller', () => {
  it.each([
    ['arn:aws:sts::123456789012:assumed-role/Ops/ada@example.org', arn('Ops')],
    ['arn:aws-cn:sts::123456789012:assumed-role/Ops/x/y', 'arn:aws-cn:iam::123456789012:role/Ops'],
    ['arn:aws:iam::123456789012:user/ada', 'arn:aws:iam::123456789012:user/ada'],
  ])('%s is the principal %s, whatever the session is called', (name, principal) => {
    expect(principalOf({ kind: 'iam', arn: name })).toBe(principal);
  });

  it('has no role, no tenant and no right until somebody has granted one', async () => {
    const { callers, guard } = setUp();
    expect(await callers(iam('new'))).toMatchObject({ roles: [], tenants: [] });
    const about = { kind: 'Hive', id: 'hive' } as const;
    const look = guard({ identity: iam('new'), action: 'ViewPlan', about }, async () => 'seen');
    await expect(look).rejects.toMatchObject({ code: 'POLICY_DENIED' });
  });

  it('has what was granted from the next call on, until it is revoked, and no longer', async () => {
    const { callers, grant, revoke } = setUp();
    const sec = await callers(iam('sec'));
    const given = await grant(sec, arn('ada'), { role: 'operator', tenants: ['acme'] }, operator);
    expect(given.changed).toBe(true);
    expect((await grant(sec, arn('ada'), { role: 'operator', tenants: ['acme'] }, operator)).changed).toBe(false);
    expect(await callers(iam('ada'))).toMatchObject({ roles: ['operator'], tenants: ['acme'] });
    expect((await revoke(sec, arn('ada'), 'operator', operator)).changed).toBe(true);
    expect((await revoke(sec, arn('ada'), 'operator', operator)).changed).toBe(false);
    expect(await callers(iam('ada'))).toMatchObject({ roles: [], tenants: [] });
  });

  it('of a local AWS is everything: it is one person’s own', async () => {
    const { callers } = setUp();
    expect(await callers({ kind: 'local', key: 'test' })).toMatchObject({ roles: ROLES, tenants: ['*'] });
  });

  it('that an issuer gives roles which exclude each other has none of them', async () => {
    const { callers } = setUp({});
    const oidc = { kind: 'oidc', issuer: 'https://idp', subject: 'ada', tenants: ['acme'] } as const;
    expect((await callers({ ...oidc, roles: ['security', 'platform', 'operator', 'nonsense'] })).roles).toEqual([
      'operator',
    ]);
    expect(await callers({ ...oidc, roles: ['operator'] })).toMatchObject({
      ...{ principal: 'oidc:https://idp#ada', roles: ['operator'], tenants: ['acme'] },
    });
  });
});

describe('Segregation of duties', () => {
  it('is symmetric, and lets nobody be excluded by themselves', () => {
    fc.assert(
      fc.property(fc.constantFrom(...ROLES), fc.constantFrom(...ROLES), (a, b) => {
        expect(excludedBy(a, [b]).length).toBe(excludedBy(b, [a]).length);
        if (a === b) expect(excludedBy(a, [b])).toEqual([]);
      }),
      { seed: 20260601, numRuns: 200 },
    );
  });

  it('holds whatever is granted, in whatever order', async () => {
    const step = fc.tuple(fc.constantFrom(...ROLES), fc.boolean());
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), fc.nat(), async (steps, nth) => {
        const { callers, grant, revoke } = setUp();
        const sec = await callers(iam('sec'));
        const principal = arn(`p${nth}-${steps.length}`);
        for (const [role, granting] of steps)
          if (granting) await grant(sec, principal, { role, tenants: [] }, operator).catch(() => undefined);
          else await revoke(sec, principal, role, operator);
        const { roles } = await callers({ kind: 'iam', arn: principal });
        for (const role of roles) expect(excludedBy(role, roles)).toEqual([]);
      }),
      { seed: 20260601, numRuns: 60 },
    );
  });

  it('lets nobody grant themselves anything, under whatever session', async () => {
    const { callers, grant } = setUp();
    const sec = await callers({ kind: 'iam', arn: 'arn:aws:sts::123456789012:assumed-role/sec/other-session' });
    expect(() => grant(sec, arn('sec'), { role: 'operator', tenants: [] }, operator)).toThrow(
      expect.objectContaining({ code: 'GRANT_TO_ONESELF' }),
    );
  });

  it('refuses platform to who is security, also where the deployment made them that', async () => {
    const { callers, grant } = setUp({ [arn('sec')]: ['security'], [arn('sec2')]: ['security'] });
    const sec = await callers(iam('sec'));
    await expect(grant(sec, arn('sec2'), { role: 'platform', tenants: [] }, operator)).rejects.toMatchObject({
      code: 'ROLES_EXCLUSIVE',
    });
    expect(() => parseStandingRoles(JSON.stringify({ x: ['security', 'platform'] }))).toThrow(
      expect.objectContaining({ code: 'ROLES_EXCLUSIVE' }),
    );
  });

  it('does not revoke in the ledger what the deployment says', async () => {
    const { callers, revoke } = setUp({ [arn('sec')]: ['security'], [arn('ops')]: ['operator'] });
    const sec = await callers(iam('sec'));
    expect(() => revoke(sec, arn('ops'), 'operator', operator)).toThrow(
      expect.objectContaining({ code: 'ROLE_OF_DEPLOYMENT' }),
    );
  });
});

describe('Broken glass', () => {
  it('gives an operator’s and an sre’s rights over all tenants until it ends, and not a moment longer', async () => {
    const { callers, breakGlass } = setUp({ [arn('sre')]: { roles: ['sre'], tenants: ['acme'] } });
    const before = await callers(iam('sre'));
    const { state } = await breakGlass(before, undefined, { by: 'sre', why: 'it burns' });
    const until = state.break_glass?.until ?? 0;
    expect(until - hive.clock.now()).toBe(ACCESS.break_glass_ms);
    expect(await callers(iam('sre'))).toMatchObject({
      roles: ['sre', 'operator'],
      tenants: ['*'],
      break_glass_until: until,
    });
    hive.clock.advance(ACCESS.break_glass_ms - 1);
    expect((await callers(iam('sre'))).break_glass_until).toBe(until);
    hive.clock.advance(1);
    expect(await callers(iam('sre'))).toEqual(before);
  });

  it('is for an hour at most, and only for whom the policies let', async () => {
    const roles = { platform: ['platform'], audit: ['auditor'], producer: ['producer'], sec: ['security'] };
    const deployed = Object.fromEntries(Object.entries(roles).map(([name, own]) => [arn(name), own]));
    const { callers, breakGlass, guard } = setUp({ [arn('sre')]: ['sre'], ...deployed });
    await expect(breakGlass(await callers(iam('sre')), 3_600_001, operator)).rejects.toMatchObject({
      code: 'BREAK_GLASS_TOO_LONG',
    });
    const call = (name: string) =>
      guard({ identity: iam(name), action: 'BreakGlass', about: THE_HIVE }, ({ caller }) =>
        breakGlass(caller, 1000, operator),
      );
    for (const name of ['nobody', 'audit', 'platform', 'producer'])
      await expect(call(name)).rejects.toMatchObject({ code: 'POLICY_DENIED' });
    expect(await call('sec')).toMatchObject({ changed: true });
  });

  it('is not broken anew while it is broken, nor by calls that come at once, and is when it has ended', async () => {
    const { callers, breakGlass, guard } = setUp({ [arn('sre')]: ['sre'] });
    const before = await callers(iam('sre'));
    const call = () =>
      guard({ identity: iam('sre'), action: 'BreakGlass', about: THE_HIVE }, ({ caller }) =>
        breakGlass(caller, 1000, operator),
      );
    const { state } = await call();
    hive.clock.advance(1);
    await expect(call()).rejects.toMatchObject({ code: 'POLICY_DENIED', detail: { policies: ['break-glass-twice'] } });
    // Past the guard, as one that came at the same moment is.
    expect(await breakGlass(before, 3_600_000, operator)).toEqual({ state, changed: false });
    hive.clock.advance(1000);
    expect((await call()).changed).toBe(true);
  });

  it('ends where somebody becomes what it does not go with, and with any role that is revoked', async () => {
    const { callers, grant, revoke, breakGlass } = setUp();
    const sec = await callers(iam('sec'));
    const all = { tenants: ['acme'] };
    await grant(sec, arn('ops'), { role: 'sre', ...all }, operator);
    await grant(sec, arn('ops'), { role: 'producer', ...all }, operator);
    await breakGlass(await callers(iam('ops')), 60_000, operator);
    expect(await callers(iam('ops'))).toMatchObject({ tenants: ['*'] });
    const [was, is] = [setUp({ [arn('once')]: ['sre'] }), setUp({ [arn('once')]: ['auditor'] })];
    await was.breakGlass(await was.callers(iam('once')), 60_000, operator);
    expect(await was.callers(iam('once'))).toHaveProperty('break_glass_until');
    expect((await is.callers(iam('once'))).roles).toEqual(['auditor']);
    await revoke(sec, arn('ops'), 'sre', operator);
    expect(await callers(iam('ops'))).toMatchObject({ roles: ['producer'], tenants: ['acme'] });
  });

  it('ends with the role that let somebody break it', async () => {
    const { callers, grant, revoke, breakGlass } = setUp();
    const sec = await callers(iam('sec'));
    await grant(sec, arn('ops'), { role: 'operator', tenants: ['acme'] }, operator);
    await breakGlass(await callers(iam('ops')), 60_000, operator);
    await revoke(sec, arn('ops'), 'operator', operator);
    expect(await callers(iam('ops'))).toMatchObject({ roles: [], tenants: [] });
  });
});

describe('Tenants', () => {
  it('keep to themselves: another tenant’s plan is neither shown nor listed', async () => {
    const { guard, callers, grant } = setUp();
    await hive.scene.plan({ plan_id: 'acme-1', tenant_id: 'acme' });
    await grant(await callers(iam('sec')), arn('ada'), { role: 'operator', tenants: ['acme'] }, operator);
    const look = (id: string) =>
      guard({ identity: iam('ada'), action: 'ViewPlan', about: { kind: 'Plan', id } }, () => hive.monitor.getPlan(id));
    expect(await look('acme-1')).toMatchObject({ plan_id: 'acme-1' });
    await expect(look('plan-running')).rejects.toMatchObject({ code: 'POLICY_DENIED', status: 403 });
    const { tenants } = await callers(iam('ada'));
    const listed = await hive.monitor.listPlans({ limit: 100, tenants });
    expect(listed.items.map(({ plan_id }) => plan_id)).toEqual(['acme-1']);
    expect((await hive.monitor.listIncidents({ limit: 100, tenants })).items).toEqual([]);
  });
});
