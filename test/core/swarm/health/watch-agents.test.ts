import { beforeEach, describe, expect, it } from 'vitest';
import { createMemoryLedgerHistory } from '../../../../adapters/memory/ledger-history.ts';
import { sha256 } from '../../../../adapters/system/digest.ts';
import { healthAggregate } from '../../../../core/ledger/aggregate.ts';
import { differences } from '../../../../core/ledger/replay.ts';
import { healthOf } from '../../../../core/swarm/agent.ts';
import { nothingKnown } from '../../../../core/swarm/health/signs.ts';
import { reduceHealth } from '../../../../core/swarm/health/state.ts';
import { createWatchAgents } from '../../../../core/swarm/health/watch-agents.ts';
import {
  createHive,
  elapse,
  enter,
  fenceOf,
  type Hive,
  phaseOf,
  registration,
  ticketId,
} from '../../../support/hive.ts';
import { plan, task } from '../../../support/plans.ts';

const MINUTE = 60_000;
let hive: Hive;
beforeEach(async () => {
  hive = createHive();
  await hive.acceptPlan(plan({ tasks: ['a', 'b', 'c'].map((name) => task(name)) }));
});
const agent = async (id: string) => {
  const found = await hive.agents.load(id);
  if (found === undefined) throw new Error(`no agent ${id}`);
  return { ...found, health: healthOf(found, hive.clock.now()) };
};
const holders = async () =>
  Promise.all(
    ['a', 'b', 'c'].map(async (name) => {
      const state = (await hive.ledger.loadTicket(ticketId(name)))?.state;
      return state !== undefined && 'agent_id' in state ? state.agent_id : state?.phase;
    }),
  );
const events = async (id: string) =>
  (await createMemoryLedgerHistory(hive.table).loadKept(healthAggregate(id)))?.records.map(({ event }) => event.type);
/** Attempts were lost to it: it did not answer for them. */
const lose = async (agent_id: string, times: number) => {
  for (let n = 0; n < times; n++)
    await hive.ledger.commit([{ kind: 'free_slot', agent_id, ticket_id: 'none', attempt_was: 'lost' }]);
};

describe('A silent agent', () => {
  beforeEach(async () => {
    await hive.registerAgent(registration('one', ['build'], 3));
    for (const name of ['a', 'b', 'c']) await enter(hive, name);
    await hive.claimTicket(ticketId('a'), fenceOf('one'));
  });

  it('is recorded as UNHEALTHY with the first ticket that is lost to it, once', async () => {
    await elapse(hive, 40_000);
    expect(await agent('one')).toMatchObject({ health: 'UNHEALTHY', standing: { reasons: ['silent'] } });
    expect(await events('one')).toEqual(['AgentUnhealthy']);
  });

  it('loses all that it holds at once, to whoever is there', async () => {
    hive.clock.advance(10_000);
    await hive.registerAgent(registration('two', ['build'], 3));
    hive.clock.advance(20_000);
    await hive.heartbeatAgent('two');
    const before = hive.timers.pending.length;
    await hive.lookAtTicket(ticketId('a'));
    const due = hive.timers.pending.filter(({ at }) => at <= hive.clock.now()).map(({ id }) => id);
    expect(hive.timers.pending.length).toBeGreaterThan(before);
    expect(due).toEqual(expect.arrayContaining([ticketId('b'), ticketId('c')]));
    await elapse(hive, 10_000);
    expect(await holders()).toEqual(['two', 'two', 'two']);
  });

  it('is there as a last resort from its first sign of life on, and like any other after two good reviews', async () => {
    await elapse(hive, 40_000);
    await hive.heartbeatAgent('one');
    expect((await agent('one')).health).toBe('DEGRADED');
    const rungs: string[] = [];
    for (let minute = 0; minute < 4; minute++) {
      hive.clock.advance(MINUTE);
      await hive.heartbeatAgent('one');
      await hive.watchAgents();
      rungs.push((await agent('one')).standing?.health ?? '');
    }
    expect(rungs.slice(0, 2)).toEqual(['DEGRADED', 'HEALTHY']);
    expect(await events('one')).toEqual(['AgentUnhealthy', 'AgentRecovered', 'AgentRecovered']);
  });

  it('is removed after ten minutes, and comes back with its history when it registers anew', async () => {
    for (let minute = 0; minute < 12; minute++) {
      await elapse(hive, MINUTE);
      await hive.watchAgents();
    }
    expect(await agent('one')).toMatchObject({ status: 'removed', health: 'REMOVED', held: {} });
    await expect(hive.heartbeatAgent('one')).rejects.toMatchObject({ code: 'AGENT_UNKNOWN' });
    await hive.registerAgent(registration('one', ['build'], 3));
    expect(await agent('one')).toMatchObject({ health: 'DEGRADED', standing: { health: 'REMOVED' } });
    const kept = await createMemoryLedgerHistory(hive.table).loadKept(healthAggregate('one'));
    expect(kept && differences(kept as never, reduceHealth, sha256)).toEqual([]);
    expect(kept?.records.length).toBeGreaterThan(1);
  });
});

