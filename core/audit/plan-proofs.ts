/** An export of one plan: its events with proofs, and heads with proofs in place of everybody's entries. */
import type { Recorded } from '../ledger/chain.ts';
import { nameOf, textOf } from './entry.ts';
import type { AuditExport, ExportedEvent, ExportedHead } from './export.ts';
import type { SealedHead } from './head.ts';
import { consistencyProof, inclusionProof, type Merkle } from './merkle.ts';

/** @param heads all of the log, by number · @param records the plan's, by aggregate and version */
export function withProofs(
  heads: readonly SealedHead[],
  records: readonly Recorded[],
  merkle: Merkle,
): Pick<AuditExport, 'heads' | 'events'> {
  const entries = heads.flatMap((head) => head.entries);
  const leaves = entries.map((entry) => merkle.leaf(textOf(entry)));
  const indexOf = new Map(entries.map((entry, index) => [nameOf(entry), index]));
  const told = heads.map(({ head, key_id, signature }, nth): ExportedHead => {
    const size = heads[nth - 1]?.head.size;
    if (size === undefined) return { head, key_id, signature };
    return { head, key_id, signature, consistency: consistencyProof(merkle, leaves.slice(0, head.size), size) };
  });
  const events = records.map((record): ExportedEvent => {
    const index = indexOf.get(nameOf(record));
    return index === undefined
      ? { record }
      : { record, inclusion: { index, proof: inclusionProof(merkle, leaves, index) } };
  });
  return { heads: told, events };
}
