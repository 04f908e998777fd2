/**
 * The net under crashes between a commit and what was to follow: tickets that have ended are settled, gates whose keeper is
 * done are opened, deferred tickets of a plan that runs go on, compensations that may begin do.
 */
import { forEachAtOnce } from '../at-once.ts';
import { retryOnConflict } from '../ledger/retry.ts';
import type { Clock } from '../ports/clock.ts';
import type { Sha256 } from '../ports/digest.ts';
import type { Ledger } from '../ports/ledger.ts';
import type { Rounds } from '../ports/rounds.ts';
import type { Timers } from '../ports/timers.ts';
import type { BecomeReady } from '../schedule/become-ready.ts';
import { loadTickets } from '../ticket/load-tickets.ts';
import { dueOf } from '../ticket/look.ts';
import { createReleaseTicket } from '../ticket/release.ts';
import type { SettleTicket } from '../ticket/settle.ts';
import { isDone, isTerminal, type TicketRecord } from '../ticket/state.ts';
import { createCompensate } from './compensate.ts';

export interface HealPlanDeps {
  ledger: Ledger;
  rounds: Rounds;
  timers: Timers;
  becomeReady: BecomeReady;
  settle: SettleTicket;
  clock: Clock;
  sha256: Sha256;
}

const AT_ONCE = 8;

export type HealPlan = (planId: string) => Promise<void>;

/** May be called at any time: for a plan that needs nothing it changes nothing. */
export function createHealPlan(deps: HealPlanDeps): HealPlan {
  const { ledger, rounds, timers, becomeReady, settle, clock } = deps;
  const release = createReleaseTicket(deps);
  const compensate = createCompensate(deps);

  const goOn = (ticketId: string): Promise<void> =>
    retryOnConflict(clock, async () => {
      const ticket = await ledger.loadTicket(ticketId);
      if (ticket?.state.phase === 'deferred') await becomeReady(ticket, {}, clock.now());
    });

  async function heal(ticket: TicketRecord, done: ReadonlySet<string>, running: boolean): Promise<void> {
    const { state, spec, settled_at } = ticket;
    if (isTerminal(state)) {
      if (settled_at === undefined) await settle(spec.ticket_id);
      return;
    }
    for (const by of state.unmet) if (done.has(by)) await release(spec.ticket_id, by);
    if (state.phase === 'deferred' && running) await goOn(spec.ticket_id);
    const due = dueOf(ticket);
    if (due !== undefined && due.at < clock.now()) await timers.set({ kind: 'ticket', id: spec.ticket_id, at: due.at });
  }

  return async function healPlan(planId: string): Promise<void> {
    const tickets = await loadTickets(ledger, await ledger.ticketIdsOfPlan(planId));
    const done = new Set(tickets.filter(({ state }) => isDone(state)).map(({ spec }) => spec.ticket_id));
    const phase = (await ledger.loadPlanState(planId))?.phase;
    await forEachAtOnce(tickets, AT_ONCE, (ticket) => heal(ticket, done, phase === 'running'));
    if (phase === 'compensating') await compensate.start(planId);
    const waiting = tickets.filter(({ state }) => state.phase === 'ready' || state.phase === 'deferred');
    for (const pool of new Set(waiting.map(({ spec }) => spec.pool)))
      await rounds.request(pool, `tickets of plan ${planId} wait`, `healed:${planId}:${clock.now()}`);
  };
}
