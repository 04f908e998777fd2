/** Everything together: the core over stores in memory, the services around it, agents, people, and what goes wrong. */
import { createMemoryAgentRegistry } from '../../adapters/memory/agent-registry.ts';
import { createMemoryLedger } from '../../adapters/memory/ledger.ts';
import { executionKey } from '../../adapters/memory/plan-machines.ts';
import { createMemoryReadyQueue } from '../../adapters/memory/ready-queue.ts';
import { createMemorySharesStore } from '../../adapters/memory/shares.ts';
import { createMemoryTable } from '../../adapters/memory/table.ts';
import { createMemoryTrails } from '../../adapters/memory/trails.ts';
import { sha256 } from '../../adapters/system/digest.ts';
import type { Recorded } from '../../core/ledger/chain.ts';
import type { Inboxes } from '../../core/ports/inboxes.ts';
import type { Ledger } from '../../core/ports/ledger.ts';
import type { PlanMachines } from '../../core/ports/plan-machines.ts';
import type { AgentRecord } from '../../core/swarm/agent.ts';
import { NOW } from '../support/plans.ts';
import { createPlayedMachines } from '../support/played-machines.ts';
import { type Agent, createAgent } from './agent.ts';
import { createBus } from './bus.ts';
import { createFaults } from './faults.ts';
import { checkTheEnd, open } from './invariants/at-the-end.ts';
import { ENDED, must, Violation } from './invariants/book.ts';
import { createLedgerWatch } from './invariants/ledger-watch.ts';
import { planModel } from './invariants/plan-model.ts';
import { createWitness } from './invariants/witness.ts';
import { createPeople } from './people.ts';
import { createPoolQueue } from './pool-queue.ts';
import { createProcesses, type Processes } from './processes.ts';
import { randomOf } from './random.ts';
import type { AgentScript, Scenario, Work } from './scenario.ts';
import { createScheduler } from './scheduler.ts';
import { createTimerQueue } from './timer-queue.ts';
import type { Trace } from './trace.ts';

const SWEEP_MS = 60_000;
const CLEAR_UP_MS = 20_000;
/** Once nothing goes wrong any more all must be over within this, ms of virtual time. */
export const OVER_WITHIN_MS = 45 * 60_000;
/** A lost attempt is found out this long after its lease at the latest, ms, once nothing goes wrong any more. */
const FOUND_WITHIN_MS = 60_000;
/** An index may be this far behind, ms. */
const LAG_MS = [500, 15_000] as const;
/** Steps after which a run is taken to go round in circles. */
const MAX_STEPS = 20_000;

/** Comes when the faults stop, so that there is always somebody who can. */
const RELIEF: AgentScript = {
  agent_id: 'relief',
  kind: 'microservice',
  capabilities: ['build', 'test'],
  capacity: 4,
  heartbeat_interval_ms: 15_000,
  comes_at_ms: 0,
};

export interface WorldOptions {
  readonly seed: number;
  readonly scenario: Scenario;
  readonly trace: Trace;
  readonly withoutFaults?: ReadonlySet<number>;
}

