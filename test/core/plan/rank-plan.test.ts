import { describe, expect, it } from 'vitest';
import { sha256 } from '../../../adapters/system/digest.ts';
import { createRankPlan, type RankPlanDeps } from '../../../core/plan/rank-plan.ts';
import type { Ledger } from '../../../core/ports/ledger.ts';
import { queueEntryOf } from '../../../core/schedule/become-ready.ts';
import { remainingOf } from '../../../core/schedule/priority.ts';
import type { AgentRecord } from '../../../core/swarm/agent.ts';
import { type Estimates, NEUTRAL } from '../../../core/trail/estimate.ts';
import { contentsOf } from '../../support/aggregates.ts';
import { createHive, type Hive, registration, ticketId, type Wrap } from '../../support/hive.ts';
import { dependent, NOW, parsedPlan, plan, task } from '../../support/plans.ts';
import { agentOf } from '../../support/scheduling.ts';

/** `long` is as long as all of what a join waits for, one after the other. */
const build = { required_capabilities: ['build'] };
const of = (task_id: string, estimated_duration_ms: number) => task(task_id, { ...build, estimated_duration_ms });
const tasks = [
  of('long', 8000),
  ...['a', 'b', 'c', 'd'].map((name) => of(name, 3000)),
  { ...dependent('join', 'a', 'b', 'c', 'd'), ...build, estimated_duration_ms: 4000 },
];

const rankerOf = (swarm: readonly AgentRecord[], changes: Partial<RankPlanDeps> = {}, known?: Estimates) =>
  createRankPlan({
    agents: { listByCapability: async (name) => swarm.filter(({ capabilities }) => capabilities.includes(name)) },
    readEstimates: async () => known ?? (() => NEUTRAL),
    sha256,
    ...changes,
  });
/** An agent of so many times the speed that plans estimate, known for certain. */
const speedsOf =
  (speeds: Record<string, number>): Estimates =>
  (agentId) => ({
    ...NEUTRAL,
    ln_ratio: { mean: -Math.log(speeds[agentId] ?? 1), kappa: 1e9, alpha: 1e9, beta: 1 },
  });

describe('Ranking a plan', () => {
  it('takes the slots that there are into account, where the plan’s estimates take them to be without end', async () => {
    const two = await rankerOf([agentOf('one'), agentOf('two')])(parsedPlan({ tasks }), NOW);
    const [long = 0, first = 0] = two ?? [];
    expect(two).toHaveLength(tasks.length);
    expect(first).toBeGreaterThan(long);
  });

  it('goes by the speeds that agents are believed to have', async () => {
    const swarm = [agentOf('one'), agentOf('two')];
    const rank = (speed: number) =>
      rankerOf(swarm, {}, speedsOf({ one: speed, two: speed }))(parsedPlan({ tasks }), NOW);
    const [usual, fast] = [await rank(1), await rank(2)];
    expect(fast).toEqual(usual?.map((ms) => ms / 2));
  });

  it('is the same each time', async () => {
    const swarm = [agentOf('one'), agentOf('two', { capacity: 2 })];
    const known = speedsOf({ one: 3, two: 0.7 });
    const first = await rankerOf(swarm, {}, known)(parsedPlan({ tasks }), NOW);
    expect(await rankerOf(swarm.toReversed(), {}, known)(parsedPlan({ tasks }), NOW)).toEqual(first);
  });

  it.each([
    ['there is no agent', []],
    ['an agent is missing for one of the tasks', [agentOf('other', { capabilities: ['test'] })]],
    ['agents are not cleared for it', [agentOf('one', { clearance: 'PUBLIC' })]],
    ['agents are silent', [agentOf('one', { heartbeat_at: NOW - 3_600_000 })]],
    ['slots are too many to look at', [agentOf('one', { capacity: 1e9 })]],
  ])('leaves it to the plan’s estimates where %s', async (_, swarm) => {
    expect(await rankerOf(swarm)(parsedPlan({ tasks }), NOW)).toBeUndefined();
  });

  it('leaves it to the plan’s estimates where the swarm or its trails cannot be read', async () => {
    const fails = () => Promise.reject(new Error('throttled'));
    for (const changes of [{ agents: { listByCapability: fails } }, { readEstimates: fails }])
      expect(await rankerOf([agentOf('one')], changes)(parsedPlan({ tasks }), NOW)).toBeUndefined();
  });

  it('reads nothing for a plan that it does not rank', async () => {
    let reads = 0;
    const listByCapability = async () => {
      reads += 1;
      return [agentOf('one')];
    };
    const rank = rankerOf([], { agents: { listByCapability } });
    const many = Array.from({ length: 2001 }, (_, at) => task(`t${at}`));
    for (const few of [[task('a')], [task('a'), dependent('b', 'a')], many])
      expect(await rank(parsedPlan({ tasks: few }), NOW)).toBeUndefined();
    const pools = Array.from({ length: 17 }, (_, at) => task(`t${at}`, { required_capabilities: [`c${at}`] }));
    expect(await rank(parsedPlan({ tasks: pools }), NOW)).toBeUndefined();
    expect(reads).toBe(0);
  });
});

