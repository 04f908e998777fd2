/** The log in memory, with the conditions of the real one. */
import type { LogBatch } from '../../core/audit/entry.ts';
import type { SealedHead } from '../../core/audit/head.ts';
import type { PendingLog, SealedLog } from '../../core/ports/audit-log.ts';

export function createMemoryPendingLog(): PendingLog {
  const batches = new Map<string, LogBatch>();
  return {
    async note(batch) {
      batches.set(batch.id, structuredClone(batch));
    },
    async list(limit) {
      return [...batches.values()].sort((a, b) => (a.id < b.id ? -1 : 1)).slice(0, limit);
    },
    async remove(ids) {
      for (const id of ids) batches.delete(id);
    },
  };
}

export function createMemorySealedLog(): SealedLog {
  const heads = new Map<number, SealedHead>();
  return {
    async put(sealed) {
      if (heads.has(sealed.head.number)) return false;
      heads.set(sealed.head.number, structuredClone(sealed));
      return true;
    },
    async get(number) {
      return heads.get(number);
    },
  };
}
