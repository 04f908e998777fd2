/** What the log says of an event: which one, and its hash, which covers all that came before it in its aggregate. */
import { canonicalJson } from '../ledger/canonical.ts';
import type { Recorded } from '../ledger/chain.ts';

export interface LogEntry {
  readonly aggregate: string;
  readonly version: number;
  /** the event's own */
  readonly hash: string;
}

export const entryOf = ({ aggregate, version, hash }: Recorded): LogEntry => ({ aggregate, version, hash });

/** As it is hashed into the tree. */
export const textOf = ({ aggregate, version, hash }: LogEntry): string => canonicalJson({ aggregate, version, hash });

export const nameOf = ({ aggregate, version }: Pick<LogEntry, 'aggregate' | 'version'>): string =>
  `${aggregate}@${version}`;

/** Entries that came together, in the order in which they go into the log. */
export interface LogBatch {
  /** sorts by time; the same records that come again have the same */
  readonly id: string;
  readonly entries: readonly LogEntry[];
}

/** @param records at least one */
export function batchOf(records: readonly Recorded[]): LogBatch {
  const [first] = records;
  const last = records.at(-1);
  if (first === undefined || last === undefined) throw new TypeError('a batch has at least one event');
  const id = `${String(first.at).padStart(15, '0')}#${nameOf(first)}#${last.hash.slice(0, 16)}`;
  return { id, entries: records.map(entryOf) };
}

/** Since when a batch's first event waits, epoch ms. */
export const pendingSince = ({ id }: LogBatch): number => Number(id.slice(0, id.indexOf('#')));
