import { expect, it } from 'vitest';
import { sha256 } from '../../adapters/system/digest.ts';
import { COMMIT_CONFLICT } from '../../core/ledger/retry.ts';
import type { Write } from '../../core/ports/ledger.ts';
import { appendToHealth } from '../../core/swarm/health/record.ts';
import { agent, fallOf } from '../support/agents.ts';
import { NOW } from '../support/plans.ts';
import { refusal } from './refusal.ts';
import { describeContract } from './stores.ts';

describeContract('The ledger, of agents’ health', (stores) => {
  let plans = 0;
  const conflict = async (writes: Write[], failed: number[]) => {
    const error = await refusal(stores().ledger.commit(writes));
    expect(error.code).toBe(COMMIT_CONFLICT);
    expect(error.detail.failed).toEqual(failed);
  };

  it('appends to an agent’s health with a copy on its item, and refuses that to a version that is past and to no agent', async () => {
    const { ledger, agents } = stores();
    const id = `health-${++plans}`;
    expect(await ledger.loadHealth(id)).toBeUndefined();
    await conflict([appendToHealth(id, undefined, fallOf('DEGRADED'), NOW, sha256)], [0]);
    await agents.register(agent(id));
    const first = appendToHealth(id, undefined, fallOf('DEGRADED'), NOW, sha256);
    await ledger.commit([first]);
    await conflict([first], [0]);
    const before = await ledger.loadHealth(id);
    expect(before?.state).toMatchObject({ agent_id: id, health: 'DEGRADED', since: NOW });
    expect((await agents.load(id))?.standing).toEqual(before?.state);
    await ledger.commit([appendToHealth(id, before, fallOf('UNHEALTHY', 'DEGRADED'), NOW + 1, sha256)]);
    expect(await ledger.loadHealth(id)).toMatchObject({ head: { version: 2 }, state: { health: 'UNHEALTHY' } });
  });

  it('removes an agent with its health, unless it holds something or was heard of since', async () => {
    const { ledger, agents } = stores();
    const id = `leaves-${++plans}`;
    await agents.register(agent(id));
    const leave = (last_heard_at: number) =>
      appendToHealth(id, undefined, fallOf('REMOVED'), NOW, sha256, { leaves: { last_heard_at } });
    const slot = { agent_id: id, ticket_id: 't' };
    await ledger.commit([{ kind: 'hold_slot', ...slot, plan_id: 'p', task_id: 't', attempt: 1 }]);
    await conflict([leave(NOW)], [0]);
    await ledger.commit([{ kind: 'free_slot', ...slot }]);
    await agents.heartbeat(id, NOW + 5);
    await conflict([leave(NOW)], [0]);
    expect((await agents.load(id))?.status).toBe('active');
    await ledger.commit([leave(NOW + 5)]);
    expect(await agents.load(id)).toMatchObject({ status: 'removed', standing: { health: 'REMOVED' } });
  });

  it('gives no slot of an agent that an operator drains, also when it registers anew', async () => {
    const { ledger, agents } = stores();
    const id = `drained-${++plans}`;
    const hold: Write = { kind: 'hold_slot', agent_id: id, ticket_id: 't', plan_id: 'p', task_id: 't', attempt: 1 };
    await agents.register(agent(id));
    const drained = appendToHealth(id, undefined, { type: 'AgentDraining', by: 'ada', why: 'disk' }, NOW, sha256);
    await ledger.commit([drained]);
    await conflict([hold], [0]);
    await agents.register(agent(id));
    await conflict([hold], [0]);
    const before = await ledger.loadHealth(id);
    await ledger.commit([appendToHealth(id, before, { type: 'AgentUndrained', by: 'ada', why: 'new' }, NOW, sha256)]);
    await ledger.commit([hold]);
  });

  it('gives no slot of an agent that is set apart, also when it registers anew, until it is released', async () => {
    const { ledger, agents } = stores();
    const id = `apart-${++plans}`;
    const hold: Write = { kind: 'hold_slot', agent_id: id, ticket_id: 't', plan_id: 'p', task_id: 't', attempt: 1 };
    const append = async (type: 'AgentQuarantined' | 'AgentReleased') =>
      ledger.commit([appendToHealth(id, await ledger.loadHealth(id), { type, by: 'sec', why: 'odd' }, NOW, sha256)]);
    await agents.register(agent(id));
    await append('AgentQuarantined');
    await conflict([hold], [0]);
    await agents.register(agent(id));
    await conflict([hold], [0]);
    expect(await agents.load(id)).toMatchObject({ standing: { quarantined: { by: 'sec', why: 'odd', at: NOW } } });
    await append('AgentReleased');
    await ledger.commit([hold]);
  });

  it('gives an agent to another with its event, unless it is not whose it was', async () => {
    const { ledger, agents } = stores();
    const id = `owned-${++plans}`;
    const give = async (owner: { was?: string; is?: string }) => {
      const event = { type: 'AgentHandedOver', by: 'sec', why: 'renamed' } as const;
      return appendToHealth(id, await ledger.loadHealth(id), event, NOW, sha256, { owner });
    };
    await conflict([await give({ is: 'ada' })], [0]);
    await agents.register(agent(id, { owner: 'ada' }));
    await conflict([await give({ was: 'bob', is: 'eve' })], [0]);
    await conflict([await give({ is: 'eve' })], [0]);
    await ledger.commit([await give({ was: 'ada', is: 'bob' })]);
    expect(await agents.load(id)).toMatchObject({ owner: 'bob', standing: { handed_over: { by: 'sec', at: NOW } } });
    await expect(agents.heartbeat(id, NOW, 'ada')).rejects.toMatchObject({ code: 'AGENT_OF_ANOTHER' });
    await ledger.commit([await give({ was: 'bob' })]);
    expect(await agents.load(id)).not.toHaveProperty('owner');
    await agents.heartbeat(id, NOW, 'ada');
    await conflict([await give({ is: 'eve' })], [0]);
    expect(await agents.load(id)).toMatchObject({ owner: 'ada' });
  });

  it('counts attempts that are lost to an agent until it answers for one', async () => {
    const { ledger, agents } = stores();
    const agent_id = `lost-${++plans}`;
    await agents.register(agent(agent_id));
    const end = (attempt_was?: 'lost' | 'answered') =>
      ledger.commit([{ kind: 'free_slot', agent_id, ticket_id: 't', ...(attempt_was && { attempt_was }) }]);
    const lost = async () => (await agents.load(agent_id))?.lost_in_a_row ?? 0;
    await end('lost');
    await end('lost');
    await end();
    expect(await lost()).toBe(2);
    await end('answered');
    expect(await lost()).toBe(0);
  });
});
