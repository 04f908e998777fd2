/** Writes a plan's tickets, as many a commit as it takes; those that are there already stay as they are. */
import { isConflict } from '../ledger/retry.ts';
import type { Sha256 } from '../ports/digest.ts';
import { type Ledger, MAX_ITEMS_PER_COMMIT } from '../ports/ledger.ts';
import { createTicket } from '../ticket/append.ts';
import type { TicketSpec } from '../ticket/state.ts';

/** A new ticket is its state and its first event. */
const ITEMS_PER_TICKET = 2;
/** A transaction takes 4 MB; a ticket is at most 64 KB and is written about twice. */
const TICKETS_PER_COMMIT = Math.min(25, MAX_ITEMS_PER_COMMIT / ITEMS_PER_TICKET);
const COMMITS_AT_ONCE = 4;

export async function writeTickets(ledger: Ledger, specs: readonly TicketSpec[], sha256: Sha256): Promise<void> {
  const chunks: TicketSpec[][] = [];
  for (let start = 0; start < specs.length; start += TICKETS_PER_COMMIT)
    chunks.push(specs.slice(start, start + TICKETS_PER_COMMIT));
  for (let start = 0; start < chunks.length; start += COMMITS_AT_ONCE)
    await Promise.all(chunks.slice(start, start + COMMITS_AT_ONCE).map((chunk) => writeChunk(ledger, chunk, sha256)));
}

async function writeChunk(ledger: Ledger, specs: readonly TicketSpec[], sha256: Sha256): Promise<void> {
  try {
    await ledger.commit(specs.map((spec) => createTicket(spec, sha256)));
  } catch (error) {
    if (!isConflict(error)) throw error;
    for (const spec of specs) await writeOne(ledger, spec, sha256);
  }
}

async function writeOne(ledger: Ledger, spec: TicketSpec, sha256: Sha256): Promise<void> {
  try {
    await ledger.commit([createTicket(spec, sha256)]);
  } catch (error) {
    if (!isConflict(error) || !(await ledger.loadTicket(spec.ticket_id))) throw error;
  }
}
