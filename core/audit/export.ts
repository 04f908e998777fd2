/** What is taken out of the system to be verified elsewhere. */
import type { Recorded } from '../ledger/chain.ts';
import type { LogEntry } from './entry.ts';
import type { SignedHead } from './head.ts';
import type { Hash } from './merkle.ts';

export interface ExportedHead extends SignedHead {
  /** all that came in since the head before; absent in the export of one plan: proofs stand for them */
  readonly entries?: readonly LogEntry[];
  /** that the head before is the beginning of this one; absent where there are entries, and in the first */
  readonly consistency?: readonly Hash[];
}

export interface ExportedEvent {
  readonly record: Recorded;
  /** that the last head has it; absent where entries are exported, and for what is not sealed yet */
  readonly inclusion?: { readonly index: number; readonly proof: readonly Hash[] };
}

export interface AuditExport {
  /** by number */
  readonly heads: readonly ExportedHead[];
  /** by aggregate, then by version */
  readonly events: readonly ExportedEvent[];
  /** PEM by key id */
  readonly keys: Readonly<Record<string, string>>;
  /** the plan that it is of; absent: everything */
  readonly plan_id?: string;
}

export type FaultKind =
  | 'head_signature'
  | 'head_missing'
  | 'head_link'
  | 'head_root'
  | 'fork'
  | 'consistency'
  | 'event_altered'
  | 'event_order'
  | 'chain'
  | 'event_dropped'
  | 'event_rewritten'
  | 'event_not_logged'
  | 'inclusion'
  | 'line_unreadable';

/** One thing that does not add up, and where. */
export interface AuditFault {
  readonly kind: FaultKind;
  readonly message: string;
  readonly head?: number;
  readonly aggregate?: string;
  readonly version?: number;
  /** of the entry in the log */
  readonly index?: number;
}
