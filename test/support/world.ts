/**
 * A small world around the core: producers, agents good and bad, queues that deliver twice and out of order, machines
 * that really run the plans. Everything that happens is drawn from a seed, so a run can be played again.
 */

import { HiveError } from '../../core/errors.ts';
import { COMMIT_CONFLICT } from '../../core/ledger/retry.ts';
import type { AgentRegistration, Fence } from '../../core/messages/agent-api.ts';
import type { CognitivePlanInput } from '../../core/messages/cognitive-plan.ts';
import { PLAN_FAILED } from '../../core/plan/compile/asl.ts';
import type { Queued } from '../../core/schedule/schedule-tickets.ts';
import { contentsOf } from './aggregates.ts';
import { claimId, createHive, reportOf, type Wrap } from './hive.ts';
import { createPlayedMachines, type MachineCall } from './played-machines.ts';
import { virtualClock } from './virtual-clock.ts';

/** Refusals that agents may meet; anything else is a fault of the core. */
const REFUSALS = [
  'TICKET_UNKNOWN',
  'TICKET_NOT_ASSIGNED',
  'TICKET_ASSIGNED_ELSEWHERE',
  'TICKET_ATTEMPT_STALE',
  'TICKET_ALREADY_CLAIMED',
  'TICKET_NOT_CLAIMED',
  'TICKET_ALREADY_REPORTED',
  'TICKET_FINISHED',
  'AGENT_UNKNOWN',
  'TRY_AGAIN',
];

export interface WorldOptions {
  readonly plans: readonly CognitivePlanInput[];
  readonly agents: readonly AgentRegistration[];
  /** agents fail a ticket now and then */
  readonly failures: boolean;
  /** others' writes get in the way now and then */
  readonly contention: boolean;
}

/** Uniform 32-bit numbers that follow from a seed (Mulberry32). */
function numbersFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
}

