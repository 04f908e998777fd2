/** A signed head of the log: what the tree was at a moment, and who says so (RFC 9162, 4.10, as JSON). */
import { canonicalJson } from '../ledger/canonical.ts';
import type { LogEntry } from './entry.ts';
import type { Hash, TreeOf } from './merkle.ts';

export interface LogHead extends TreeOf {
  /** which log: a stage has one */
  readonly log: string;
  /** from 1, without a gap */
  readonly number: number;
  /** epoch ms */
  readonly at: number;
  /** the tree of the head before; of nothing for the first */
  readonly previous: TreeOf;
}

export interface SignedHead {
  readonly head: LogHead;
  readonly key_id: string;
  /** ECDSA over P-256 with SHA-256, DER, base64: of `signedText(head)` */
  readonly signature: string;
}

/** A head with what came into the log since the one before: as it is kept where nothing can be changed. */
export interface SealedHead extends SignedHead {
  /** ids of the batches that its entries are of */
  readonly batches: readonly string[];
  /** from index `head.previous.size` on */
  readonly entries: readonly LogEntry[];
}

export const signedText = ({ log, number, at, size, root, previous }: LogHead): string =>
  canonicalJson({ log, number, at, size, root, previous: { size: previous.size, root: previous.root } });

export const sameTree = (a: TreeOf, b: TreeOf): boolean => a.size === b.size && a.root === b.root;

export const FIRST: (empty: Hash) => TreeOf = (root) => ({ size: 0, root });
