import { describe, expect, it } from 'vitest';
import { createMemoryFailureCounts } from '../../../adapters/memory/guards.ts';
import { sha256 } from '../../../adapters/system/digest.ts';
import type { BreakerState } from '../../../core/guard/breaker.ts';
import { createCountOutcomes } from '../../../core/guard/count-outcomes.ts';
import { createGuards } from '../../../core/guard/guards.ts';
import { createOpenBreakers } from '../../../core/guard/open-breakers.ts';
import { breakerAggregate } from '../../../core/ledger/aggregate.ts';
import { GENESIS, record } from '../../../core/ledger/chain.ts';
import { createExplainTicket } from '../../../core/monitor/explain.ts';
import { createRound } from '../../../core/schedule/round.ts';
import { createSwarmMatcher } from '../../../core/swarm/match/swarm-matcher.ts';
import { neutral } from '../../../core/trail/estimate.ts';
import { createHive, phaseOf, registration, ticketId } from '../../support/hive.ts';
import { plan, task } from '../../support/plans.ts';

const NO_POLICIES = { policies: [], inputs: '', policy_set: '' };

async function world(count: number) {
  const hive = createHive();
  const { clock, ledger, timers } = hive;
  const breakers = createOpenBreakers({ ledger, clock, sha256 });
  const swarm = {
    ...{ shares: hive.shares, strategyInForce: hive.strategyInForce, match: createSwarmMatcher() },
    readEstimates: async () => neutral,
  };
  const round = createRound({ ...hive.deps, ...swarm, breakers });
  const countOutcomes = createCountOutcomes({ ledger, timers, clock, sha256, failures: createMemoryFailureCounts() });
  const tasks = Array.from({ length: count }, (_, at) => task(`t${at}`, { required_capabilities: ['build'] }));
  const sent = plan({ tasks });
  await hive.acceptPlan(sent);
  for (const { task_id } of tasks)
    await hive.enterTicket({ plan_id: sent.plan_id, task_id, task_token: `${sent.plan_id} ${task_id}` });
  const ended = (ticket: string, attempt: number, type: string) =>
    record(
      { ...GENESIS, version: attempt },
      {
        ...{ aggregate: `TICKET#${ticket}`, at: clock.now(), subject: { ticket_id: ticket } },
        event: { type, agent_id: 'one', attempt, cause: 'reported', error_code: 'EXIT_1' },
      },
      sha256,
    );
  return {
    ...{ hive, round, breakers, clock },
    stateOf: async () => (await ledger.loadState<BreakerState>(breakerAggregate('agent:one')))?.state,
    /** all that happened to the ticket, as the ledger's stream tells it */
    follow: async (ticket: string) => countOutcomes((await ledger.loadTicket(ticket))?.records ?? []),
    end: (ticket: string, attempt: number, type: string) => countOutcomes([ended(ticket, attempt, type)]),
    async open() {
      for (let at = 0; at < 5; at++) await countOutcomes([ended(`x${at}`, 1, 'AttemptFailed')]);
      breakers.forget();
    },
    reset: createGuards({ ledger, timers, clock, sha256, buckets: { read: async () => new Map() } }).reset,
  };
}

describe('a round', () => {
  it('gives an agent whose breaker is open nothing, then one ticket, and all again once that is done', async () => {
    const { hive, round, clock, open, stateOf, end } = await world(3);
    await hive.registerAgent(registration('one', ['build'], 3));
    await open();
    expect(await round('build')).toMatchObject({ assigned: 0 });
    clock.advance(60_000);
    await hive.heartbeatAgent('one');
    expect(await round('build')).toMatchObject({ assigned: 1, waiting: 2 });
    const trial = (await stateOf())?.trial;
    expect(trial?.attempt).toBe(1);
    clock.advance(2000);
    await hive.heartbeatAgent('one');
    expect(await round('build')).toMatchObject({ assigned: 0 });
    expect(await end(trial?.ticket_id ?? '', 1, 'TicketCompleted')).toMatchObject([{ type: 'BreakerClosed' }]);
    clock.advance(2000);
    await hive.heartbeatAgent('one');
    expect(await round('build')).toMatchObject({ assigned: 2 });
  });

  it('has another ticket try at once, when the one that tried is taken from the agent by an operator', async () => {
    const { hive, round, clock, open, stateOf, follow } = await world(2);
    await hive.registerAgent(registration('one', ['build'], 3));
    await open();
    clock.advance(60_000);
    await hive.heartbeatAgent('one');
    expect(await round('build')).toMatchObject({ assigned: 1 });
    const first = (await stateOf())?.trial?.ticket_id ?? '';
    await hive.operations.skipTicket(first, { output: {}, why: 'done by hand', by: 'ada', authorization: NO_POLICIES });
    expect(await follow(first)).toMatchObject([{ type: 'BreakerTrialDropped', ticket_id: first }]);
    clock.advance(2000);
    await hive.heartbeatAgent('one');
    expect(await round('build')).toMatchObject({ assigned: 1 });
    expect((await stateOf())?.trial?.ticket_id).not.toBe(first);
  });

  it('gives its tickets to another agent meanwhile', async () => {
    const { hive, round, open } = await world(1);
    await hive.registerAgent(registration('one', ['build'], 3));
    await hive.registerAgent(registration('two', ['build'], 1));
    await open();
    expect(await round('build')).toMatchObject({ assigned: 1 });
    expect(Object.keys((await hive.agents.load('two'))?.held ?? {})).toHaveLength(1);
  });

  it('is told by explain: what keeps the ticket, and until when', async () => {
    const { hive, breakers, clock, open, reset } = await world(1);
    await hive.registerAgent(registration('one', ['build'], 3));
    await open();
    const none = { ...hive.deps, shares: hive.shares, strategyInForce: hive.strategyInForce };
    const explain = createExplainTicket({ ...none, reader: hive.reader, readEstimates: async () => neutral, breakers });
    const id = ticketId('t0');
    expect(await phaseOf(hive, 't0')).toBe('ready');
    const step = (await explain(id)).next.find(({ what }) => what.startsWith('CIRCUIT_OPEN'));
    expect(step).toMatchObject({ at: clock.now() + 60_000, what: expect.stringContaining('agent:one') });
    const request = { why: 'mended', by: 'ada' };
    expect(await reset('agent:one', request)).toEqual({ id: 'agent:one', phase: 'closed', changed: true });
    expect(await reset('agent:one', request)).toMatchObject({ changed: false });
    await expect(reset('agent:two', request)).rejects.toMatchObject({ code: 'BREAKER_UNKNOWN', status: 404 });
    breakers.forget();
    expect((await explain(id)).next.some(({ what }) => what.startsWith('CIRCUIT_OPEN'))).toBe(false);
  });
});