export function createWorld({ seed, scenario, trace, withoutFaults }: WorldOptions) {
  const random = randomOf(seed, 'world');
  const scheduler = createScheduler(NOW, randomOf(seed, 'order'));
  const faults = createFaults(seed, scenario.rates, withoutFaults);
  const table = createMemoryTable();
  const witness = createWitness(sha256);
  const models = new Map(scenario.plans.map((plan) => [plan.plan_id, planModel(plan)]));
  const watch = createLedgerWatch(table, witness, models);
  const { book } = watch;
  const machines = createPlayedMachines();
  const agents = new Map<string, Agent>();
  const begun = new Map<string, number>();
  const visibleFrom = new Map<string, number>();
  const ended = new Set<string>();
  let rejected = 0;

  let processes: Processes;
  const later = {
    scheduler,
    faults,
    random,
    processes: { start: (...args) => processes.start(...args), running: 0 } as Processes,
  };
  const pool = createPoolQueue(later);
  const timers = createTimerQueue(later);
  const bus = createBus({
    ...later,
    accepted({ outcome }) {
      if (outcome === 'rejected') rejected++;
    },
  });

  const stored = createMemoryLedger(table);
  const ledger: Ledger = {
    ...stored,
    async commit(writes) {
      await stored.commit(writes);
      for (const write of writes)
        if ('records' in write)
          for (const record of write.records) trace.note(scheduler.now(), 'event', () => told(record));
      for (const write of writes) {
        if (write.kind !== 'append_ticket') continue;
        if (write.records[0]?.version === 1)
          visibleFrom.set(
            write.state.ticket_id,
            scheduler.now() + (faults.happens('lagging') ? random.between(...LAG_MS) : 0),
          );
      }
      watched(() => watch.committed(writes));
    },
    async touchTicket(ticketId, claim, at) {
      const touched = await stored.touchTicket(ticketId, claim, at);
      if (touched) watch.touched(ticketId, at, scheduler.now());
      return touched;
    },
    async ticketIdsOfPlan(planId) {
      const ids = await stored.ticketIdsOfPlan(planId);
      return ids.filter((id) => (visibleFrom.get(id) ?? 0) <= scheduler.now());
    },
  };

  const inboxes: Inboxes = {
    open: async (agentId) => `memory://inbox/${agentId}`,
    close: async () => {},
    async deliver(url, message) {
      const agent = agents.get(url.slice('memory://inbox/'.length));
      if (faults.happens('lost')) return;
      for (let copies = faults.happens('duplicated') ? 2 : 1; copies > 0; copies--)
        scheduler.after(faults.happens('late') ? random.between(1000, 20_000) : random.below(300), () =>
          agent?.receive(message),
        );
    },
  };

  /** Machines go on at once when they are told something: what they send and call then is taken in. */
  let answered = false;
  function collect(): void {
    if (!answered) return;
    answered = false;
    for (const { group, message } of machines.sent()) {
      pool.send(group, message);
      if (message.kind === 'ticket_entered') outlive(message.task_token);
    }
    for (const call of machines.ended())
      scheduler.after(random.below(200), () =>
        bus.call({ ...call, answer: moving(call.answer), reject: moving(call.reject) }),
      );
    for (const [key, run] of machines.executions) {
      if (run.status === 'RUNNING' || ended.has(key)) continue;
      ended.add(key);
      if (run.status === 'SUCCEEDED') continue;
      const [plan_id = key] = key.split(' run ');
      const failure = { Error: run.failure?.error ?? 'ABORTED', Cause: run.failure?.cause ?? '' };
      bus.tell({ kind: 'plan_machine_failed', plan_id, execution_arn: `played:execution:${key}`, failure });
    }
  }

  /** A ticket's state has a timeout, the plan's deadline. */
  function outlive(token: string): void {
    const key = token.slice(0, token.lastIndexOf('|'));
    const [plan_id = key] = key.split(' run ');
    const deadline = book.plans.get(plan_id)?.state.deadline ?? NOW;
    scheduler.after(deadline - scheduler.now() + 1000, () => {
      const run = machines.executions.get(key);
      const own = token.slice(token.lastIndexOf('|') + 1);
      if (run?.waiting.has(own)) moving(run.fail)(own, 'States.Timeout');
    });
  }

  const moving =
    <Args extends unknown[], Answer>(run: (...args: Args) => Answer) =>
    (...args: Args): Answer => {
      answered = true;
      return run(...args);
    };
  const played: PlanMachines = {
    start: moving(machines.start),
    lookAt: machines.lookAt,
    completeTask: moving(machines.completeTask),
    failTask: moving(machines.failTask),
  };

  processes = createProcesses({
    scheduler,
    faults,
    random,
    trace,
    ports: {
      ledger,
      queue: createMemoryReadyQueue(table),
      agents: createMemoryAgentRegistry(table),
      trails: createMemoryTrails(table),
      shares: createMemorySharesStore(table),
      machines: played,
      rounds: pool.rounds,
      inboxes,
      timers,
      sha256,
      isExecutionOf: (arn, planId, run) => arn === `played:execution:${executionKey(planId, run)}`,
    },
    weakSpot: scenario.weakSpot,
    latency: () => (faults.stopped || random.chance(0.8) ? 0 : random.between(1, 150)),
  });

  const people = createPeople({
    ...later,
    machines: { stop: moving(machines.stop), forget: moving(machines.forget) },
    witness,
    send: bus.put,
    plans: () => [...book.plans.values()].map(({ state }) => state),
    tickets: () => [...book.tickets.values()].map(({ state }) => state),
    agents: () => table.scan('AGENT#').map(({ item }) => item as unknown as AgentRecord),
  });

  /** How the work on a task goes this time; once the faults have stopped it goes well. */
  function workOn(key: string): Work {
    const { takes_ms, fails, retryable } = scenario.work.get(key) as Work;
    const times = (begun.get(key) ?? 0) + 1;
    begun.set(key, times);
    const failing = !faults.stopped && times <= fails ? 1 : 0;
    return { takes_ms: faults.stopped ? Math.min(takes_ms, 10_000) : takes_ms, fails: failing, retryable };
  }

  function addAgent(script: AgentScript): void {
    agents.set(script.agent_id, createAgent(script, { ...later, witness, workOn }));
  }

  const every = (ms: number, run: () => void): void =>
    scheduler.after(ms, () => {
      run();
      every(ms, run);
    });

  /** Attempts of which nothing was heard are found out in time. */
  function checkLeases(): void {
    if (!faults.stopped || scheduler.now() < calmFrom + 2 * FOUND_WITHIN_MS) return;
    for (const { state, spec, touched } of book.tickets.values()) {
      if (state.phase === 'backing_off')
        must(
          scheduler.now() <= Math.max(state.retry_at, calmFrom) + FOUND_WITHIN_MS,
          'a backoff ends in time',
          () => `${spec.plan_id}/${spec.task_id} backs off since ${state.since - NOW} ms`,
        );
      if (state.phase !== 'assigned' && state.phase !== 'running') continue;
      const since = state.phase === 'assigned' ? state.assigned_at : Math.max(state.started_at, touched?.at ?? 0);
      const due = Math.max(since + state.lease_ms, calmFrom) + FOUND_WITHIN_MS;
      must(
        scheduler.now() <= due,
        'a lost attempt is found out in time',
        () => `${spec.plan_id}/${spec.task_id} is ${state.phase} by ${state.agent_id} since ${since - NOW} ms`,
      );
    }
  }

  let violation: Violation | undefined;
  function watched(run: () => void): void {
    try {
      run();
    } catch (error) {
      if (!(error instanceof Violation)) throw error;
      violation ??= error;
    }
  }

  let calmFrom = 0;
  function calm(): void {
    faults.stop();
    calmFrom = scheduler.now();
    trace.note(calmFrom, 'the faults stop');
    addAgent(RELIEF);
    every(CLEAR_UP_MS, () => people.clearUp());
  }

  function over(): boolean {
    for (const { state } of book.plans.values()) if (!ENDED.includes(state.phase)) return false;
    const quiet = processes.running === 0 && pool.waiting === 0 && bus.waiting === 0;
    return quiet && open(book, table, machines).length === 0;
  }

  return {
    faults,
    scheduler,
    book,
    table,
    machines,
    /** Runs to the end. @returns what is not as it must be */
    async run(): Promise<Violation | undefined> {
      for (const plan of scenario.plans) {
        const times = faults.happens('duplicated') ? 2 : 1;
        for (let copy = 0; copy < times; copy++) bus.put(plan);
      }
      for (const script of scenario.agents) addAgent(script);
      for (const at of scenario.acts_ms) scheduler.after(at, () => people.act(scenario.plans));
      every(SWEEP_MS, () =>
        processes.start(
          'sweep-pools',
          ({ sweepPools }) => sweepPools(),
          () => {},
        ),
      );
      every(SWEEP_MS, () =>
        processes.start(
          'watch-agents',
          ({ watchAgents }) => watchAgents(),
          () => {},
        ),
      );
      every(SWEEP_MS, () => watched(checkLeases));
      scheduler.after(scenario.chaos_ms, calm);
      try {
        while (violation === undefined && (await scheduler.step())) {
          collect();
          must(trace.steps < MAX_STEPS, 'nothing goes round in circles', () => `${trace.steps} steps`);
          if (processes.running > 0 || !scheduler.idle()) continue;
          if (book.plans.size + rejected >= scenario.plans.length && over()) break;
          must(
            calmFrom === 0 || scheduler.now() < calmFrom + OVER_WITHIN_MS,
            'everything ends',
            () => open(book, table, machines).join('; ') || 'messages are still under way',
          );
        }
        if (violation === undefined) checkTheEnd(book, table, witness, sha256);
      } catch (error) {
        if (!(error instanceof Violation)) throw error;
        violation ??= error;
      }
      return violation;
    },
  };
}

/** An event in a line. */
function told({ aggregate, subject, event }: Recorded): string {
  const { type, ...said } = event as { type: string };
  const about = subject.task_id === undefined ? aggregate : `${subject.plan_id}/${subject.task_id}`;
  const words = JSON.stringify(said, (name, value: unknown) =>
    ['spec', 'explanation', 'header', 'result_digest', 'claim_digest', 'content_digest', 'shape'].includes(name)
      ? undefined
      : value,
  );
  return `${about} ${type} ${words}`;
}
