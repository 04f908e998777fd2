/** Who is next: priority first, then who became ready first. (SLA urgency, tiers and ageing come with the strategies.) */
import type { QueueEntry } from './queue-entry.ts';

export type Order = (entries: readonly QueueEntry[], now: number) => QueueEntry[];

export const priorityOrder: Order = (entries) =>
  [...entries].sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