describe('Accepting a plan', () => {
  const receivedOf = ({ table }: Hive) => {
    const event = contentsOf(table).plans[0]?.records[0]?.event;
    return event?.type === 'PlanReceived' ? event : undefined;
  };
  /** In the order that rounds would put them. */
  const orderOf = async ({ ledger }: Hive, of: readonly string[]) => {
    const records = await Promise.all(of.map((name) => ledger.loadTicket(ticketId(name))));
    const entries = records.flatMap((record) => (record === undefined ? [] : [queueEntryOf(record, NOW)]));
    return entries.sort((a, b) => remainingOf(b) - remainingOf(a)).map(({ task_id }) => task_id);
  };
  const names = tasks.map(({ task_id }) => task_id);

  it('ranks its tickets by the swarm', async () => {
    const hive = createHive();
    await hive.registerAgent(registration('one'));
    await hive.registerAgent(registration('two'));
    await hive.acceptPlan(plan({ tasks }));
    expect(receivedOf(hive)?.ranks).toHaveLength(tasks.length);
    expect(['a', 'b', 'c', 'd']).toContain((await orderOf(hive, names))[0]);
  });

  it('goes by upward ranks where there are no agents', async () => {
    const hive = createHive();
    await hive.acceptPlan(plan({ tasks }));
    expect(receivedOf(hive)).not.toHaveProperty('ranks');
    expect((await orderOf(hive, names))[0]).toBe('long');
    expect((await hive.ledger.loadTicket(ticketId('long')))?.spec).not.toHaveProperty('rank_ms');
  });

  it('keeps the first ranks when it is accepted twice, whatever has become of the swarm', async () => {
    const hive = createHive();
    await hive.registerAgent(registration('one'));
    await hive.registerAgent(registration('two'));
    await hive.acceptPlan(plan({ tasks }));
    const [ranks, tickets] = [receivedOf(hive)?.ranks, contentsOf(hive.table).tickets];
    await hive.registerAgent(registration('many', ['build'], 20));
    expect((await hive.acceptPlan(plan({ tasks }))).outcome).toBe('running');
    expect(receivedOf(hive)?.ranks).toEqual(ranks);
    expect(contentsOf(hive.table).tickets).toEqual(tickets);
  });

  it('mints by the first ranks when it died after its first line and the swarm has changed since', async () => {
    let dies = true;
    const wrap: Wrap = (port, name) =>
      name !== 'ledger'
        ? port
        : {
            ...port,
            async commit(...args: Parameters<Ledger['commit']>) {
              if (dies && args[0].some(({ kind }) => kind === 'append_ticket')) throw new Error('died');
              return (port as unknown as Ledger).commit(...args);
            },
          };
    const hive = createHive({ wrap });
    await hive.registerAgent(registration('one'));
    await hive.registerAgent(registration('two'));
    await expect(hive.acceptPlan(plan({ tasks }))).rejects.toThrow('died');
    const ranks = receivedOf(hive)?.ranks ?? [];
    expect(ranks).toHaveLength(tasks.length);
    expect(contentsOf(hive.table).tickets).toEqual([]);
    dies = false;
    await hive.registerAgent(registration('many', ['build'], 20));
    expect((await hive.fresh().acceptPlan(plan({ tasks }))).outcome).toBe('running');
    const minted = await Promise.all(names.map((name) => hive.ledger.loadTicket(ticketId(name))));
    expect(minted.map((ticket) => Math.floor(ticket?.spec.rank_ms ?? -1))).toEqual(ranks);
  });
});
