/** A ticket's life as stretches of time in one phase each. */
import type { Recorded } from '../ledger/chain.ts';
import type { TicketEvent } from '../ticket/events.ts';
import { reduceTicket } from '../ticket/reducer.ts';
import type { TicketState } from '../ticket/state.ts';

export interface Spell {
  /** as it stood when the spell began */
  readonly state: TicketState;
  readonly from: number;
  readonly began: Recorded<TicketEvent>;
  /** absent while it lasts */
  readonly ended?: Recorded<TicketEvent>;
  /** events in between, which left the phase as it was */
  readonly during: readonly Recorded<TicketEvent>[];
}

/** Oldest first, without a gap. @throws HiveError TICKET_TRANSITION_INVALID for what is no history of a ticket */
export function spellsOf(records: readonly Recorded<TicketEvent>[]): Spell[] {
  const spells: (Spell & { during: Recorded<TicketEvent>[] })[] = [];
  let state: TicketState | undefined;
  for (const link of records) {
    const before = state;
    state = reduceTicket(before, link);
    const current = spells.at(-1);
    if (current !== undefined && before?.phase === state.phase) {
      current.during.push(link);
      continue;
    }
    if (current !== undefined) spells[spells.length - 1] = { ...current, ended: link };
    spells.push({ state, from: link.at, began: link, during: [] });
  }
  return spells;
}

/** From when, and to when where it is over: never before it began, whatever clocks say. */
export const spanOf = ({ from, ended }: Spell): { from: number; to?: number } => ({
  from,
  ...(ended === undefined ? {} : { to: Math.max(from, ended.at) }),
});
