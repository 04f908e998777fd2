/** Whatever happened, its events say so: and where they do not, it is found, and told where. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMemoryLedgerHistory } from '../../../adapters/memory/ledger-history.ts';
import { createMemoryPlanReader } from '../../../adapters/memory/plan-reader.ts';
import { sha256 } from '../../../adapters/system/digest.ts';
import { GENESIS, type Recorded, record } from '../../../core/ledger/chain.ts';
import { differences, type Kept, recordsUntil, replayAggregate } from '../../../core/ledger/replay.ts';
import { checkPlan, createLoadPlanKept, type PlanKept, planAt } from '../../../core/ledger/replay-plan.ts';
import { reduceTicket } from '../../../core/ticket/reducer.ts';
import { createHive, enter, fenceOf, type Hive, registration, reportOf, ticketId, work } from '../../support/hive.ts';
import { dependent, NOW, plan, task } from '../../support/plans.ts';
import { createWorld } from '../../support/world.ts';

const build = { required_capabilities: ['build'] };
const undo = { compensation: { parameters: {} } };
const TASKS = [task('a', { ...build, ...undo }), { ...dependent('b', 'a'), ...build }];
const by = { by: 'ada', why: 'because' };

const keptOf = async (hive: Pick<Hive, 'table'>, planId = 'plan-1'): Promise<PlanKept> => {
  const deps = { history: createMemoryLedgerHistory(hive.table), reader: createMemoryPlanReader(hive.table) };
  const kept = await createLoadPlanKept(deps)(planId);
  if (kept === undefined) throw new Error('no such plan');
  return kept;
};

/** `a` done, `b` failed for good, the plan halted: events of a plan, two tickets and an incident. */
async function haltedHive(): Promise<Hive> {
  const hive = createHive();
  await hive.registerAgent(registration('x'));
  await hive.acceptPlan(plan({ tasks: TASKS, on_failure: 'halt' }));
  await enter(hive, 'a');
  hive.clock.advance(1000);
  await work(hive, 'x', 'a');
  hive.clock.advance(1000);
  await enter(hive, 'b');
  await hive.claimTicket(ticketId('b'), fenceOf('x'));
  const failed = { status: 'FAILED', error_message: 'no', error: { retryable: false } };
  await hive.reportTicket(ticketId('b'), reportOf(ticketId('b'), fenceOf('x'), failed));
  await hive.failPlan('plan-1', { reason: 'b failed' });
  return hive;
}

describe('replay', () => {
  it('finds no difference after any history', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.integer({ min: 5, max: 60 }), async (seed, steps) => {
        const plans = [plan({ tasks: TASKS }), plan({ plan_id: 'plan-2', tasks: TASKS, on_failure: 'halt' })];
        const agents = [registration('x'), registration('y', ['build'], 2)];
        const world = createWorld({ plans, agents, failures: true, contention: true }, seed);
        for (let step = 0; step < steps; step++) await world.step();
        const there = await world.hive.ledger.listPlans(10);
        for (const { plan_id } of there) expect(checkPlan(await keptOf(world.hive, plan_id), sha256)).toEqual([]);
      }),
      { numRuns: 40 },
    );
  });

  it('takes in tickets that undo others, incidents and what operators did', async () => {
    const hive = await haltedHive();
    await hive.operations.skipTicket(ticketId('b'), { ...by, output: {} });
    await hive.operations.cancelPlan('plan-1', by).catch(() => undefined);
    const kept = await keptOf(hive);
    expect(kept.incidents).toHaveLength(1);
    expect(kept.tickets.length).toBeGreaterThanOrEqual(2);
    expect(checkPlan(kept, sha256)).toEqual([]);
  });

  it('names what is missing: tickets that the plan has, incidents that events speak of', async () => {
    const kept = await keptOf(await haltedHive());
    const [incident] = kept.incidents;
    const less = { ...kept, tickets: kept.tickets.slice(1), incidents: [], missing: [incident?.aggregate ?? ''] };
    expect(checkPlan(less, sha256)).toEqual([
      expect.objectContaining({ aggregate: incident?.aggregate, kind: 'missing' }),
      expect.objectContaining({ aggregate: 'PLAN#plan-1', kind: 'missing', kept: 1, rebuilt: 2 }),
    ]);
  });

  it('has nothing to say of a plan that is not there', async () => {
    const { table } = createHive();
    const deps = { history: createMemoryLedgerHistory(table), reader: createMemoryPlanReader(table) };
    expect(await createLoadPlanKept(deps)('plan-1')).toBeUndefined();
  });
});

