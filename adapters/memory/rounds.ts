import type { Rounds } from '../../core/ports/rounds.ts';

export interface MemoryRounds extends Rounds {
  readonly requested: readonly { readonly pool: string; readonly reason: string; readonly once: string }[];
}

/** Requests as they came, the second of the same pool and key left out, as a FIFO queue's deduplication does. */
export function createMemoryRounds(): MemoryRounds {
  const requested = new Map<string, { pool: string; reason: string; once: string }>();
  return {
    get requested() {
      return [...requested.values()];
    },
    async request(pool, reason, once) {
      const key = JSON.stringify([pool, once]);
      if (!requested.has(key)) requested.set(key, { pool, reason, once });
    },
  };
}
