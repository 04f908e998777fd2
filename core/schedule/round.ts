/**
 * One round of a pool: read its queue and the live agents, order, match, commit each assignment (ticket assigned, slot
 * taken, queue left) in one transaction, tell the agent. Rounds of one pool never run at the same time; agents are
 * shared between pools, so a slot may be gone by the time it is wanted: then the round matches what is left again.
 */

import type { AssetsOf } from '../catalogue/assets-of-ticket.ts';
import { isConflict } from '../ledger/retry.ts';
import type { Sha256 } from '../ports/digest.ts';
import type { Inboxes } from '../ports/inboxes.ts';
import type { Ledger } from '../ports/ledger.ts';
import type { PoliciesInForce } from '../ports/policies.ts';
import type { Rounds } from '../ports/rounds.ts';
import type { Timers } from '../ports/timers.ts';
import type { Match } from '../swarm/match.ts';
import type { SettleTicket } from '../ticket/settle.ts';
import { type Assigned, createAssign } from './assign.ts';
import type { BecomeReady } from './become-ready.ts';
import { byAgent } from './by-agent.ts';
import { createDecisions, type DecideDeps } from './decide.ts';
import { createDenyTicket } from './deny-ticket.ts';
import { createHoldBack } from './hold-back.ts';
import { createMayDispatch } from './may-dispatch.ts';
import { createNobodyMay } from './nobody-may.ts';
import { createTryOthers } from './try-others.ts';

export interface RoundDeps extends DecideDeps {
  assetsOf: AssetsOf;
  ledger: Ledger;
  inboxes: Inboxes;
  timers: Timers;
  rounds: Rounds;
  becomeReady: BecomeReady;
  settle: SettleTicket;
  policies: PoliciesInForce;
  sha256: Sha256;
}

export interface RoundOutcome {
  readonly pool: string;
  readonly assigned: number;
  /** tickets looked at that still wait, at most the size of a round */
  readonly waiting: number;
  /** assignments that their agents will hear of by their heartbeat only */
  readonly undelivered: number;
  /** tickets that policies kept from being assigned; absent: none */
  readonly denied?: number;
  /** true when slots stayed free before the queue's end, or others' writes were in the way all the time: there may be more to assign */
  readonly more: boolean;
}

/** Rematches when slots were lost to other pools' rounds. */
const PASSES = 5;
/** Tickets that a round finds out to be denied: until then such a pass is none of `PASSES`. */
const MAX_DENIED = 100;
/** Wait before a rematch after others' writes were in the way, doubled each time, with full jitter. */
const BACKOFF_MS = 10;

interface Committed {
  readonly ticket_id: string;
  readonly how: Assigned | 'held_back' | 'denied';
}

const isDone = ({ how }: Committed): boolean => how === 'assigned' || how === 'assigned_untold';

export type Round = (pool: string) => Promise<RoundOutcome>;

export function createRound(deps: RoundDeps): Round {
  const { ledger, clock } = deps;
  const decisionsOf = createDecisions(deps);
  const holdBack = createHoldBack(deps);
  const assignTo = createAssign(deps);
  const mayDispatch = createMayDispatch(deps);
  const tryOthers = createTryOthers({ ...deps, assignTo, mayDispatch });
  const denyTicket = createDenyTicket(deps);
  const nobodyMay = createNobodyMay({ ...deps, mayDispatch });

  async function assign(match: Match): Promise<Committed['how']> {
    const { entry } = match;
    const ticket = await ledger.loadTicket(entry.ticket_id);
    if (ticket === undefined || ticket.state.phase !== 'ready' || ticket.state.queue_key !== entry.key) {
      // A leftover of the queue (its ticket moved on): nobody else would remove it.
      await ledger.commit([{ kind: 'dequeue', entry }]);
      return 'ticket_changed';
    }
    let plan: Awaited<ReturnType<typeof holdBack>>;
    try {
      plan = await holdBack(ticket);
    } catch (error) {
      if (!isConflict(error)) throw error;
      return 'contended';
    }
    if (plan === undefined) return 'held_back';
    const result = await assignTo(match, ticket, plan);
    if (typeof result !== 'object') return result;
    // Nobody else would be allowed either; or somebody else may be.
    if (result.denied.final) return denyTicket(ticket, result.denied);
    const another = await tryOthers(match, ticket, plan);
    if (another === undefined) await nobodyMay(ticket, plan);
    return another ?? 'denied';
  }

  return async function round(pool: string): Promise<RoundOutcome> {
    const decisions = decisionsOf(pool);
    let assigned = 0;
    let undelivered = 0;
    // Those stand in nobody's way: the slot that they were matched with is for whoever is next.
    const denied = new Set<string>();
    for (let pass = 0; ; ) {
      const before = denied.size;
      const { looked, matches, left, charge } = await decisions.decide(denied);
      const results = await byAgent(matches, async (match) => ({
        ticket_id: match.entry.ticket_id,
        how: await assign(match),
      }));
      const done = results.filter(isDone);
      charge(new Set(done.map(({ ticket_id }) => ticket_id)));
      for (const { ticket_id, how } of results) if (how === 'denied') denied.add(ticket_id);
      if (denied.size === before || denied.size >= MAX_DENIED) pass++;
      const hows = results.map(({ how }) => how);
      assigned += done.length;
      undelivered += hows.filter((how) => how === 'assigned_untold').length;
      // Lost to another pool's round or to a write under way: somebody got on, so trying again ends.
      const contended = hows.includes('contended') || hows.includes('slot_lost');
      const again = done.length < matches.length && pass < PASSES;
      if (again && contended) await clock.sleep(clock.random() * BACKOFF_MS * 2 ** pass);
      // What only stood in the way (left over, or held back by its plan) has left the queue: there is more behind it.
      const cleared = hows.includes('held_back') || hows.includes('ticket_changed');
      const more = contended || cleared || (left && done.length > 0);
      if (again) continue;
      await decisions.keep();
      const waiting = looked - done.length;
      return { pool, assigned, waiting, undelivered, more, ...(denied.size > 0 && { denied: denied.size }) };
    }
  };
}