describe('An agent that was removed for its silence', () => {
  const listed = async () => (await hive.agents.listByCapability('*', { removedToo: true })).map((one) => one.agent_id);
  const inbox = 'memory://inbox/one';
  /** The function dies just after it has written the removal. */
  const removeAndDie = async () => {
    const dying = { ...hive.agents, load: () => Promise.reject(new Error('died')) };
    hive.clock.advance(11 * MINUTE);
    await expect(
      createWatchAgents({
        ...{ ...hive.deps, agents: dying, probes: { answers: async () => false } },
        loadOutcomes: async () => nothingKnown,
      })(),
    ).rejects.toThrow('died');
    expect((await agent('one')).status).toBe('removed');
    expect([await listed(), hive.inboxes.messages.has(inbox)]).toEqual([['one'], true]);
  };
  beforeEach(async () => {
    await hive.registerAgent({ ...registration('one'), ephemeral: true });
  });

  it('is taken off the lists with its inbox by the next watch, where the first one died', async () => {
    await removeAndDie();
    await hive.watchAgents();
    expect([await listed(), hive.inboxes.messages.has(inbox)]).toEqual([[], false]);
    expect(await events('one')).toEqual(['AgentRemoved']);
  });

  it('stays on the lists until its inbox is closed', async () => {
    await removeAndDie();
    const inboxes = { close: () => Promise.reject(new Error('no queue')) };
    const deps = { ...hive.deps, inboxes, loadOutcomes: async () => nothingKnown };
    await expect(createWatchAgents({ ...deps, probes: { answers: async () => false } })()).rejects.toThrow('no queue');
    expect(await listed()).toEqual(['one']);
  });

  it('keeps its inbox and its place when it comes back while the next watch runs', async () => {
    await removeAndDie();
    const loadOutcomes = async () => {
      await hive.registerAgent({ ...registration('one'), ephemeral: true });
      return nothingKnown;
    };
    await createWatchAgents({ ...hive.deps, loadOutcomes, probes: { answers: async () => false } })();
    expect([await listed(), hive.inboxes.messages.has(inbox)]).toEqual([['one'], true]);
  });
});

describe('An agent that does badly', () => {
  beforeEach(async () => {
    await hive.registerAgent(registration('bad', ['build'], 2));
    for (const name of ['a', 'b']) await enter(hive, name);
    await hive.claimTicket(ticketId('a'), fenceOf('bad'));
    await hive.registerAgent(registration('good', ['build'], 2));
    await lose('bad', 3);
  });

  it('keeps what it runs, and what it has not begun goes to another, at no cost of a retry', async () => {
    const watched = await hive.watchAgents();
    expect(watched.changed).toEqual([{ agent_id: 'bad', from: 'HEALTHY', to: 'DEGRADED', reasons: ['losing'] }]);
    expect(await phaseOf(hive, 'b')).toBe('backing_off');
    await hive.heartbeatAgent('bad', { running: [{ ...fenceOf('bad'), ticket_id: ticketId('a') }] });
    await elapse(hive, 5000);
    expect(await holders()).toEqual(['bad', 'good', 'created']);
    expect((await hive.ledger.loadTicket(ticketId('b')))?.state.failures).toBe(0);
    expect((await agent('bad')).lost_in_a_row).toBe(3);
  });

  it('gets nothing while a healthy one is there, also when that is busy, and is the last resort when there is none', async () => {
    await hive.watchAgents();
    await elapse(hive, 5000);
    await enter(hive, 'c');
    expect((await holders())[2]).toBe('good');
    await hive.removeAgent('good');
    hive.clock.advance(20_000);
    await hive.heartbeatAgent('bad');
    await elapse(hive, 1000);
    expect((await agent('bad')).health).toBe('DEGRADED');
    expect(await holders()).toContain('bad');
  });

  it('is changed once by two that watch at the same time', async () => {
    const [one, two] = await Promise.all([hive.watchAgents(), hive.watchAgents()]);
    expect([...one.changed, ...two.changed]).toHaveLength(1);
    expect(await events('bad')).toEqual(['AgentDegraded']);
  });
});

