/** Asks for a scheduling round of a pool: rounds of one pool never run at the same time. */
export interface Rounds {
  /** `once`: asking again with the same key within minutes may be answered by the same round. */
  request(pool: string, reason: string, once: string): Promise<void>;
}
