import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sha256 } from '../../../adapters/system/digest.ts';
import type { CognitivePlanInput } from '../../../core/messages/cognitive-plan.ts';
import { simulate } from '../../../core/simulate/simulate.ts';
import { STRATEGIES } from '../../../core/simulate/strategies.ts';
import type { SimulatedAgent, SimulationRequest, SimulationResult } from '../../../core/simulate/types.ts';
import { parsedPlan, task } from '../../support/plans.ts';

const run = (request: SimulationRequest): SimulationResult => simulate(request, { sha256 });
const planOf = (...tasks: CognitivePlanInput['tasks']) => parsedPlan({ tasks });
const agents = (count: number, changes: Partial<SimulatedAgent> = {}): SimulatedAgent[] =>
  Array.from({ length: count }, (_, at) => ({ agent_id: `agent-${at}`, ...changes }));
const timed = (id: string, ms: number, ...dependencies: string[]) =>
  task(id, { estimated_duration_ms: ms, dependencies });

const code = (request: SimulationRequest): unknown => {
  try {
    return run(request);
  } catch (error) {
    return (error as { code: string }).code;
  }
};

const anyPlan = fc
  .array(fc.record({ ms: fc.integer({ min: 1, max: 9000 }), parents: fc.array(fc.nat(20), { maxLength: 3 }) }), {
    minLength: 1,
    maxLength: 15,
  })
  .map((list) =>
    planOf(
      ...list.map(({ ms, parents }, at) =>
        timed(`t${at}`, ms, ...new Set(parents.filter((parent) => parent < at).map((parent) => `t${parent}`))),
      ),
    ),
  );
const anyAgents = fc
  .array(
    fc.record({
      capacity: fc.integer({ min: 1, max: 2 }),
      speed: fc.constantFrom(0.5, 1, 4),
      failure: fc.constantFrom(0, 0, 0.2),
    }),
    { minLength: 1, maxLength: 4 },
  )
  .map((list) => list.map((agent, at): SimulatedAgent => ({ agent_id: `agent-${at}`, ...agent })));
const anyRequest: fc.Arbitrary<SimulationRequest> = fc
  .record({
    plan: anyPlan,
    agents: anyAgents,
    seed: fc.nat(),
    strategy: fc.constantFrom(...Object.keys(STRATEGIES)),
    knows: fc.constantFrom('estimates' as const, 'durations' as const, 'learns' as const),
    mode: fc.constantFrom('online' as const, 'planned' as const),
    noise: fc.constantFrom(0, 0.5),
    forecasts: fc.constantFrom(0, 3),
    at_ms: fc.nat(5000),
  })
  .map(({ plan, at_ms, ...rest }) => ({
    ...rest,
    budget: { schedules: 20 },
    plans: [{ plan }, { plan: { ...plan, plan_id: 'plan-2' }, at_ms }],
  }));

/** What is wrong with a result; empty when nothing is. */
function violations({ agents, plans }: SimulationRequest, { assignments }: SimulationResult): string[] {
  const found: string[] = [];
  const doneAt = new Map(
    assignments.flatMap((one) =>
      one.outcome === 'completed' ? [[`${one.plan_id}/${one.task_id}`, one.end_ms] as const] : [],
    ),
  );
  for (const { plan, at_ms = 0 } of plans)
    for (const { task_id, dependencies } of plan.tasks)
      for (const one of assignments.filter((other) => other.plan_id === plan.plan_id && other.task_id === task_id)) {
        if (one.start_ms < Math.max(at_ms, one.ready_ms)) found.push(`${task_id} starts before it is ready`);
        for (const before of dependencies)
          if (one.start_ms < (doneAt.get(`${plan.plan_id}/${before}`) ?? Number.POSITIVE_INFINITY))
            found.push(`${task_id} starts before ${before} is done`);
      }
  for (const { agent_id, capacity = 1 } of agents) {
    const own = assignments.filter((one) => one.agent_id === agent_id);
    for (const { start_ms } of own)
      if (own.filter((other) => other.start_ms <= start_ms && start_ms < other.end_ms).length > capacity)
        found.push(`${agent_id} runs more than it has slots`);
  }
  return found;
}

