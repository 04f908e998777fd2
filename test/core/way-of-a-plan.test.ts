/** Random plans through a random history: what must hold after every step of any, and how every one of them ends. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sha256 } from '../../adapters/system/digest.ts';
import type { CognitivePlanInput } from '../../core/messages/cognitive-plan.ts';
import { ticketIdOf } from '../../core/ticket/ids.ts';
import { contentsOf, inconsistencies } from '../support/aggregates.ts';
import { registration } from '../support/hive.ts';
import { plan, task } from '../support/plans.ts';
import { dags } from '../support/random-dags.ts';
import { createWorld } from '../support/world.ts';

const NEEDS = [[], ['build'], ['test'], ['test', 'build']];

const plansOf = (graphs: readonly (readonly { task_id: string; dependencies: readonly string[] }[])[]) =>
  graphs.map((graph, index) =>
    plan({
      plan_id: `plan-${index}`,
      tasks: graph.map(({ task_id, dependencies }, position) =>
        task(task_id, {
          dependencies: [...dependencies],
          required_capabilities: NEEDS[position % NEEDS.length] ?? [],
        }),
      ),
    }),
  );

const agents = [
  registration('all', ['build', 'test'], 2),
  registration('builder', ['build'], 1),
  registration('tester', ['test'], 3),
];

type World = ReturnType<typeof createWorld>;

/** Tickets whose task depends on one that was not complete when it became ready. */
function outOfOrder({ hive }: World, plans: readonly CognitivePlanInput[]): string[] {
  const tickets = new Map(contentsOf(hive.table).tickets.map((ticket) => [ticket.id, ticket]));
  return plans.flatMap(({ plan_id, tasks }) =>
    tasks.flatMap(({ task_id, dependencies }) => {
      const id = (name: string) => ticketIdOf(plan_id, name, sha256);
      const began = tickets.get(id(task_id))?.records.some(({ event }) => event.type === 'TicketReady');
      return began === true && dependencies?.some((name) => tickets.get(id(name))?.state.phase !== 'completed')
        ? [`${plan_id}/${task_id}`]
        : [];
    }),
  );
}

/** Types of a plan's own events, in order. */
const historyOf = ({ hive }: World, planId: string) =>
  contentsOf(hive.table)
    .plans.find(({ id }) => id === planId)
    ?.records.map(({ event }) => event.type);

const history = fc.integer();
const STEPS = 50;

async function play(plans: CognitivePlanInput[], seed: number, faults: { failures: boolean; contention: boolean }) {
  const world = createWorld({ plans, agents, ...faults }, seed);
  for (let step = 0; step < STEPS; step++) {
    await world.step();
    expect(inconsistencies(world.hive.table)).toEqual([]);
    expect(outOfOrder(world, plans)).toEqual([]);
  }
  await world.settleDown();
  expect(inconsistencies(world.hive.table)).toEqual([]);
  expect(outOfOrder(world, plans)).toEqual([]);
  return world;
}

describe('a plan, whatever happens on its way', () => {
  it('runs to its end in the order of its DAG, each ticket once, on one execution, with one set of events', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(dags, { minLength: 1, maxLength: 2 }),
        history,
        fc.boolean(),
        async (graphs, seed, contention) => {
          const plans = plansOf(graphs);
          const world = await play(plans, seed, { failures: false, contention });
          const { tickets, agents: known, queue, rejections } = contentsOf(world.hive.table);
          expect(rejections).toEqual([]);
          expect(queue).toEqual([]);
          expect(known.map(({ held }) => held)).toEqual([{}, {}, {}]);
          expect(tickets.map(({ id }) => id).sort()).toEqual(
            plans
              .flatMap(({ plan_id, tasks }) => tasks.map(({ task_id }) => ticketIdOf(plan_id, task_id, sha256)))
              .sort(),
          );
          expect(new Set(tickets.map(({ state }) => state.phase))).toEqual(new Set(['completed']));
          for (const { plan_id } of plans) {
            expect(world.machines.executions.get(plan_id)?.status).toBe('SUCCEEDED');
            const types = historyOf(world, plan_id);
            expect(types?.filter((type) => type !== 'PlanStarted')).toEqual([
              'PlanReceived',
              'PlanAccepted',
              'PlanCompleted',
            ]);
            expect(types?.filter((type) => type === 'PlanStarted').length).toBeLessThanOrEqual(1);
          }
        },
      ),
      { numRuns: 40 },
    );
  });

  it('ends as failed when a ticket fails, with nothing left open or held', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(dags, { minLength: 1, maxLength: 2 }),
        history,
        fc.boolean(),
        async (graphs, seed, contention) => {
          const plans = plansOf(graphs);
          const world = await play(plans, seed, { failures: true, contention });
          const { tickets, plans: ended, agents: known, queue } = contentsOf(world.hive.table);
          expect(queue).toEqual([]);
          expect(known.map(({ held }) => held)).toEqual([{}, {}, {}]);
          for (const { id, state } of ended) {
            const phases = tickets.filter((ticket) => ticket.state.plan_id === id).map((ticket) => ticket.state.phase);
            const failed = phases.includes('failed');
            expect(state.phase).toBe(failed ? 'failed' : 'completed');
            for (const phase of phases)
              expect(failed ? ['completed', 'failed', 'cancelled'] : ['completed']).toContain(phase);
            expect(world.machines.executions.get(id)?.status).toBe(failed ? 'FAILED' : 'SUCCEEDED');
          }
          const anyFailed = ended.some(({ state }) => state.phase === 'failed');
          expect(anyFailed).toBe(world.failed());
        },
      ),
      { numRuns: 40 },
    );
  });
});
