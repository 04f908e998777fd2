import { expect, it } from 'vitest';
import { sha256 } from '../../adapters/system/digest.ts';
import { appendToHealth } from '../../core/swarm/health/record.ts';
import { agent, fallOf } from '../support/agents.ts';
import { NOW } from '../support/plans.ts';
import { describeContract } from './stores.ts';

describeContract('The agent registry', (stores) => {
  let agents = 0;
  const freshId = () => `agent-${++agents}`;
  const hold = (agent_id: string, ticket_id: string) =>
    stores().ledger.commit([{ kind: 'hold_slot', agent_id, ticket_id, plan_id: 'p', task_id: 't', attempt: 1 }]);
  const fell = (id: string, leaves: { last_heard_at: number } | undefined) =>
    appendToHealth(id, undefined, fallOf(leaves ? 'REMOVED' : 'DEGRADED'), NOW, sha256, leaves && { leaves });
  const listed = async (capability: string) =>
    (await stores().agents.listByCapability(capability)).map(({ agent_id }) => agent_id).sort();

  it('knows nobody who has not registered', async () => {
    const registry = stores().agents;
    const id = freshId();
    expect(await registry.load(id)).toBeUndefined();
    expect(await registry.heartbeat(id, NOW)).toBeUndefined();
    expect(await registry.remove(id, NOW)).toBeUndefined();
    expect(await registry.load(id)).toBeUndefined();
  });

  it('gives an agent back as it registered, holding nothing', async () => {
    const said = agent(freshId(), { location: { region: 'r', zone: 'z' }, capabilities: ['a', 'b'] });
    expect(await stores().agents.register(said)).toEqual({ ...said, held: {} });
    expect(await stores().agents.load(said.agent_id)).toEqual({ ...said, held: {} });
  });

  it('keeps what an agent holds and since when it is known when it registers anew', async () => {
    const registry = stores().agents;
    const id = freshId();
    await registry.register(agent(id));
    await hold(id, 'ticket');
    const again = await registry.register(agent(id, { capacity: 3, registered_at: NOW + 5, heartbeat_at: NOW + 5 }));
    expect(again).toMatchObject({ capacity: 3, registered_at: NOW, heartbeat_at: NOW + 5 });
    expect(Object.keys(again.held)).toEqual(['ticket']);
    expect(await registry.load(id)).toEqual(again);
  });

  it('keeps how an agent stands and what was lost to it when it registers anew, and forgets what it does not say any more', async () => {
    const { agents: registry, ledger } = stores();
    const id = freshId();
    await registry.register(agent(id, { endpoint: { url: 'https://agent.example/', probe: true } }));
    await hold(id, 'ticket');
    await ledger.commit([{ kind: 'free_slot', agent_id: id, ticket_id: 'ticket', attempt_was: 'lost' }]);
    await ledger.commit([fell(id, undefined)]);
    const again = await registry.register(agent(id));
    expect(again).toMatchObject({ lost_in_a_row: 1, standing: { health: 'DEGRADED', since: NOW } });
    const kept = await registry.load(id);
    expect(kept).toEqual(again);
    expect(kept).not.toHaveProperty('endpoint');
  });

  it('takes an agent that the ledger has removed off the lists, and no other', async () => {
    const { agents: registry, ledger } = stores();
    const [gone, back] = [freshId(), freshId()];
    const capability = `unlisted-${agents}`;
    for (const id of [gone, back]) {
      await registry.register(agent(id, { capabilities: [capability] }));
      await ledger.commit([fell(id, { last_heard_at: NOW })]);
    }
    expect(await registry.load(gone)).toMatchObject({ status: 'removed', standing: { health: 'REMOVED' } });
    await registry.register(agent(back, { capabilities: [capability] }));
    const stillListed = async () =>
      (await registry.listByCapability(capability, { removedToo: true })).map(({ agent_id }) => agent_id).sort();
    expect([await listed(capability), await stillListed()]).toEqual([[back], [gone, back].sort()]);
    for (const id of [gone, back]) await registry.unlist(id);
    expect(await stillListed()).toEqual([back]);
    await registry.unlist('never seen');
    expect(await listed(capability)).toEqual([back]);
    expect(await registry.heartbeat(gone, NOW + 1)).toBeUndefined();
  });

  it('finds agents by each of their capabilities, and all of them by *', async () => {
    const registry = stores().agents;
    const [one, both] = [freshId(), freshId()];
    const [left, right] = [`left-${agents}`, `right-${agents}`];
    await registry.register(agent(one, { capabilities: [left] }));
    await registry.register(agent(both, { capabilities: [left, right] }));
    expect(await listed(left)).toEqual([one, both].sort());
    expect(await listed(right)).toEqual([both]);
    expect(await listed(`neither-${agents}`)).toEqual([]);
    expect(await listed('*')).toEqual(expect.arrayContaining([one, both]));
    await registry.register(agent(both, { capabilities: [right] }));
    expect(await listed(left)).toEqual([one]);
    expect(await listed(right)).toEqual([both]);
  });

  it('answers a heartbeat with the record as it was before', async () => {
    const registry = stores().agents;
    const id = freshId();
    await registry.register(agent(id));
    expect((await registry.heartbeat(id, NOW + 10))?.heartbeat_at).toBe(NOW);
    expect((await registry.heartbeat(id, NOW + 20))?.heartbeat_at).toBe(NOW + 10);
  });

  it('takes an agent that is nobody’s for the first that registers it or gives a sign of life of it, and for nobody after', async () => {
    const registry = stores().agents;
    const [heard, registered] = [freshId(), freshId()];
    for (const id of [heard, registered]) await registry.register(agent(id));
    expect(await registry.heartbeat(heard, NOW + 1)).not.toHaveProperty('owner');
    expect(await registry.heartbeat(heard, NOW + 2, 'ada')).not.toHaveProperty('owner');
    await registry.register(agent(registered, { owner: 'ada' }));
    const another = { code: 'AGENT_OF_ANOTHER', status: 403 };
    for (const id of [heard, registered]) {
      await expect(registry.heartbeat(id, NOW + 3, 'eve')).rejects.toMatchObject(another);
      await expect(registry.register(agent(id, { owner: 'eve' }))).rejects.toMatchObject(another);
      expect(await registry.heartbeat(id, NOW + 4, 'ada')).toMatchObject({ owner: 'ada' });
      expect(await registry.heartbeat(id, NOW + 5)).toMatchObject({ owner: 'ada', heartbeat_at: NOW + 4 });
      await registry.remove(id, NOW + 6);
      expect(await registry.heartbeat(id, NOW + 7, 'eve')).toBeUndefined();
      await expect(registry.register(agent(id, { owner: 'eve' }))).rejects.toMatchObject(another);
    }
    expect(await registry.heartbeat('never seen', NOW, 'ada')).toBeUndefined();
  });

  it('is kept from whom it was given up by until it has been another’s, whatever they call', async () => {
    const { agents: registry, ledger } = stores();
    const id = freshId();
    const another = { code: 'AGENT_OF_ANOTHER', status: 403 };
    const giveUp = async (was: string, is?: string) => {
      const event = { type: 'AgentHandedOver', by: 'sec', why: 'mistake' } as const;
      const owner = is === undefined ? { was, given_up_by: was } : { was, is };
      await ledger.commit([appendToHealth(id, await ledger.loadHealth(id), event, NOW, sha256, { owner })]);
    };
    await registry.register(agent(id, { owner: 'ada' }));
    for (const next of ['register', 'heartbeat']) {
      await giveUp('ada');
      await expect(registry.heartbeat(id, NOW + 1, 'ada')).rejects.toMatchObject(another);
      await expect(registry.register(agent(id, { owner: 'ada' }))).rejects.toMatchObject(another);
      // Calls that are nobody's change nothing of it.
      await registry.heartbeat(id, NOW + 2);
      expect(await registry.register(agent(id))).toMatchObject({ given_up_by: 'ada' });
      expect(await registry.load(id)).toMatchObject({ given_up_by: 'ada' });
      expect(await registry.load(id)).not.toHaveProperty('owner');
      if (next === 'heartbeat') await registry.heartbeat(id, NOW + 3, 'bob');
      else expect(await registry.register(agent(id, { owner: 'bob' }))).not.toHaveProperty('given_up_by');
      expect(await registry.load(id)).toMatchObject({ owner: 'bob' });
      expect(await registry.load(id)).not.toHaveProperty('given_up_by');
      await giveUp('bob');
      await registry.heartbeat(id, NOW + 4, 'ada');
    }
    await giveUp('ada', 'bob');
    await giveUp('bob');
    expect(await registry.load(id)).toMatchObject({ given_up_by: 'bob' });
    const event = { type: 'AgentHandedOver', by: 'sec', why: 'after all' } as const;
    const back = { owner: { is: 'bob' } };
    await ledger.commit([appendToHealth(id, await ledger.loadHealth(id), event, NOW, sha256, back)]);
    expect(await registry.load(id)).not.toHaveProperty('given_up_by');
    expect(await registry.heartbeat(id, NOW + 5, 'bob')).toMatchObject({ owner: 'bob' });
  });

  it('is of one owner where several come for it at once', async () => {
    const registry = stores().agents;
    const id = freshId();
    await registry.register(agent(id));
    const come = (owner: string, at: number) =>
      at % 2 === 0 ? registry.heartbeat(id, NOW + at, owner) : registry.register(agent(id, { owner }));
    const owners = Array.from({ length: 8 }, (_, at) => `owner-${at}`);
    const came = await Promise.allSettled(owners.map(come));
    const won = owners.filter((_, at) => came[at]?.status === 'fulfilled');
    expect(won).toHaveLength(1);
    expect(await registry.load(id)).toMatchObject({ owner: won[0] });
  });

  it('forgets whose tickets it may have when it registers without an enrolment', async () => {
    const registry = stores().agents;
    const id = freshId();
    await registry.register(agent(id, { tenants: ['acme'] }));
    expect(await registry.load(id)).toMatchObject({ tenants: ['acme'] });
    await registry.register(agent(id));
    expect(await registry.load(id)).not.toHaveProperty('tenants');
  });

  it('lets an agent that holds something drain: alive and listed, but with no slot to take', async () => {
    const registry = stores().agents;
    const id = freshId();
    const capability = `draining-${agents}`;
    await registry.register(agent(id, { capabilities: [capability], capacity: 2 }));
    await hold(id, 'ticket');
    const draining = await registry.remove(id, NOW + 1);
    expect(draining).toMatchObject({ status: 'draining', heartbeat_at: NOW + 1 });
    expect(Object.keys(draining?.held ?? {})).toEqual(['ticket']);
    expect(await registry.load(id)).toEqual(draining);
    await expect(hold(id, 'another')).rejects.toMatchObject({ code: 'COMMIT_CONFLICT' });
    expect(await registry.heartbeat(id, NOW + 2)).toMatchObject({ status: 'draining', held: draining?.held });
    expect(await listed(capability)).toEqual([id]);
    expect(await registry.remove(id, NOW + 3)).toMatchObject({ status: 'draining' });
    await stores().ledger.commit([{ kind: 'free_slot', agent_id: id, ticket_id: 'ticket' }]);
    expect(await registry.remove(id, NOW + 4)).toMatchObject({ status: 'removed', heartbeat_at: NOW + 4 });
    expect(await listed(capability)).toEqual([]);
  });

  it('takes a draining agent back when it registers anew, with what it holds', async () => {
    const registry = stores().agents;
    const id = freshId();
    await registry.register(agent(id, { capacity: 2 }));
    await hold(id, 'ticket');
    await registry.remove(id, NOW + 1);
    const again = await registry.register(agent(id, { capacity: 2 }));
    expect(again).toMatchObject({ status: 'active' });
    expect(Object.keys(again.held)).toEqual(['ticket']);
    await hold(id, 'another');
  });

  it('leaves a removed agent out of lists, refuses its heartbeat, and takes it back', async () => {
    const registry = stores().agents;
    const id = freshId();
    const capability = `leaving-${agents}`;
    await registry.register(agent(id, { capabilities: [capability] }));
    expect(await registry.remove(id, NOW + 1)).toMatchObject({ status: 'removed', heartbeat_at: NOW + 1 });
    expect(await registry.remove(id, NOW + 2)).toMatchObject({ status: 'removed' });
    expect(await listed(capability)).toEqual([]);
    expect(await listed('*')).not.toContain(id);
    expect(await registry.heartbeat(id, NOW + 3)).toBeUndefined();
    await registry.register(agent(id, { capabilities: [capability] }));
    expect(await listed(capability)).toEqual([id]);
    expect(await registry.load(id)).toMatchObject({ status: 'active', held: {} });
  });
});
