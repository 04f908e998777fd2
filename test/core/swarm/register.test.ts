import { beforeEach, describe, expect, it } from 'vitest';
import { agentRegistration } from '../../../core/messages/agent-api.ts';
import { createHive, enter, type Hive, phaseOf, registration, ticketId, work } from '../../support/hive.ts';
import { NOW, plan, task } from '../../support/plans.ts';

let hive: Hive;
beforeEach(async () => {
  hive = createHive();
  await hive.acceptPlan(plan({ tasks: [task('a', { required_capabilities: ['build'] })] }));
});
const asked = () => hive.rounds.requested.map(({ pool, once }) => `${pool} ${once}`);

describe('an agent', () => {
  it('that registers gets an inbox, and a round where tickets wait for it', async () => {
    await enter(hive, 'a');
    const answer = await hive.registerAgent(registration('agent'));
    expect(answer).toEqual({ agent_id: 'agent', inbox_url: 'memory://inbox/agent', heartbeat_interval_ms: 5000 });
    expect(asked()).toEqual([`build registered:agent:${NOW}`]);
  });

  it('that brings an inbox keeps it, and asks for no round where nobody waits', async () => {
    const inbox_url = 'https://sqs.eu-west-1.amazonaws.com/1/mine';
    expect(await hive.registerAgent({ ...registration('agent'), inbox_url })).toMatchObject({ inbox_url });
    expect(hive.inboxes.messages.size).toBe(0);
    expect(asked()).toEqual([]);
  });

  it('that is to be probed need not be heard of more often than it is probed', async () => {
    const endpoint = { url: 'https://agent.example/health', probe: true };
    const { heartbeat_interval_ms } = await hive.registerAgent({ ...registration('agent'), endpoint });
    expect(heartbeat_interval_ms).toBe(60_000);
    expect(await hive.agents.load('agent')).toMatchObject({ endpoint, heartbeat_interval_ms });
    expect(agentRegistration.safeParse({ ...registration('x'), endpoint: { url: 'ftp://x' } }).success).toBe(false);
    const withAt = { url: 'https://agent.example/@health?of=a@b' };
    expect(agentRegistration.safeParse({ ...registration('x'), endpoint: withAt }).success).toBe(true);
  });

  it.each(['https://ada:secret@agent.example/', 'https://ada@agent.example/', 'https:/\t/ada:secret@agent.example/'])(
    'cannot register %j: it would be shown to all, and never probed',
    (url) => {
      const { error } = agentRegistration.safeParse({ ...registration('x'), endpoint: { url } });
      expect(error?.issues.map(({ path }) => path)).toContainEqual(['endpoint', 'url']);
      expect(error?.issues.at(-1)?.message).toMatch('no user and no password');
    },
  );

  it('that is back from silence gets a round, one that was heard of does not', async () => {
    await hive.registerAgent(registration('agent'));
    hive.clock.advance(15_000);
    await enter(hive, 'a');
    await hive.heartbeatAgent('agent');
    expect(asked()).toEqual([`build back:agent:${NOW + 15_000}`]);
    hive.clock.advance(9_999);
    await hive.heartbeatAgent('agent');
    expect(asked()).toHaveLength(1);
  });

  it('that missed two heartbeats gets a round: one that ran a moment before may have found it suspect', async () => {
    await hive.registerAgent(registration('agent'));
    hive.clock.advance(15_000);
    await enter(hive, 'a');
    hive.clock.advance(-5_000);
    await hive.heartbeatAgent('agent');
    expect(asked()).toEqual([`build back:agent:${NOW + 10_000}`]);
  });

  it('hears of all it holds by its heartbeat', async () => {
    await hive.registerAgent(registration('agent'));
    await enter(hive, 'a');
    expect(await hive.heartbeatAgent('agent')).toEqual({
      agent_id: 'agent',
      draining: false,
      assignments: [
        {
          kind: 'ticket_assigned',
          agent_id: 'agent',
          ticket_id: ticketId('a'),
          plan_id: 'plan-1',
          task_id: 'a',
          attempt: 1,
        },
      ],
      stop: [],
      tokens: [],
    });
  });

  it('that is unknown or has left is told to register', async () => {
    const unknown = expect.objectContaining({ code: 'AGENT_UNKNOWN', status: 404 });
    await expect(hive.heartbeatAgent('agent')).rejects.toEqual(unknown);
    await hive.registerAgent(registration('agent'));
    await hive.removeAgent('agent');
    await expect(hive.heartbeatAgent('agent')).rejects.toEqual(unknown);
    await hive.registerAgent(registration('agent'));
    expect(await hive.heartbeatAgent('agent')).toMatchObject({ assignments: [] });
  });

  it('that leaves takes its inbox with it when it is ephemeral and holds nothing', async () => {
    const leaves = async (agent_id: string, ephemeral: boolean) => {
      await hive.registerAgent({ ...registration(agent_id), ephemeral });
      if (agent_id === 'busy') await enter(hive, 'a');
      const status = agent_id === 'busy' ? 'draining' : 'removed';
      expect(await hive.removeAgent(agent_id)).toEqual({ agent_id, status });
      return hive.inboxes.messages.has(`memory://inbox/${agent_id}`);
    };
    expect(await leaves('lasting', false)).toBe(true);
    expect(await leaves('passing', true)).toBe(false);
    expect(await leaves('busy', true)).toBe(true);
    await work(hive, 'busy', 'a');
    expect(await hive.removeAgent('busy')).toEqual({ agent_id: 'busy', status: 'removed' });
    expect(hive.inboxes.messages.has('memory://inbox/busy')).toBe(false);
    expect(await hive.removeAgent('unknown')).toEqual({ agent_id: 'unknown', status: 'removed' });
  });

  it('that leaves with a backlog waiting gets no more, hears of what it holds, and is removed when that is done', async () => {
    const tasks = ['b', 'c', 'd'].map((id) => task(id, { required_capabilities: ['build'] }));
    await hive.acceptPlan(plan({ plan_id: 'plan-2', tasks }));
    await hive.registerAgent(registration('agent', ['build'], 2));
    for (const { task_id } of tasks) await enter(hive, task_id, 'plan-2');
    expect(await hive.removeAgent('agent')).toEqual({ agent_id: 'agent', status: 'draining' });
    await work(hive, 'agent', 'b', 'plan-2');
    await hive.round('build');
    expect(await phaseOf(hive, 'd', 'plan-2')).toBe('ready');
    const { draining, assignments } = await hive.heartbeatAgent('agent');
    expect([draining, assignments.map(({ task_id }) => task_id)]).toEqual([true, ['c']]);
    await work(hive, 'agent', 'c', 'plan-2');
    expect(await hive.removeAgent('agent')).toEqual({ agent_id: 'agent', status: 'removed' });
    await expect(hive.heartbeatAgent('agent')).rejects.toMatchObject({ code: 'AGENT_UNKNOWN' });
  });

  it.each([
    ['101 slots', { capacity: 101 }],
    ['a version of 257 characters', { version: 'v'.repeat(257) }],
    ['a region of 257 characters', { location: { region: 'r'.repeat(257) } }],
    ['a zone of 257 characters', { location: { region: 'r', zone: 'z'.repeat(257) } }],
  ])('cannot register with %s: its item is read for every assignment', (_, changes) => {
    const said = { agent_id: 'agent', capabilities: ['build'], capacity: 100, version: 'v'.repeat(256) };
    expect(agentRegistration.safeParse(said).success).toBe(true);
    expect(agentRegistration.safeParse({ ...said, ...changes }).success).toBe(false);
  });
});
