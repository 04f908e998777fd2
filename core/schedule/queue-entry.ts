/** What the scheduler needs to know of a ticket that waits for an agent. */
import { PRIORITIES, type Priority, type SecurityLevel } from '../messages/primitives.ts';

export interface QueueEntry {
  readonly pool: string;
  /** sorts by static priority, then by time of readiness: see `queueKey` */
  readonly key: string;
  readonly ticket_id: string;
  readonly plan_id: string;
  readonly task_id: string;
  readonly priority: Priority;
  readonly security_level: SecurityLevel;
  readonly required_capabilities: readonly string[];
  readonly estimated_duration_ms: number;
  readonly ready_at: number;
  readonly deadline: number;
  /** the attempt that an assignment would start */
  readonly attempt: number;
  /** agents that earlier attempts failed on: others are better */
  readonly avoid: readonly string[];
  /** it undoes another ticket */
  readonly compensation: boolean;
}

/** Orders a pool's queue as text: highest priority first, then first ready first; unique by the ticket's id. */
export function queueKey(entry: Pick<QueueEntry, 'priority' | 'ready_at' | 'ticket_id'>): string {
  const rank = PRIORITIES.length - 1 - PRIORITIES.indexOf(entry.priority);
  return `${rank}#${String(entry.ready_at).padStart(15, '0')}#${entry.ticket_id}`;
}
