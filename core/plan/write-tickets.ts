/** Writes a plan's tickets, as many a commit as it takes; those that are there already stay as they are. */
import { jsonBytes } from '../json-bytes.ts';
import { isConflict } from '../ledger/retry.ts';
import type { Sha256 } from '../ports/digest.ts';
import { type Ledger, MAX_ITEMS_PER_COMMIT } from '../ports/ledger.ts';
import { createTicket } from '../ticket/append.ts';
import type { TicketSpec } from '../ticket/state.ts';

/** A new ticket is its state and its first event. */
const ITEMS_PER_TICKET = 2;
const TICKETS_PER_COMMIT = Math.min(25, MAX_ITEMS_PER_COMMIT / ITEMS_PER_TICKET);
/** A transaction takes 4 MB, and a ticket is written up to twice: in its first event, and part of it in its state. */
const SPEC_BYTES_PER_COMMIT = 1_500_000;
const COMMITS_AT_ONCE = 4;

export async function writeTickets(ledger: Ledger, specs: readonly TicketSpec[], sha256: Sha256): Promise<void> {
  const chunks = chunked(specs);
  for (let start = 0; start < chunks.length; start += COMMITS_AT_ONCE)
    await Promise.all(chunks.slice(start, start + COMMITS_AT_ONCE).map((chunk) => writeChunk(ledger, chunk, sha256)));
}

function chunked(specs: readonly TicketSpec[]): TicketSpec[][] {
  const chunks: TicketSpec[][] = [];
  let bytes = 0;
  for (const spec of specs) {
    const size = jsonBytes(spec);
    const last = chunks.at(-1);
    if (last === undefined || last.length === TICKETS_PER_COMMIT || bytes + size > SPEC_BYTES_PER_COMMIT) {
      chunks.push([spec]);
      bytes = size;
    } else {
      last.push(spec);
      bytes += size;
    }
  }
  return chunks;
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
