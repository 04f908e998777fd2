/** The swarm as a dispatcher: trails, Thompson draws, waits and costs of `core`, beginning with nothing known. */

import { drawBelief } from '../../core/swarm/match/belief.ts';
import { COST_SETTINGS, costOf } from '../../core/swarm/match/cost.ts';
import { type Ahead, waitBehind } from '../../core/swarm/wait.ts';
import { createTrailBook } from '../../core/trail/book.ts';
import { depositOf } from '../../core/trail/deposit.ts';
import type { Estimates } from '../../core/trail/estimate.ts';
import type { MakeDispatcher } from './world.ts';

/** As old as estimates are at most where they are read from the ledger, ms. */
const FRESH_MS = 1_000;
/** A cost is computed anew when its agent got or ended something, or after this share of a service time. */
const COST_FRESH = 0.05;
const TASK_TYPE = 'work';
const HERE = { region: 'here' };
/** No spread: what it evens out is seen here, as queues. */
const ALIKE = { taken: 0, taken_in_zone: 0 };
/** Epoch ms of a world's beginning: six hours into a day. */
const BEGINNING = 20_000.25 * 86_400_000;

const NO_FAST_SUMS = { fast_attempts: 0n, fast_failures: 0n, fast_ln: 0n, fast_ln2: 0n };

interface Agent {
  readonly id: string;
  /** its jobs, as far as is known, and when they were assigned */
  readonly held: { readonly job: number; readonly since: number }[];
  /** when the last attempt that was heard of had ended */
  ended: number;
  cost: number;
  cost_at: number;
}

export interface SwarmSettings {
  /** false: trails without what is recent, which tells that an agent has changed */
  readonly fast: boolean;
}

export const swarm =
  ({ fast }: SwarmSettings): MakeDispatcher =>
  ({ workers, service_ms, signal_ms }, _, random) => {
    const book = createTrailBook();
    const agents = workers.map(
      (_, index): Agent => ({ id: `agent-${index}`, held: [], ended: 0, cost: 0, cost_at: Number.NEGATIVE_INFINITY }),
    );
    let estimates: Estimates = book.estimates(BEGINNING);
    let read = 0;

    function costAt({ id, held, ended }: Agent, avoid: readonly string[], now: number): number {
      const estimate = estimates(id, TASK_TYPE);
      const ahead = held.map(({ since }, place): Ahead => {
        const elapsed = place === 0 ? now - signal_ms - Math.max(since, ended) : 0;
        return { estimate, estimated_ms: service_ms, elapsed_ms: Math.max(0, elapsed) };
      });
      const standing = { wait_ms: waitBehind(ahead, 1, signal_ms), ...ALIKE };
      const ticket = { estimated_duration_ms: service_ms, avoid };
      const agent = { agent_id: id, location: HERE };
      return costOf(ticket, agent, drawBelief(estimate, random), standing, COST_SETTINGS).cost_ms;
    }

    return {
      choose({ id, avoid }, now) {
        if (now - read >= FRESH_MS) {
          estimates = book.estimates(BEGINNING + now);
          read = now;
        }
        const avoided = avoid.map((index) => `agent-${index}`);
        let best = 0;
        let least = Number.POSITIVE_INFINITY;
        agents.forEach((agent, index) => {
          if (now - agent.cost_at > COST_FRESH * service_ms) {
            agent.cost = costAt(agent, [], now);
            agent.cost_at = now;
          }
          const cost = avoided.includes(agent.id) ? costAt(agent, avoided, now) : agent.cost;
          if (cost < least) [best, least] = [index, cost];
        });
        const agent = agents[best] as Agent;
        agent.held.push({ job: id, since: now });
        agent.cost_at = Number.NEGATIVE_INFINITY;
        return best;
      },
      heard({ agent: index, job, outcome, at, took_ms }) {
        const agent = agents[index] as Agent;
        const place = agent.held.findIndex((one) => one.job === job);
        agent.held.splice(place, 1);
        agent.ended = at;
        agent.cost_at = Number.NEGATIVE_INFINITY;
        const ended = {
          ...{ pool: '', agent_id: agent.id, task_type: TASK_TYPE, duration_ms: took_ms },
          ...{ estimated_duration_ms: service_ms, at: BEGINNING + at },
        };
        const deposit = depositOf({ ...ended, outcome: outcome === 'done' ? 'success' : 'failure' });
        book.deposit(fast ? deposit : { ...deposit, sums: { ...deposit.sums, ...NO_FAST_SUMS } });
      },
    };
  };

export const ours = swarm({ fast: true });