describe('An agent that is probed', () => {
  const answering = new Set<string>();
  const watch = () =>
    createWatchAgents({
      ...hive.deps,
      loadOutcomes: async () => nothingKnown,
      probes: { answers: async (url) => answering.has(url) },
    })();
  const endpoint = { url: 'https://agent.example/health', probe: true };

  it('lives, and keeps what it runs, as long as it answers', async () => {
    answering.add(endpoint.url);
    hive = createHive();
    await hive.acceptPlan(plan({ tasks: [task('a', { estimated_duration_ms: 600_000 })] }));
    await hive.registerAgent({ ...registration('pipeline'), endpoint });
    await enter(hive, 'a');
    await hive.claimTicket(ticketId('a'), fenceOf('pipeline'));
    for (let minute = 0; minute < 3; minute++) {
      await elapse(hive, MINUTE);
      await watch();
    }
    expect((await agent('pipeline')).health).toBe('HEALTHY');
    expect([await phaseOf(hive, 'a'), (await agent('pipeline')).lost_in_a_row ?? 0]).toEqual(['running', 0]);
    answering.clear();
    for (let minute = 0; minute < 4; minute++) {
      await elapse(hive, MINUTE);
      await watch();
    }
    expect((await agent('pipeline')).health).toBe('UNHEALTHY');
    expect((await agent('pipeline')).held).toEqual({});
  });

  it('is reached though thousands hang that were silent before, and all are judged in good time', async () => {
    hive = createHive();
    const hanging = { url: 'https://tarpit.example/health', probe: true };
    for (let at = 0; at < 2000; at++)
      await hive.registerAgent({
        ...registration(`hangs-${String(at).padStart(4, '0')}`, ['other']),
        endpoint: hanging,
      });
    hive.clock.advance(30_000);
    await hive.registerAgent({ ...registration('pipeline'), endpoint });
    await hive.registerAgent(registration('bad'));
    await lose('bad', 3);
    hive.clock.advance(2000);
    const began = hive.clock.now();
    // 128 at a time wait for 3 s each: one after the other, each takes its share of that.
    const answers = async (url: string) => {
      if (url !== endpoint.url) hive.clock.advance(3000 / 128);
      return url === endpoint.url;
    };
    const loadOutcomes = async () => nothingKnown;
    const { changed } = await createWatchAgents({ ...hive.deps, loadOutcomes, probes: { answers } })();
    expect(hive.clock.now() - began).toBeLessThan(20_000);
    expect(changed.map(({ agent_id }) => agent_id)).toEqual(['bad']);
    expect((await agent('pipeline')).heartbeat_at).toBeGreaterThanOrEqual(began);
  });

  it('costs the others nothing where its own sign of life cannot be written', async () => {
    hive = createHive();
    await hive.registerAgent({ ...registration('pipeline'), endpoint });
    await hive.registerAgent(registration('bad'));
    await lose('bad', 3);
    const agents = { ...hive.agents, heartbeat: () => Promise.reject(new Error('throttled')) };
    const deps = {
      ...hive.deps,
      agents,
      loadOutcomes: async () => nothingKnown,
      probes: { answers: async () => true },
    };
    await expect(createWatchAgents(deps)()).rejects.toThrow('throttled');
    expect((await agent('bad')).health).toBe('DEGRADED');
  });
});
