import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { type AgentAsked, createAgentGuard } from '../../../core/access/agent-guard.ts';
import type { Identity } from '../../../core/access/identity.ts';
import { newestRefusals, SIGNALS_LIST } from '../../../core/access/lists.ts';
import type { RefusalState } from '../../../core/access/record-refusal.ts';
import type { SignalState } from '../../../core/access/signals/raise.ts';
import { HiveError } from '../../../core/errors.ts';
import { createRegisterAgent } from '../../../core/swarm/register.ts';
import { createAccess } from '../../support/access.ts';
import { agent } from '../../support/agents.ts';
import { createMonitoredHive, fill, type MonitoredHive } from '../../support/monitored-hive.ts';
import { NOW } from '../../support/plans.ts';

const iam = (name: string): Identity => ({
  kind: 'iam',
  arn: `arn:aws:sts::1:assumed-role/${name}/i-1`,
  source: '192.0.2.1',
});
const named = (name: string): Identity => ({ kind: 'iam', arn: `arn:aws:sts::123456789012:assumed-role/${name}/i-1` });

let hive: MonitoredHive;
beforeEach(async () => {
  hive = createMonitoredHive();
  await fill(hive);
});

function setUp() {
  const access = createAccess(hive);
  const guard = createAgentGuard({ ...hive, ...access });
  const inboxes = { open: async () => 'https://inbox', close: async () => {}, deliver: async () => {} } as never;
  const register = createRegisterAgent({ ...hive, inboxes, freeCapacity: async () => {} });
  const {
    held: _,
    registered_at: _r,
    heartbeat_at: _h,
    status: _s,
    ...registration
  } = agent('mine') as never as Record<string, unknown>;
  const registerAs = (identity: Identity) =>
    guard(
      { identity, action: 'RegisterAgent', agent_id: 'mine', registers: registration as AgentAsked['registers'] },
      ({ caller }) => register(registration as never, caller.principal),
    );
  const heartbeatAs = (identity: Identity) =>
    guard({ identity, action: 'HeartbeatAgent', agent_id: 'mine' }, async () => 'alive');
  /** through to the write */
  const beatAs = (identity: Identity) =>
    guard({ identity, action: 'HeartbeatAgent', agent_id: 'mine' }, ({ caller }) =>
      hive.heartbeatAgent('mine', undefined, undefined, caller.principal),
    );
  return { ...access, guard, register, registration, registerAs, heartbeatAs, beatAs };
}

