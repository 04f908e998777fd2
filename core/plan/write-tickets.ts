/**
 * Writes a plan's tickets, as many a commit as it takes; those that are there already stay as they are. They are the
 * same unless another version of the compiler or of the settings has taken over in between.
 */
import { forEachAtOnce } from '../at-once.ts';
import { HiveError } from '../errors.ts';
import { jsonBytes } from '../json-bytes.ts';
import { canonicalJson } from '../ledger/canonical.ts';
import { isConflict } from '../ledger/retry.ts';
import type { Sha256 } from '../ports/digest.ts';
import { type Ledger, MAX_ITEMS_PER_COMMIT } from '../ports/ledger.ts';
import { createTicket } from '../ticket/append.ts';
import type { TicketSpec } from '../ticket/state.ts';

export const TICKETS_DIFFER = 'TICKETS_DIFFER';

/** A new ticket is its state and its first event. */
const ITEMS_PER_TICKET = 2;
const TICKETS_PER_COMMIT = Math.min(25, MAX_ITEMS_PER_COMMIT / ITEMS_PER_TICKET);
/** A transaction takes 4 MB, and a ticket is written up to twice: in its first event, and part of it in its state. */
const SPEC_BYTES_PER_COMMIT = 1_500_000;
const COMMITS_AT_ONCE = 4;

/** @throws HiveError TICKETS_DIFFER (500): tickets of this plan are there that are minted in another way */
export async function writeTickets(ledger: Ledger, specs: readonly TicketSpec[], sha256: Sha256): Promise<void> {
  await forEachAtOnce(chunked(specs), COMMITS_AT_ONCE, (chunk) => writeChunk(ledger, chunk, sha256));
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
    if (!isConflict(error)) throw error;
    const there = await ledger.loadTicket(spec.ticket_id);
    if (there === undefined) throw error;
    if (canonicalJson(there.spec) !== canonicalJson(spec))
      throw new HiveError(TICKETS_DIFFER, `Ticket ${spec.ticket_id} is there, but minted in another way.`, {
        status: 500,
      });
  }
}