describe('what was tampered with', () => {
  type Ticket = PlanKept['tickets'][number];
  const ticketOf = async (taskId: string): Promise<Ticket> => {
    const { tickets } = await keptOf(await haltedHive());
    return tickets.find(({ records }) => records[0]?.subject.task_id === taskId) as Ticket;
  };
  const check = (ticket: Kept) => differences(ticket as Ticket, reduceTicket, sha256);
  const kinds = (ticket: Kept) => check(ticket).map(({ kind, version }) => [kind, version]);
  const stood = (ticket: Ticket) => ticket.stood ?? { head: GENESIS, state: {} };

  it('is located: any event that is altered, dropped, doubled or moved', async () => {
    const ticket = await ticketOf('a');
    const { records } = ticket;
    expect(records.length).toBeGreaterThan(4);
    await fc.assert(
      fc.property(fc.nat(records.length - 1), fc.constantFrom('alter', 'drop', 'double', 'move'), (at, how) => {
        const link = records[at] as Recorded;
        const rest = records.toSpliced(at, 1);
        const changed = {
          alter: records.with(at, { ...link, at: link.at + 1 } as never),
          drop: rest,
          double: records.toSpliced(at, 0, link as never),
          move: rest.toSpliced((at + 1) % records.length, 0, link as never),
        }[how];
        const found = check({ ...ticket, records: changed });
        const first = changed.findIndex((other, index) => other !== records[index]) + 1;
        // A chain that has lost its end is whole: the state remembers it.
        if (how === 'drop' && at === records.length - 1) expect(found.map(({ kind }) => kind)).toContain('head');
        else expect(found[0]).toMatchObject({ aggregate: ticket.aggregate, kind: 'chain', version: first });
      }),
    );
  });

  it('is found even where the hashes were made to fit', async () => {
    const ticket = await ticketOf('a');
    let head = GENESIS;
    const forged = ticket.records.map(({ aggregate, at, subject, event }) => {
      const said = event.type === 'TicketStarted' ? { ...event, timeout_at: event.timeout_at + 1 } : event;
      const link = record(head, { aggregate, at, subject, event: said }, sha256);
      head = link;
      return link;
    });
    expect(kinds({ ...ticket, records: forged })).toEqual([['head', forged.length]]);
  });

  it('is found where events of another ticket were put in its place', async () => {
    const { tickets } = await keptOf(await haltedHive());
    const [one, other] = tickets as [Ticket, Ticket];
    expect(check({ ...one, records: other.records })[0]).toMatchObject({ kind: 'chain', version: 1 });
  });

  it('is named by its path in the state, with what is stored and what should be', async () => {
    const ticket = await ticketOf('a');
    const { head, state } = stood(ticket);
    const altered = { ...(state as object), attempts: 7, 'a/b~c': 1, unmet: ['x'] };
    const found = check({ ...ticket, stood: { head, state: altered } });
    expect(found.map(({ kind, path, kept, rebuilt }) => [kind, path, kept, rebuilt])).toEqual([
      ['state', '/a~1b~0c', 1, undefined],
      ['state', '/attempts', 7, 1],
      ['state', '/unmet', ['x'], []],
    ]);
  });

  it('does not mind members that are undefined, nor the order of members', async () => {
    const ticket = await ticketOf('a');
    const { head, state } = stood(ticket);
    const turned = Object.fromEntries(Object.entries({ ...(state as object), more: undefined }).toReversed());
    expect(check({ ...ticket, stood: { head, state: turned } })).toEqual([]);
  });

  it('may be that one of the two is not there at all', async () => {
    const ticket = await ticketOf('a');
    const { aggregate, records } = ticket;
    expect(check({ aggregate, records })).toMatchObject([{ kind: 'state', path: '' }]);
    expect(kinds({ ...ticket, records: [] })).toEqual([['chain', 1]]);
  });

  it('ends the replay where the state machine refuses to go on', async () => {
    const ticket = await ticketOf('a');
    const twice = ticket.records.map(({ aggregate, at, subject, event }) => ({ aggregate, at, subject, event }));
    let head = GENESIS;
    const forged = [...twice, ...twice.slice(-1)].map((entry) => {
      const link = record(head, entry, sha256);
      head = link;
      return link;
    });
    expect(kinds({ ...ticket, records: forged })).toEqual([['event', forged.length]]);
  });
});

describe('a plan as it stood', () => {
  it('is what its events had led to by then', async () => {
    const kept = await keptOf(await haltedHive());
    const phases = (at: number) => {
      const { plan: then, tickets } = planAt(kept, at);
      return [then?.phase, ...tickets.map(({ spec, state }) => `${spec.task_id} ${state.phase}`).sort()];
    };
    expect(phases(NOW - 1)).toEqual([undefined]);
    expect(phases(NOW)).toEqual(['running', 'a assigned', 'b created']);
    expect(phases(NOW + 1999)).toEqual(['running', 'a completed', 'b created']);
    expect(phases(NOW + 2000)).toEqual(['halted', 'a completed', 'b failed']);
  });

  it('is a history, also where a clock went backwards', () => {
    const at = (...times: number[]) => times.map((time, index) => ({ at: time, version: index + 1 }) as Recorded);
    expect(recordsUntil(at(1, 5, 3), 4)).toHaveLength(1);
    expect(recordsUntil(at(1, 5, 3), 5)).toHaveLength(3);
    expect(recordsUntil(at(), 5)).toEqual([]);
    expect(replayAggregate([], reduceTicket)).toEqual({ state: undefined, head: GENESIS });
  });
});
