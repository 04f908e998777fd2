/** Whether the heads of an export are one log: signed, linked, none left out, and each the beginning of the next. */
import type { VerifySignature } from '../ports/audit-log.ts';
import { textOf } from './entry.ts';
import type { AuditExport, AuditFault, ExportedHead } from './export.ts';
import { type Frontier, grow, NO_ENTRIES, treeOf } from './frontier.ts';
import { type LogHead, sameTree, signedText } from './head.ts';
import { isConsistent, type Merkle, type TreeOf } from './merkle.ts';

export function headFaults(
  { heads, keys }: Pick<AuditExport, 'heads' | 'keys'>,
  merkle: Merkle,
  verify: VerifySignature,
): AuditFault[] {
  const faults: AuditFault[] = [];
  const whole = hasEntries(heads);
  let before: LogHead | undefined;
  let frontier: Frontier | undefined = NO_ENTRIES;
  for (const sealed of heads) {
    const { head } = sealed;
    const add = (kind: AuditFault['kind'], message: string) => faults.push({ kind, message, head: head.number });
    if (!isSigned(sealed, keys, verify)) add('head_signature', `head ${head.number} is not signed by a key of the log`);
    const follows = linkFault(before, head);
    if (follows !== undefined) add(follows.kind, follows.message);
    const { entries } = sealed;
    if (entries === undefined && whole) {
      // What cannot be checked against its root may say anything.
      add('head_root', `head ${head.number} comes without its entries, and others with theirs`);
      frontier = undefined;
    } else if (entries === undefined) {
      frontier = undefined;
      const proof = sealed.consistency ?? [];
      if (before !== undefined && !isConsistent(merkle, before, head, proof))
        add('consistency', `head ${before.number} is not proved to be the beginning of head ${head.number}`);
    } else {
      // After a gap there is nothing to grow from, but what the head says of the one before.
      const leaves = entries.map((entry) => merkle.leaf(textOf(entry)));
      frontier = frontier && grow(merkle, frontier, leaves);
      if (frontier !== undefined && !sameTree(treeOf(merkle, frontier), head)) {
        const [is, says] = [treeOf(merkle, frontier), head];
        add('head_root', `head ${head.number} is of ${told(says)}; its entries make ${told(is)}`);
      }
    }
    before = head;
  }
  return faults;
}

/** Whether an export has all that was logged; one of a plan has proofs in place of everybody's entries. */
export const hasEntries = (heads: AuditExport['heads']): boolean => heads.some(({ entries }) => entries !== undefined);

const told = ({ size, root }: TreeOf): string => `${size} entries, root ${root.slice(0, 12)}…`;

function isSigned(
  { head, key_id, signature }: ExportedHead,
  keys: AuditExport['keys'],
  verify: VerifySignature,
): boolean {
  const key = Object.hasOwn(keys, key_id) ? keys[key_id] : undefined;
  return key !== undefined && verify(key, signedText(head), signature);
}

function linkFault(before: LogHead | undefined, head: LogHead): Pick<AuditFault, 'kind' | 'message'> | undefined {
  const due = (before?.number ?? 0) + 1;
  if (before !== undefined && head.number === before.number) {
    const message = `there are two heads ${head.number}: ${told(before)}, and ${told(head)}`;
    return sameTree(before, head) ? undefined : { kind: 'fork', message };
  }
  if (head.number !== due)
    return { kind: 'head_missing', message: `head ${due} is missing before head ${head.number}` };
  if (before === undefined) {
    if (head.previous.size === 0) return undefined;
    return { kind: 'head_link', message: `head ${head.number}, the first, says that others came before it` };
  }
  if (sameTree(head.previous, before)) return undefined;
  const message = `head ${head.number} follows on ${told(head.previous)}; head ${before.number} is of ${told(before)}`;
  return { kind: 'fork', message };
}
