/** The table's stream: an item's events in order, tried again until they go through; what comes behind one waits for it. */
import type { Recorded } from '../../core/ledger/chain.ts';
import type { Faults } from './faults.ts';
import type { Processes } from './processes.ts';
import { hash32, type Random } from './random.ts';
import type { Scheduler } from './scheduler.ts';

export interface LedgerStream {
  put(record: Recorded): void;
  readonly waiting: number;
}

/** Every event after which something must follow, as the function's event source has them. */
const FOLLOWED = ['TicketCompleted', 'TicketFailed', 'TicketSkipped', 'TicketCancelled', 'TicketEscalated'];
const LANES = 3;
const AGAIN_MS = [500, 8000] as const;
const BEHIND_MS = [1000, 15_000] as const;

export function createLedgerStream(deps: {
  scheduler: Scheduler;
  processes: Processes;
  faults: Faults;
  random: Random;
}): LedgerStream {
  const { scheduler, processes, faults, random } = deps;
  const lanes = Array.from({ length: LANES }, () => ({ tickets: [] as string[], busy: false }));
  let waiting = 0;

  function deliver(lane: (typeof lanes)[number]): void {
    const [ticketId] = lane.tickets;
    if (lane.busy || ticketId === undefined) return;
    lane.busy = true;
    const next = (wait: number) =>
      scheduler.after(wait, () => {
        lane.busy = false;
        deliver(lane);
      });
    processes.start(
      'settle-tickets',
      ({ settle }) => settle(ticketId),
      ({ kind }) => {
        if (kind !== 'answered' || faults.happens('duplicated')) return next(random.between(...AGAIN_MS));
        lane.tickets.shift();
        waiting--;
        next(0);
      },
    );
  }

  return {
    put({ event, subject }) {
      const { ticket_id } = subject;
      if (ticket_id === undefined || !FOLLOWED.includes(event.type)) return;
      const lane = lanes[hash32(ticket_id) % LANES] as (typeof lanes)[number];
      lane.tickets.push(ticket_id);
      waiting++;
      scheduler.after(faults.happens('late') ? random.between(...BEHIND_MS) : random.below(300), () => deliver(lane));
    },
    get waiting() {
      return waiting;
    },
  };
}