export function createWorld(options: WorldOptions, seed: number) {
  const { plans, agents } = options;
  const number = numbersFrom(seed);
  let playing = true;
  const draw = (below: number): number => (playing ? number() % below : 0);
  const pick = <T>(list: readonly T[]): T | undefined => list[draw(list.length || 1)];

  /** Calls take their turns in an order that is drawn, and a commit may be in another's way. */
  const wrap: Wrap = (port) =>
    new Proxy(port, {
      get(target, name, receiver) {
        const member: unknown = Reflect.get(target, name, receiver);
        if (typeof member !== 'function') return member;
        return async (...args: unknown[]) => {
          for (let turns = draw(4); turns > 0; turns--) await null;
          if (name === 'commit' && options.contention && playing && draw(8) === 7)
            throw new HiveError(COMMIT_CONFLICT, 'another transaction is under way', { detail: { failed: [] } });
          const answer: unknown = await member.apply(target, args);
          for (let turns = draw(4); turns > 0; turns--) await null;
          return answer;
        };
      },
    });

  const clock = virtualClock();
  const machines = createPlayedMachines();
  const hive = createHive({ clock, machines, wrap });
  let ids = 0;
  let roundsSeen = 0;
  const queue: Queued[] = [];
  const ends: MachineCall[] = [];
  /** the claim that holds (or held) a ticket's attempt, whoever made it */
  const claims = new Map<string, Fence>();
  let reportedFailure = false;

  /** Takes in what machines and the core have put on the queues. */
  function collect(): void {
    for (const sent of machines.sent()) queue.push({ id: String(++ids), ...sent });
    ends.push(...machines.ended());
    for (const { pool, reason } of hive.rounds.requested.slice(roundsSeen))
      queue.push({ id: String(++ids), group: pool, message: { kind: 'round', pool, reason } });
    roundsSeen = hive.rounds.requested.length;
  }

  async function schedule(batch: readonly Queued[], keep: boolean): Promise<void> {
    const { failed } = await hive.scheduleTickets(batch);
    for (const { cause } of failed)
      if (!(cause instanceof HiveError) && typeof cause !== 'string') throw new Error('a round broke', { cause });
    const again = new Set(failed.map(({ id }) => id));
    for (const { id } of batch)
      if (!keep && !again.has(id))
        queue.splice(
          queue.findIndex((queued) => queued.id === id),
          1,
        );
  }

  /** As the function does it: its machine is answered, or knows the error. */
  async function complete({ message, answer, reject }: MachineCall): Promise<void> {
    try {
      answer(await hive.completePlan(message));
    } catch (error) {
      reject(error instanceof HiveError && error.code === 'LEDGER_INCONSISTENT' ? PLAN_FAILED : 'HiveError');
      throw error;
    }
  }

  const held = () =>
    contentsOf(hive.table).agents.flatMap(({ agent_id, held }) =>
      Object.entries(held).map(([ticket_id, { attempt }]) => ({ agent_id, ticket_id, attempt })),
    );
  const tickets = () => contentsOf(hive.table).tickets;

  async function claim(ticket_id: string, fence: Fence): Promise<void> {
    await hive.claimTicket(ticket_id, fence);
    claims.set(ticket_id, fence);
  }

  /** What an honest agent does next with a ticket it holds. */
  async function workOn(ticket: { agent_id: string; ticket_id: string; attempt: number }): Promise<void> {
    const { ticket_id } = ticket;
    const fence = claims.get(ticket_id);
    if (fence === undefined) {
      const { agent_id, attempt } = ticket;
      return claim(ticket_id, { agent_id, attempt, claim_id: claimId(`claim of ${ticket_id}`) });
    }
    const failing = options.failures && playing && draw(12) === 11;
    const request = reportOf(
      ticket_id,
      fence,
      failing ? { status: 'FAILED', error_message: 'drawn', error: { code: 'DRAWN', retryable: false } } : {},
    );
    await hive.reportTicket(ticket_id, request);
    reportedFailure ||= failing;
  }

  /** Somebody says something about a ticket: any agent, any attempt, any claim, any outcome. */
  async function meddle(): Promise<void> {
    const begun = tickets().filter(({ state }) => state.phase !== 'created');
    const ticket_id = pick(begun)?.id ?? '00000000-0000-8000-8000-000000000000';
    const fence: Fence = {
      agent_id: pick(agents)?.agent_id ?? 'nobody',
      attempt: 1 + (draw(4) === 3 ? 1 : 0),
      claim_id: claimId(`zombie ${draw(2)}`),
    };
    const right = claims.get(ticket_id);
    const said = right !== undefined && draw(2) === 1 ? { ...fence, claim_id: right.claim_id } : fence;
    const what = draw(4);
    if (what === 0) await claim(ticket_id, said);
    else if (what === 1) await hive.heartbeatTicket(ticket_id, said);
    else if (what === 2) await hive.reportTicket(ticket_id, reportOf(ticket_id, said, { status: 'RUNNING' }));
    else {
      // Says what the attempt's first report said, so that it is not this that decides how the plan ends.
      await hive.reportTicket(ticket_id, reportOf(ticket_id, said));
    }
  }

  const workOnAny = async () => {
    const ticket = pick(held());
    if (ticket) await workOn(ticket);
  };
  const acts: (() => Promise<unknown>)[] = [
    async () => hive.acceptPlan(pick(plans)),
    workOnAny,
    workOnAny,
    workOnAny,
    meddle,
    async () => {
      const ticket = pick(tickets());
      if (ticket) await hive.settle(ticket.id);
    },
    async () => {
      const end = pick(ends);
      if (end) await complete(end);
    },
    async () => hive.heartbeatAgent(pick(agents)?.agent_id ?? ''),
    async () => {
      const agent = pick(agents);
      if (agent) await hive.registerAgent(agent);
    },
    async () => {
      clock.advance(draw(6000));
    },
  ];

  const refusedOr = async (act: () => Promise<unknown>): Promise<void> => {
    try {
      await act();
    } catch (error) {
      if (!(error instanceof HiveError) || !REFUSALS.includes(error.code)) throw error;
    }
  };

  return {
    hive,
    machines,
    failed: () => reportedFailure,

    /** A few things at once; rounds of a pool one after the other, as its queue has them. */
    async step(): Promise<void> {
      const under: Promise<void>[] = [];
      for (let count = 1 + draw(5); count > 0; count--) {
        const act = pick(acts);
        if (act) under.push(refusedOr(act));
      }
      const from = draw(queue.length || 1);
      const batch = queue.slice(from, from + draw(4));
      if (batch.length > 0) under.push(schedule(batch, draw(3) === 2));
      await Promise.all(under);
      collect();
    },

    /** Everybody does their work, and nothing is drawn any more. Resolves once nothing is left to do. */
    async settleDown(): Promise<void> {
      playing = false;
      // Who is there does not come again: that would wake the scheduler for tickets that it has forgotten.
      for (const agent of agents)
        if ((await hive.agents.load(agent.agent_id)) === undefined) await hive.registerAgent(agent);
      for (const plan of plans) await hive.acceptPlan(plan);
      collect();
      for (let idle = false; !idle; ) {
        for (const { agent_id } of agents) await hive.heartbeatAgent(agent_id);
        const batch = queue.slice(0, 10);
        const mine = held();
        const end = ends.shift();
        if (batch.length > 0) await schedule(batch, false);
        for (const ticket of mine) await refusedOr(() => workOn(ticket));
        if (end) await refusedOr(() => complete(end));
        collect();
        clock.advance(1);
        idle = batch.length === 0 && mine.length === 0 && end === undefined && queue.length === 0;
      }
    },
  };
}
