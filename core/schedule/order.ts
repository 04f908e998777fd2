/** Who is next: the port that scheduling strategies fill, and its first filling: priority, then who became ready first. */
import type { QueueEntry } from './queue-entry.ts';

export type Order = (entries: readonly QueueEntry[], now: number) => QueueEntry[];

export const priorityOrder: Order = (entries) =>
  [...entries].sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
