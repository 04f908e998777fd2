/** What the scheduler needs to know of a ticket that waits for an agent. */
import type { Qos } from '../messages/execution-ticket.ts';
import type { CustomerTier, Priority, RiskBand, SecurityLevel } from '../messages/primitives.ts';
import { type LaneNames, laneOf } from './lanes.ts';

export interface QueueEntry {
  readonly pool: string;
  /** sorts by static priority, tier and tenant, then by time of readiness: see `queueKey` */
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
  /** the kind of work, as its plan names it ("compile", "query") */
  readonly task_type: string;
  readonly risk_band: RiskBand;
  readonly qos: Qos;
  readonly customer_tier: CustomerTier;
  readonly tenant_id: string;
  /** estimated ms of the longest way through what depends on it, itself left out */
  readonly below_ms: number;
  /** ms from its beginning to its plan's end, as forecast when the plan was received; absent: not forecast */
  readonly rank_ms?: number;
  /** epoch ms */
  readonly plan_deadline: number;
  /** where its data is, if its plan says so: an agent there is nearer */
  readonly location?: { readonly region: string; readonly zone?: string };
  /** agents that earlier attempts failed on: others are better */
  readonly avoid: readonly string[];
  /** what of the catalogue it touches, `touchedOf`; absent: nothing */
  readonly assets?: readonly string[];
  /** it undoes another ticket */
  readonly compensation: boolean;
}

/**
 * Orders a pool's queue as text: highest priority first, then highest tier, then by tenant and security level, then first ready first; unique
 * by the ticket's id, which holds no `#`.
 */
export function queueKey(entry: LaneNames & Pick<QueueEntry, 'ready_at' | 'ticket_id'>): string {
  return `${laneOf(entry)}#${String(entry.ready_at).padStart(15, '0')}#${entry.ticket_id}`;
}
