/** Tickets that are ready and wait for an agent, by pool. Written through the ledger's commits; reads are strongly consistent. */
import type { QueueEntry } from '../schedule/queue-entry.ts';

export interface ReadyQueue {
  /**
   * At most `limit`, in order of their keys: the highest static priority first, then the highest tier, then by tenant, then
   * the longest waiting; only those behind the key `after`, which may be of no entry.
   */
  list(pool: string, limit: number, after?: string): Promise<QueueEntry[]>;
  /** pools that have ever had a ticket, each with the capabilities it asks for */
  pools(): Promise<Pool[]>;
  /** Makes a pool known; doing it again changes nothing. Must be known before a ticket is enqueued there. */
  addPool(pool: Pool): Promise<void>;
}

export interface Pool {
  readonly pool: string;
  readonly required_capabilities: readonly string[];
}
