/** Where the log of all events is kept: what waits to be sealed, what was, and who signs. */
import type { LogBatch } from '../audit/entry.ts';
import type { SealedHead } from '../audit/head.ts';

/** Batches that no head covers yet. */
export interface PendingLog {
  /** The same batch may be noted twice. */
  note(batch: LogBatch): Promise<void>;
  /** by id, the first ones */
  list(limit: number): Promise<LogBatch[]>;
  /** Those that are not there count as removed. */
  remove(ids: readonly string[]): Promise<void>;
}

/** Written once, never changed or removed before its time. */
export interface SealedLog {
  /** Resolves to false, and changes nothing, where a head of this number is kept already. */
  put(sealed: SealedHead): Promise<boolean>;
  get(number: number): Promise<SealedHead | undefined>;
}

export interface HeadSigner {
  /** @returns DER, base64, and which key it was */
  sign(text: string): Promise<{ readonly key_id: string; readonly signature: string }>;
  /** Whether it has signed the text itself, by its own key: whatever key a head names. */
  hasSigned(text: string, signature: string): Promise<boolean>;
}

/** Whether the signature (DER, base64) of the text is by this key; false for keys and signatures that are none. */
export type VerifySignature = (publicKeyPem: string, text: string, signature: string) => boolean;
