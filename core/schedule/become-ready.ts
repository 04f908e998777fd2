/** The one place where a ticket becomes ready: its state, its event and its place in the pool's queue in one commit. */
import type { Sha256 } from '../ports/digest.ts';
import type { Ledger, Write } from '../ports/ledger.ts';
import type { ReadyQueue } from '../ports/ready-queue.ts';
import { appendToTicket } from '../ticket/append.ts';
import type { ByOperator } from '../ticket/events.ts';
import { kindOfWork, type TicketRecord, type TicketSpec } from '../ticket/state.ts';
import { touchedOf } from '../ticket/touched.ts';
import { type QueueEntry, queueKey } from './queue-entry.ts';

/** Where its plan says that its data is: the task's metadata `region`, and in it `zone`. */
function locationOf({ metadata }: TicketSpec): Pick<QueueEntry, 'location'> {
  const { region, zone } = metadata;
  return region === undefined ? {} : { location: { region, ...(zone !== undefined && { zone }) } };
}

export function queueEntryOf({ spec, state }: TicketRecord, readyAt: number): QueueEntry {
  return {
    pool: spec.pool,
    key: queueKey({ ...spec, ready_at: readyAt }),
    ticket_id: spec.ticket_id,
    plan_id: spec.plan_id,
    task_id: spec.task_id,
    priority: spec.priority,
    security_level: spec.security_level,
    required_capabilities: spec.required_capabilities,
    estimated_duration_ms: spec.estimated_duration_ms,
    task_type: kindOfWork(spec),
    risk_band: spec.risk_band,
    qos: spec.qos,
    customer_tier: spec.customer_tier,
    tenant_id: spec.tenant_id,
    below_ms: spec.below_ms,
    ...(spec.rank_ms !== undefined && { rank_ms: spec.rank_ms }),
    plan_deadline: spec.plan_deadline,
    ...locationOf(spec),
    ready_at: readyAt,
    deadline: readyAt + spec.sla.timeout_ms,
    attempt: state.attempts + 1,
    avoid: state.avoid,
    ...(spec.assets !== undefined && { assets: touchedOf(spec) }),
    compensation: state.compensates !== undefined,
  };
}

/** The machine entered the ticket, its last gate opened, an operator said so; or what it waited for is over. */
export type ReadyCause = { task_token?: string; by?: string; operator?: ByOperator };

export const readyEvent = ({ pool, key }: QueueEntry, cause: ReadyCause) => ({
  type: 'TicketReady' as const,
  pool,
  queue_key: key,
  ...cause,
});

export function readyWrites(ticket: TicketRecord, cause: ReadyCause, now: number, sha256: Sha256): Write[] {
  const entry = queueEntryOf(ticket, now);
  return [appendToTicket(ticket, readyEvent(entry, cause), now, sha256), { kind: 'enqueue', entry }];
}

/** @throws HiveError COMMIT_CONFLICT when the ticket has moved on */
export type BecomeReady = (
  ticket: TicketRecord,
  cause: ReadyCause,
  now: number,
  /** what is to be written in the same commit */
  more?: readonly Write[],
) => Promise<void>;

export function createBecomeReady(deps: { ledger: Ledger; queue: ReadyQueue; sha256: Sha256 }): BecomeReady {
  const { ledger, queue, sha256 } = deps;
  const known = new Set<string>();

  /** A pool must be known before a ticket waits in it, or nobody would look there when a slot comes free. */
  async function addPool({ spec }: TicketRecord): Promise<void> {
    if (known.has(spec.pool)) return;
    await queue.addPool({ pool: spec.pool, required_capabilities: [...new Set(spec.required_capabilities)].sort() });
    known.add(spec.pool);
  }

  return async (ticket, cause, now, more = []) => {
    await addPool(ticket);
    await ledger.commit([...readyWrites(ticket, cause, now, sha256), ...more]);
  };
}
