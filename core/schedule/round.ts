/**
 * One round of a pool: read its queue and the live agents, order, match, commit each assignment (ticket assigned, slot
 * taken, queue left) in one transaction, tell the agent. Rounds of one pool never run at the same time; agents are
 * shared between pools, so a slot may be gone by the time it is wanted: then the round matches what is left again.
 */

import { forEachAtOnce } from '../at-once.ts';
import type { HiveError } from '../errors.ts';
import { isConflict } from '../ledger/retry.ts';
import type { AgentRegistry } from '../ports/agent-registry.ts';
import type { Clock } from '../ports/clock.ts';
import type { Sha256 } from '../ports/digest.ts';
import type { Inboxes } from '../ports/inboxes.ts';
import type { Ledger, Write } from '../ports/ledger.ts';
import type { ReadyQueue } from '../ports/ready-queue.ts';
import type { Rounds } from '../ports/rounds.ts';
import type { Timers } from '../ports/timers.ts';
import { type AgentRecord, freeSlots, hasCapabilities, healthOf } from '../swarm/agent.ts';
import type { Match, Matcher } from '../swarm/match.ts';
import { appendToTicket } from '../ticket/append.ts';
import { leaseOf } from '../ticket/lease.ts';
import type { BecomeReady } from './become-ready.ts';
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
  /** true when the round was full, or others' writes were in the way all the time: there may be more to assign */
  readonly more: boolean;
}

/** Tickets that one round looks at. */
const ROUND_SIZE = 200;
/** Rematches when slots were lost to other pools' rounds. */
const PASSES = 5;
/** Wait before a rematch after others' writes were in the way, doubled each time, with full jitter. */
const BACKOFF_MS = 10;
const COMMITS_AT_ONCE = 8;

/** The capability index to look agents up by when a ticket asks for none. */
export const ANY_CAPABILITY = '*';

type Committed = 'held_back' | 'assigned' | 'assigned_untold' | 'ticket_changed' | 'slot_lost' | 'contended';

export type Round = (pool: string) => Promise<RoundOutcome>;

export function createRound(deps: RoundDeps): Round {
  const { ledger, queue, agents, inboxes, timers, order, match, clock, sha256 } = deps;
  const holdBack = createHoldBack(deps);

  async function assign({ entry, agent, explanation }: Match): Promise<Committed> {
    const { agent_id } = agent;
    const { ticket_id, plan_id, task_id, attempt } = entry;
    const ticket = await ledger.loadTicket(ticket_id);
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
    const now = clock.now();
    const lease_ms = leaseOf(agent);
    const event = { type: 'TicketAssigned' as const, agent_id, attempt, lease_ms, explanation };
    const writes: Write[] = [
      appendToTicket(ticket, event, now, sha256),
      { kind: 'hold_slot', agent_id, ticket_id, plan_id, task_id, attempt },
      { kind: 'dequeue', entry },
    ];
    await timers.set({ kind: 'ticket', id: ticket_id, at: now + lease_ms });
    try {
      await ledger.commit(writes);
    } catch (error) {
      if (!isConflict(error)) throw error;
      return whyLost(error);
    }
    try {
      await inboxes.deliver(agent.inbox_url, {
        kind: 'ticket_assigned',
        agent_id,
        ticket_id,
        plan_id,
        task_id,
        attempt,
      });
    } catch {
      // A hint that did not arrive: the assignment is committed and the agent's next heartbeat answers with it. One
      // agent's broken inbox must not keep the pool's other tickets waiting.
      return 'assigned_untold';
    }
    return 'assigned';
  }

  return async function round(pool: string): Promise<RoundOutcome> {
    let assigned = 0;
    let undelivered = 0;
    for (let pass = 0; ; pass++) {
      const { entries, matches } = await matchQueue(pool);
      const results = await inBatches(matches, assign);
      const untold = results.filter((result) => result === 'assigned_untold').length;
      const done = untold + results.filter((result) => result === 'assigned').length;
      assigned += done;
      undelivered += untold;
      // Lost to another pool's round or to a write under way: somebody got on, so trying again ends.
      const contended = results.includes('contended') || results.includes('slot_lost');
      const again = done < matches.length && pass + 1 < PASSES;
      if (again && contended) await clock.sleep(clock.random() * BACKOFF_MS * 2 ** pass);
      const more = contended || (entries.length === ROUND_SIZE && done > 0);
      if (!again) return { pool, assigned, waiting: entries.length - done, undelivered, more };
    }
  };

  /**
   * The first tickets of the queue that somebody can take now. A page of tickets that none of the free agents may run
   * (they are cleared for less, say) is passed over, or it would keep those behind it waiting for ever.
   */
  async function matchQueue(pool: string): Promise<{ entries: QueueEntry[]; matches: Match[] }> {
    let entries = await queue.list(pool, ROUND_SIZE);
    if (entries.length === 0) return { entries, matches: [] };
    const candidates = await candidatesFor(entries);
    const now = clock.now();
    const asked = entries[0]?.required_capabilities ?? [];
    const free = candidates.some(
      (agent) => freeSlots(agent) > 0 && healthOf(agent, now) === 'HEALTHY' && hasCapabilities(agent, asked),
    );
    for (;;) {
      const matches = match(order(entries, now), candidates, now);
      if (matches.length > 0 || !free || entries.length < ROUND_SIZE) return { entries, matches };
      entries = await queue.list(pool, ROUND_SIZE, entries.at(-1)?.key);
    }
  }

  /** Tickets of a pool ask for the same capabilities; the first one's agents are the candidates of all. */
  function candidatesFor([first]: readonly QueueEntry[]): Promise<AgentRecord[]> {
    return agents.listByCapability(first?.required_capabilities[0] ?? ANY_CAPABILITY);
  }
}

/** The first write of an assignment is the ticket, the second the slot; none of them: somebody's write was under way. */
function whyLost(error: HiveError): Committed {
  const failed = (error.detail.failed as number[] | undefined) ?? [];
  if (failed.length === 0) return 'contended';
  return failed.includes(1) ? 'slot_lost' : 'ticket_changed';
}

/**
 * An agent's commits go one after the other: they would only conflict on its slots. One that fails does not keep the
 * others from being made; it is thrown when all have been tried.
 */
async function inBatches(matches: readonly Match[], run: (match: Match) => Promise<Committed>): Promise<Committed[]> {
  const byAgent = new Map<string, Match[]>();
  for (const item of matches) byAgent.set(item.agent.agent_id, [...(byAgent.get(item.agent.agent_id) ?? []), item]);
  const results: Committed[] = [];
  const failures: unknown[] = [];
  await forEachAtOnce([...byAgent.values()], COMMITS_AT_ONCE, async (lane) => {
    for (const item of lane) {
      try {
        results.push(await run(item));
      } catch (error) {
        failures.push(error);
      }
    }
  });
  if (failures.length > 0) throw failures[0];
  return results;
}
