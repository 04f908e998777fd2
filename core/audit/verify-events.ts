/** Whether the events of an export are what was logged: each chain whole, nothing changed, dropped, moved or written anew. */
import type { Recorded } from '../ledger/chain.ts';
import { GENESIS, hashOf, headOf } from '../ledger/chain.ts';
import type { Sha256 } from '../ports/digest.ts';
import { entryOf, type LogEntry, nameOf, textOf } from './entry.ts';
import type { AuditExport, AuditFault, ExportedEvent } from './export.ts';
import type { LogHead } from './head.ts';
import { isIncluded, type Merkle } from './merkle.ts';
import { hasEntries } from './verify-heads.ts';

/** An event that is older than this, beside the last head or the newest event, is under a head. A stream may be minutes late. */
export const LOGGED_WITHIN_MS = 15 * 60_000;

interface Logged {
  readonly entry: LogEntry;
  readonly index: number;
}

export interface EventFindings {
  readonly faults: readonly AuditFault[];
  /** events that the log has */
  readonly logged: number;
  /** too new to be in the last head */
  readonly pending: number;
  /** entries that stand in the log more than once: a stream's record came again */
  readonly repeated: number;
}

export function eventFindings(audit: AuditExport, merkle: Merkle, sha256: Sha256): EventFindings {
  const faults = chainFaults(audit.events, sha256);
  const last = audit.heads.at(-1)?.head;
  // Heads that were cut off leave events behind that are old beside the newest one.
  const until = audit.events.reduce((latest, { record }) => Math.max(latest, record.at), last?.at ?? 0);
  const { byName, repeated, conflicts } = indexed(audit);
  faults.push(...conflicts);
  let [logged, pending] = [0, 0];
  const seen = new Set<string>();
  for (const event of audit.events) {
    const { record } = event;
    seen.add(nameOf(record));
    const fault = event.inclusion === undefined ? entryFault(record, byName, until) : proofFault(event, last, merkle);
    if (fault === 'pending') pending++;
    else if (fault === undefined) logged++;
    else faults.push(fault);
  }
  if (hasEntries(audit.heads))
    for (const [name, { entry, index }] of byName)
      if (!seen.has(name))
        faults.push(at('event_dropped', entry, `${name} is entry ${index} of the log, and not in the export`, index));
  return { faults, logged, pending, repeated };
}

const at = (
  kind: AuditFault['kind'],
  entry: Pick<LogEntry, 'aggregate' | 'version'>,
  message: string,
  index?: number,
) => ({
  ...{ kind, message, aggregate: entry.aggregate, version: entry.version },
  ...(index !== undefined && { index }),
});

function indexed({ heads }: AuditExport) {
  const byName = new Map<string, Logged>();
  const conflicts: AuditFault[] = [];
  let [index, repeated] = [0, 0];
  for (const { head, entries } of heads) {
    index = head.previous.size;
    for (const entry of entries ?? []) {
      const name = nameOf(entry);
      const before = byName.get(name);
      if (before === undefined) byName.set(name, { entry, index });
      else if (before.entry.hash === entry.hash) repeated++;
      else {
        const message = `${name} was logged twice, with different hashes: entries ${before.index} and ${index}`;
        conflicts.push({ ...at('fork', entry, message, index), head: head.number });
      }
      index++;
    }
  }
  return { byName, repeated, conflicts };
}

function entryFault(
  record: Recorded,
  byName: ReadonlyMap<string, Logged>,
  until: number,
): AuditFault | 'pending' | undefined {
  const logged = byName.get(nameOf(record));
  if (logged === undefined) {
    if (record.at > until - LOGGED_WITHIN_MS) return 'pending';
    return at('event_not_logged', record, `${nameOf(record)} is too old for being under no head: it is not in the log`);
  }
  if (logged.entry.hash === record.hash) return undefined;
  const message = `${nameOf(record)} is not the event that was logged as entry ${logged.index}: it was written anew`;
  return at('event_rewritten', record, message, logged.index);
}

function proofFault(
  { record, inclusion }: ExportedEvent,
  last: LogHead | undefined,
  merkle: Merkle,
): AuditFault | undefined {
  if (last === undefined || inclusion === undefined)
    return at('inclusion', record, `${nameOf(record)} is said to be in a log that has no head`);
  const { index, proof } = inclusion;
  const claim = { leaf: merkle.leaf(textOf(entryOf(record))), index, size: last.size, root: last.root };
  if (isIncluded(merkle, claim, proof)) return undefined;
  return at('inclusion', record, `${nameOf(record)} is not proved to be entry ${index} of head ${last.number}`, index);
}

/** Aggregate by aggregate: numbers without a gap, in order, each event its own hash and linked to the one before. */
function chainFaults(events: readonly ExportedEvent[], sha256: Sha256): AuditFault[] {
  const faults: AuditFault[] = [];
  const heads = new Map<string, Recorded>();
  for (const { record } of events) {
    const { aggregate, version } = record;
    const before = heads.get(aggregate);
    const head = before === undefined ? GENESIS : headOf(before);
    const name = nameOf(record);
    if (record.hash !== hashOf(record, sha256))
      faults.push(at('event_altered', record, `${name} does not have the hash that it bears: it was altered`));
    if (version <= head.version)
      faults.push(at('event_order', record, `${name} stands behind ${nameOf({ aggregate, version: head.version })}`));
    else if (version !== head.version + 1)
      faults.push(
        at(
          'event_dropped',
          { aggregate, version: head.version + 1 },
          `${nameOf({ aggregate, version: head.version + 1 })} is missing before ${name}`,
        ),
      );
    else if (record.prev_hash !== head.hash)
      faults.push(at('chain', record, `${name} does not follow on the event before it`));
    if (before === undefined || version > before.version) heads.set(aggregate, record);
  }
  return faults;
}