describe('a simulation', () => {
  it('never breaks the order of tasks nor the slots of an agent, and ends every ticket', () => {
    fc.assert(
      fc.property(anyRequest, (request) => {
        const result = run(request);
        expect(violations(request, result)).toEqual([]);
        expect(result.plans.map(({ phase }) => phase)).not.toContain('stuck');
        const completed = result.assignments.filter(({ outcome }) => outcome === 'completed').length;
        expect(completed).toBe(result.plans.reduce((sum, plan) => sum + plan.completed, 0));
        if (result.plans.every(({ phase }) => phase === 'completed'))
          expect(result.makespan_ms).toBeGreaterThanOrEqual(result.lower_bound_ms - 1e-6);
      }),
      { numRuns: 60 },
    );
  });

  it('gives the same result for the same request', () => {
    fc.assert(
      fc.property(anyRequest, (request) => {
        expect(run(request)).toEqual(run(request));
      }),
      { numRuns: 20 },
    );
  });

  it('tells makespan, bound, critical path and waits of a fork on one agent', () => {
    const plan = planOf(timed('a', 1000), timed('b', 2000, 'a'), timed('c', 3000, 'a'));
    const result = run({ plans: [{ plan }], agents: agents(1) });
    expect(result).toMatchObject({
      ...{ makespan_ms: 6000, lower_bound_ms: 6000, critical_path_ms: 4000, gap_to_lower_bound: 0, sla_met: true },
      ...{ tickets: 3, waits: { mean_ms: 1000, max_ms: 3000 }, failures: { attempts: 0, tickets: 0 } },
      utilisation: { total: 1, by_agent: { 'agent-0': 1 } },
    });
    expect(result.assignments.map(({ task_id, start_ms }) => [task_id, start_ms])).toEqual([
      ['a', 0],
      ['c', 1000],
      ['b', 4000],
    ]);
  });

  it('lets tickets wait for an agent that is so much faster that the slow one is better left alone', () => {
    const plan = planOf(timed('a', 1000), timed('b', 1000), timed('c', 1000));
    const swarm = [
      { agent_id: 'slow', speed: 0.1 },
      { agent_id: 'fast', speed: 1 },
    ];
    const known = run({ plans: [{ plan }], agents: swarm, knows: 'durations' });
    expect(known.makespan_ms).toBe(3000);
    expect(new Set(known.assignments.map(({ agent_id }) => agent_id))).toEqual(new Set(['fast']));
  });

  it('spends what lies between a ticket and the next: entering it, handing it over, claiming and reporting it', () => {
    const plans = [{ plan: planOf(timed('a', 1000), timed('b', 1000, 'a')) }];
    const between = { dispatch_ms: 10, enter_ms: 200, overhead_ms: 3000 };
    const { assignments, waits } = run({ plans, agents: agents(1, { speed: 2 }), ...between });
    expect(assignments).toMatchObject([
      { task_id: 'a', ready_ms: 0, start_ms: 10, end_ms: 3510 },
      { task_id: 'b', ready_ms: 3710, start_ms: 3720, end_ms: 7220 },
    ]);
    expect(waits.max_ms).toBe(10);
  });

  it('learns which agent is fast', () => {
    const plan = planOf(timed('a', 60_000));
    const plans = Array.from({ length: 30 }, (_, at) => ({
      plan: { ...plan, plan_id: `plan-${at}` },
      at_ms: at * 900_000,
    }));
    const swarm = [
      { agent_id: 'slow', speed: 0.4 },
      { agent_id: 'fast', speed: 4 },
    ];
    const { assignments } = run({ plans, agents: swarm, knows: 'learns', timeouts: false });
    const last = assignments.slice(-10).filter(({ agent_id }) => agent_id === 'fast');
    expect(last.length).toBeGreaterThanOrEqual(9);
  });

  it('retries a failed attempt elsewhere after a backoff, and fails the plan when retries are used up', () => {
    const plan = planOf(timed('a', 1000), timed('b', 1000, 'a'));
    const [bad, good] = [
      { agent_id: 'bad', failure: 1, speed: 100 },
      { agent_id: 'good', speed: 0.5 },
    ];
    const mixed = run({ plans: [{ plan }], agents: [bad, good], retries: true });
    expect(mixed.plans[0]?.phase).toBe('completed');
    expect(mixed.assignments.filter(({ outcome }) => outcome === 'completed').map(({ agent_id }) => agent_id)).toEqual([
      'good',
      'good',
    ]);
    const lost = run({ plans: [{ plan }], agents: [bad] });
    expect(lost.plans[0]).toMatchObject({ phase: 'failed', completed: 0 });
    expect(lost.failures.tickets).toBe(1);
    expect(lost.assignments.map(({ attempt }) => attempt)).toEqual([1, 2]);
  });

  it('takes what runs from its agents when the plan is to be undone, and lets it finish when the plan halts', () => {
    const tasks = [timed('a', 1000), timed('b', 30_000)];
    const durations = { 'plan-1': { a: 70_000, b: 80_000 } };
    const outcomes = (on_failure: 'compensate' | 'halt') =>
      run({ plans: [{ plan: parsedPlan({ tasks, on_failure }) }], agents: agents(2), durations, retries: false })
        .assignments.map(({ task_id, outcome, end_ms }) => [task_id, outcome, end_ms])
        .sort();
    expect(outcomes('compensate')).toEqual([
      ['a', 'attempt_timeout', 60_000],
      ['b', 'withdrawn', 60_000],
    ]);
    expect(outcomes('halt')).toEqual([
      ['a', 'attempt_timeout', 60_000],
      ['b', 'completed', 80_000],
    ]);
  });

  it('goes on without what depended on a failure, where the plan says so', () => {
    const tasks = [timed('a', 1000), timed('b', 1000, 'a'), timed('c', 1000)];
    const plan = parsedPlan({ tasks, on_failure: 'continue' });
    const durations = { [plan.plan_id]: { a: 10_000_000 } };
    const result = run({ plans: [{ plan }], agents: agents(1), durations, retries: false });
    expect(result.assignments.map(({ task_id, outcome }) => [task_id, outcome])).toEqual(
      expect.arrayContaining([
        ['a', 'attempt_timeout'],
        ['c', 'completed'],
      ]),
    );
    expect(result.plans[0]).toMatchObject({ phase: 'failed', completed: 1 });
  });

  it('says that the SLA is missed by a plan that ends after its deadline', () => {
    const plan = parsedPlan({ tasks: [timed('a', 5000)], created_at: 0, deadline: 4000 });
    expect(run({ plans: [{ plan, at_ms: 1000 }], agents: agents(1) })).toMatchObject({
      sla_met: false,
      plans: [{ deadline_ms: 5000, deadline_met: false, phase: 'completed' }],
    });
  });

  it('is never longer planned than online, where durations are known and agents are alike', () => {
    fc.assert(
      fc.property(anyPlan, fc.integer({ min: 1, max: 3 }), (plan, count) => {
        const request = { plans: [{ plan }], agents: agents(count), knows: 'durations' as const, forecasts: 3 };
        const planned = run({ ...request, mode: 'planned', budget: { schedules: 30 } });
        expect(planned.makespan_ms).toBeLessThanOrEqual(run(request).makespan_ms);
      }),
      { numRuns: 40 },
    );
  });

  it('is refused with every fault of its request', () => {
    const plan = planOf(timed('a', 1));
    const [agent] = agents(1) as [SimulatedAgent];
    const request = { plans: [{ plan }], agents: [agent] };
    expect(code({ ...request, agents: [] })).toBe('SIMULATION_INVALID');
    expect(code({ ...request, plans: [] })).toBe('SIMULATION_INVALID');
    expect(code({ ...request, agents: [agent, agent] })).toBe('SIMULATION_INVALID');
    expect(code({ ...request, agents: [{ ...agent, speed: 0 }] })).toBe('SIMULATION_INVALID');
    expect(code({ ...request, noise: Number.NaN })).toBe('SIMULATION_INVALID');
    expect(code({ ...request, strategy: 'constructor' })).toBe('STRATEGY_UNKNOWN');
    const asking = planOf(task('a', { required_capabilities: ['weld'] }));
    expect(code({ plans: [{ plan: asking }], agents: [{ ...agent, capabilities: ['paint'] }] })).toBe(
      'SIMULATION_INVALID',
    );
  });
});
