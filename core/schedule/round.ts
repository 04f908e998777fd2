/**
 * One round of a pool: read its queue and the live agents, order, match, commit each assignment (ticket assigned, slot
 * taken, queue left) in one transaction, tell the agent. Rounds of one pool never run at the same time; agents are
 * shared between pools, so a slot may be gone by the time it is wanted: then the round matches what is left again.
 */

import { isConflict } from '../ledger/retry.ts';
import type { AgentRegistry } from '../ports/agent-registry.ts';
import type { Clock } from '../ports/clock.ts';
import type { Sha256 } from '../ports/digest.ts';
import type { Inboxes } from '../ports/inboxes.ts';
import type { Ledger } from '../ports/ledger.ts';
import type { ReadyQueue } from '../ports/ready-queue.ts';
import type { Rounds } from '../ports/rounds.ts';
import type { Timers } from '../ports/timers.ts';
import { type AgentRecord, freeSlots, hasCapabilities, healthOf } from '../swarm/agent.ts';
import type { Match, Matcher } from '../swarm/match.ts';
import { neutral } from '../trail/estimate.ts';
import { type Assigned, createAssign } from './assign.ts';
import type { BecomeReady } from './become-ready.ts';
import { byAgent } from './by-agent.ts';
import { createHoldBack } from './hold-back.ts';
import type { Order } from './order.ts';
import type { QueueEntry } from './queue-entry.ts';

export interface RoundDeps {
  ledger: Ledger;
  queue: ReadyQueue;
  agents: AgentRegistry;
  inboxes: Inboxes;
  timers: Timers;
  rounds: Rounds;
  becomeReady: BecomeReady;
  order: Order;
  match: Matcher;
  clock: Clock;
  sha256: Sha256;
}

export interface RoundOutcome {
  readonly pool: string;
  readonly assigned: number;
  /** tickets looked at that still wait, at most the size of a round */
  readonly waiting: number;
  /** assignments that their agents will hear of by their heartbeat only */
  readonly undelivered: number;
  /** true when slots stayed free before the queue's end, or others' writes were in the way all the time: there may be more to assign */
  readonly more: boolean;
}

/** Tickets that one round looks at, at most. */
const ROUND_SIZE = 200;
/** Tickets that it looks at beyond the free slots: some are cleared for fewer agents, or avoid one. */
const SPARE = 20;
/** Rematches when slots were lost to other pools' rounds. */
const PASSES = 5;
/** Wait before a rematch after others' writes were in the way, doubled each time, with full jitter. */
const BACKOFF_MS = 10;

/** The capability index to look agents up by when a ticket asks for none. */
export const ANY_CAPABILITY = '*';

interface Matched {
  readonly entries: readonly QueueEntry[];
  readonly matches: readonly Match[];
  /** slots are free still, and there may be tickets behind these */
  readonly left: boolean;
}

type Committed = Assigned | 'held_back';

export type Round = (pool: string) => Promise<RoundOutcome>;

export function createRound(deps: RoundDeps): Round {
  const { ledger, queue, agents, order, match, clock } = deps;
  const holdBack = createHoldBack(deps);
  const commitAssignment = createAssign(deps);

  async function assign(match: Match): Promise<Committed> {
    const { entry } = match;
    const ticket = await ledger.loadTicket(entry.ticket_id);
    if (ticket === undefined || ticket.state.phase !== 'ready' || ticket.state.queue_key !== entry.key) {
      // A leftover of the queue (its ticket moved on): nobody else would remove it.
      await ledger.commit([{ kind: 'dequeue', entry }]);
      return 'ticket_changed';
    }
    try {
      if (await holdBack(ticket)) return 'held_back';
    } catch (error) {
      if (!isConflict(error)) throw error;
      return 'contended';
    }
    return commitAssignment(match, ticket);
  }

  return async function round(pool: string): Promise<RoundOutcome> {
    let assigned = 0;
    let undelivered = 0;
    for (let pass = 0; ; pass++) {
      const { entries, matches, left } = await matchQueue(pool);
      const results = await byAgent(matches, assign);
      const untold = results.filter((result) => result === 'assigned_untold').length;
      const done = untold + results.filter((result) => result === 'assigned').length;
      assigned += done;
      undelivered += untold;
      // Lost to another pool's round or to a write under way: somebody got on, so trying again ends.
      const contended = results.includes('contended') || results.includes('slot_lost');
      const again = done < matches.length && pass + 1 < PASSES;
      if (again && contended) await clock.sleep(clock.random() * BACKOFF_MS * 2 ** pass);
      // What only stood in the way (left over, or held back by its plan) has left the queue: there is more behind it.
      const cleared = results.includes('held_back') || results.includes('ticket_changed');
      const more = contended || cleared || (left && done > 0);
      if (!again) return { pool, assigned, waiting: entries.length - done, undelivered, more };
    }
  };

  /**
   * The first tickets of the queue that somebody can take now. A page of tickets that none of the free agents may run
   * (they are cleared for less, say) is passed over, or it would keep those behind it waiting for ever.
   */
  async function matchQueue(pool: string): Promise<Matched> {
    let size = SPARE;
    let entries = await queue.list(pool, size);
    if (entries.length === 0) return { entries, matches: [], left: false };
    const candidates = await candidatesFor(entries);
    const now = clock.now();
    const asked = entries[0]?.required_capabilities ?? [];
    const free = candidates
      .filter((agent) => healthOf(agent, now) === 'HEALTHY' && hasCapabilities(agent, asked))
      .reduce((sum, agent) => sum + Math.max(0, freeSlots(agent)), 0);
    if (entries.length === size && free > 0) {
      size = Math.min(ROUND_SIZE, free + SPARE);
      entries = [...entries, ...(await queue.list(pool, size - entries.length, entries.at(-1)?.key))];
    }
    for (;;) {
      const matches = match(order(entries, now), candidates, { now, estimates: neutral, random: clock.random });
      const full = entries.length === size;
      if (matches.length > 0 || free === 0 || !full) return { entries, matches, left: full && matches.length < free };
      size = ROUND_SIZE;
      entries = await queue.list(pool, size, entries.at(-1)?.key);
    }
  }

  /** Tickets of a pool ask for the same capabilities; the first one's agents are the candidates of all. */
  function candidatesFor([first]: readonly QueueEntry[]): Promise<AgentRecord[]> {
    return agents.listByCapability(first?.required_capabilities[0] ?? ANY_CAPABILITY);
  }
}
