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
  return { ...access, guard, register, registration, registerAs, heartbeatAs };
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

  it('of before owners were kept is whose it is registered by next', async () => {
    const { registerAs, heartbeatAs } = setUp();
    await hive.agents.register(agent('mine'));
    expect(await heartbeatAs(named('anybody'))).toBe('alive');
    await registerAs(named('worker'));
    await expect(heartbeatAs(named('anybody'))).rejects.toMatchObject({ code: 'AGENT_OF_ANOTHER' });
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