describe('An agent', () => {
  it('is whose it was registered by first, under whatever session, and nobody else’s', async () => {
    const { registerAs, heartbeatAs } = setUp();
    await registerAs(named('worker'));
    expect(await heartbeatAs({ kind: 'iam', arn: 'arn:aws:sts::123456789012:assumed-role/worker/another' })).toBe(
      'alive',
    );
    await expect(heartbeatAs(named('thief'))).rejects.toMatchObject({ code: 'AGENT_OF_ANOTHER', status: 403 });
    await expect(registerAs(named('thief'))).rejects.toMatchObject({ code: 'AGENT_OF_ANOTHER' });
    const [refused] = await newestRefusals<RefusalState>(hive.ledger, 10);
    expect(refused).toMatchObject({ code: 'AGENT_OF_ANOTHER', resource: 'Agent::"mine"' });
    expect(await hive.ledger.listStates<SignalState>(SIGNALS_LIST, 10)).toMatchObject([
      { kind: 'agent_reported_for_another', principal: 'arn:aws:iam::123456789012:role/thief' },
    ]);
  });

  it('stays whose it is when it is removed and registers anew, and when two register it at once', async () => {
    const { registerAs, register, registration } = setUp();
    await registerAs(named('worker'));
    await hive.agents.remove('mine', hive.clock.now());
    await expect(register(registration as never, 'thief')).rejects.toMatchObject({ code: 'AGENT_OF_ANOTHER' });
    await registerAs(named('worker'));
    expect(await hive.agents.load('mine')).toMatchObject({
      status: 'active',
      owner: 'arn:aws:iam::123456789012:role/worker',
    });
  });

  it('of a local AWS is whoever’s calls there, as each process has a key of its own', async () => {
    const { guard, registerAs } = setUp();
    await registerAs({ kind: 'local', key: 'ASIA1' });
    const beat = { identity: { kind: 'local', key: 'ASIA2' }, action: 'HeartbeatAgent', agent_id: 'mine' } as const;
    expect(await guard(beat, async () => 'alive')).toBe('alive');
  });

  it('of before owners were kept is whose it is registered by, or heard of from, next', async () => {
    for (const first of ['registers', 'beats']) {
      const { registerAs, beatAs } = setUp();
      await hive.agents.register(agent('mine'));
      await (first === 'beats' ? beatAs(named('worker')) : registerAs(named('worker')));
      const another = { code: 'AGENT_OF_ANOTHER', status: 403 };
      await expect(beatAs(named('thief'))).rejects.toMatchObject(another);
      await expect(registerAs(named('thief'))).rejects.toMatchObject(another);
      expect(await beatAs(named('worker'))).toMatchObject({ agent_id: 'mine' });
      hive = createMonitoredHive();
    }
  });

  it('is one principal’s where two come for it at once, past the guard, and the other is recorded as refused', async () => {
    const { beatAs, registerAs } = setUp();
    await hive.agents.register(agent('mine'));
    const came = await Promise.allSettled([beatAs(named('one')), registerAs(named('two')), beatAs(named('three'))]);
    expect(came.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected', 'rejected']);
    expect(await newestRefusals<RefusalState>(hive.ledger, 10)).toMatchObject([
      { code: 'AGENT_OF_ANOTHER' },
      { code: 'AGENT_OF_ANOTHER' },
    ]);
  });

  it('is another’s once security hands it over, and whose it is registered by next where it says nobody', async () => {
    const { registerAs, beatAs } = setUp();
    const sec = {
      by: 'sec',
      why: 'the role was renamed',
      authorization: { policies: ['p'], inputs: 'i', policy_set: 's' },
    };
    const role = (name: string) => `arn:aws:iam::123456789012:role/${name}`;
    const handOver = (to?: string) => hive.operations.handOverAgent('mine', { ...sec, ...(to && { to }) });
    await expect(handOver()).rejects.toMatchObject({ code: 'AGENT_UNKNOWN', status: 404 });
    await registerAs(named('worker'));
    const to = 'arn:aws:sts::123456789012:assumed-role/renamed/some-session';
    expect(await handOver(to)).toEqual({ id: 'mine', phase: 'handed_over', changed: true });
    expect(await handOver(to)).toMatchObject({ changed: false });
    await expect(beatAs(named('worker'))).rejects.toMatchObject({ code: 'AGENT_OF_ANOTHER' });
    await beatAs(named('renamed'));
    expect(await handOver()).toEqual({ id: 'mine', phase: 'without_owner', changed: true });
    expect(await handOver()).toMatchObject({ changed: false });
    for (const come of [beatAs, registerAs])
      await expect(come(named('renamed'))).rejects.toMatchObject({ code: 'AGENT_OF_ANOTHER' });
    const late = hive.heartbeatAgent('mine', undefined, undefined, role('renamed'));
    await expect(late).rejects.toMatchObject({ code: 'AGENT_OF_ANOTHER' });
    expect(await hive.agents.load('mine')).not.toHaveProperty('owner');
    await beatAs(named('next'));
    await expect(registerAs(named('renamed'))).rejects.toMatchObject({ code: 'AGENT_OF_ANOTHER' });
    for (const nobodys of [
      'credential:other',
      'arn:typo',
      'local',
      `${role('x')}/`,
      'arn:aws:iam::1:role/x',
      role('a b'),
    ])
      await expect(handOver(nobodys)).rejects.toMatchObject({ code: 'OWNER_INVALID', status: 422 });
    const told = hive.table.scan('HEALTH#mine').flatMap(({ item }) => (item.record as { event: object })?.event ?? []);
    expect(told).toEqual([
      { type: 'AgentHandedOver', from: role('worker'), to: role('renamed'), ...sec },
      { type: 'AgentHandedOver', from: role('renamed'), ...sec },
    ]);
  });

  it('is named by the principal that a role’s or a user’s calls come from, or its own credential’s', async () => {
    const { registerAs } = setUp();
    await registerAs(named('worker'));
    const account = 'arn:aws:iam::123456789012';
    for (const [to, owner] of [
      [`${account}:role/service-role/of/path`, `${account}:role/path`],
      [`${account}:user/division/ada`, `${account}:user/division/ada`],
      ['credential:mine', 'credential:mine'],
    ] as const) {
      await hive.operations.handOverAgent('mine', { by: 'sec', why: 'w', to });
      expect(await hive.agents.load('mine')).toMatchObject({ owner });
    }
  });

  it('of a local AWS is anybody’s there after it was given up: there is nobody else', async () => {
    const { registerAs, beatAs } = setUp();
    await registerAs({ kind: 'local', key: 'ASIA1' });
    await hive.operations.handOverAgent('mine', { by: 'me', why: 'w' });
    expect(await beatAs({ kind: 'local', key: 'ASIA2' })).toMatchObject({ agent_id: 'mine' });
  });

  it('is never of two, and changes hands by security’s word alone, however calls are mixed', async () => {
    const call = fc.record({ what: fc.constantFrom('register', 'beat', 'remove', 'give', 'clear'), who: fc.nat(2) });
    await fc.assert(
      fc.asyncProperty(fc.array(call, { maxLength: 30 }), async (calls) => {
        const { agents, operations } = createMonitoredHive();
        await agents.register(agent('mine'));
        let owner: string | undefined;
        let givenUpBy: string | undefined;
        for (const { what, who } of calls) {
          const name = `arn:aws:iam::123456789012:user/p${who}`;
          const theirs = owner === undefined ? givenUpBy !== name : owner === name;
          if (what === 'remove') await agents.remove('mine', NOW);
          else if (what === 'give' || what === 'clear') {
            if (what === 'clear') givenUpBy = owner ?? givenUpBy;
            owner = what === 'give' ? name : undefined;
            await operations.handOverAgent('mine', { by: 'sec', why: 'w', ...(owner && { to: owner }) });
          } else {
            const gone = what === 'beat' && (await agents.load('mine'))?.status === 'removed';
            const said =
              what === 'beat' ? agents.heartbeat('mine', NOW, name) : agents.register(agent('mine', { owner: name }));
            const taken = await said.then(
              () => true,
              (error: HiveError) => expect(error.code).toBe('AGENT_OF_ANOTHER'),
            );
            if (!gone) expect(taken === true).toBe(theirs);
            if (theirs && !gone) owner = name;
          }
          expect((await agents.load('mine'))?.owner).toBe(owner);
        }
      }),
      { seed: 20_261_128, numRuns: 300 },
    );
  });

  it('that is unknown is told so by the call itself, as is one that asks for an unknown ticket', async () => {
    const { guard } = setUp();
    const unknown = async (): Promise<never> => {
      throw new HiveError('TICKET_UNKNOWN', 'no', { status: 404 });
    };
    const asked = { identity: iam('w'), action: 'HeartbeatTicket', agent_id: 'x', ticket_id: 'nothing' } as const;
    await expect(guard(asked, unknown)).rejects.toMatchObject({ code: 'TICKET_UNKNOWN' });
  });

  it('that speaks for a ticket which another agent has is refused, and that is recorded and raised', async () => {
    const { guard } = setUp();
    const [ticket_id = ''] = await hive.reader.listTicketIds('plan-running');
    const elsewhere = async (): Promise<never> => {
      throw new HiveError('TICKET_ASSIGNED_ELSEWHERE', 'no', { status: 409 });
    };
    const asked = { identity: iam('w'), action: 'ReportTicket', agent_id: 'worker-2', ticket_id } as const;
    await expect(guard(asked, elsewhere)).rejects.toMatchObject({ code: 'TICKET_ASSIGNED_ELSEWHERE' });
    expect(await newestRefusals<RefusalState>(hive.ledger, 10)).toMatchObject([
      {
        code: 'TICKET_ASSIGNED_ELSEWHERE',
        action: 'ReportTicket',
        ticket_id,
        plan_id: 'plan-running',
        source: '192.0.2.1',
      },
    ]);
    expect(await hive.ledger.listStates<SignalState>(SIGNALS_LIST, 10)).toHaveLength(1);
  });
});
