/** A ticket inside: what never changes (spec), and where it stands (state). */
import type { Head } from '../ledger/chain.ts';
import type { ExecutionTicket } from '../messages/execution-ticket.ts';
import type { CustomerTier } from '../messages/primitives.ts';

/** Written once, in the ticket's first event. */
export interface TicketSpec
  extends Omit<
    ExecutionTicket,
    | 'status'
    | 'sla'
    | 'started_at'
    | 'completed_at'
    | 'actual_duration_ms'
    | 'retry_count'
    | 'error_message'
    | 'compensation_ticket_id'
  > {
  readonly sla: { readonly timeout_ms: number; readonly max_retries: number };
  readonly pool: string;
  /** epoch ms after which nothing of the plan is begun any more */
  readonly plan_deadline: number;
  readonly tenant_id: string;
  readonly customer_tier: CustomerTier;
  /** tickets that must be complete before this one becomes ready, beside what the plan's machine enforces */
  readonly gated_by: readonly string[];
  /** tickets to tell when this one is complete: the other end of their `gated_by` */
  readonly releases: readonly string[];
}

/** The attempt an agent is on, or ended with. */
export interface Attempt {
  readonly agent_id: string;
  readonly attempt: number;
}

export interface Claimed extends Attempt {
  /** SHA-256 of the claim_id that the agent chose */
  readonly claim_digest: string;
  readonly started_at: number;
}

export type Phase =
  /** minted; the plan's machine has not reached it */
  | { readonly phase: 'created' }
  /** the machine waits in it, but tickets that gate it are not complete */
  | { readonly phase: 'gated' }
  | { readonly phase: 'ready'; readonly ready_at: number; readonly queue_key: string }
  | ({ readonly phase: 'assigned'; readonly ready_at: number; readonly assigned_at: number } & Attempt)
  | ({ readonly phase: 'running'; readonly ready_at: number; readonly timeout_at: number } & Claimed)
  | ({
      readonly phase: 'completed';
      readonly ready_at: number;
      readonly completed_at: number;
      readonly duration_ms: number;
      readonly result_digest: string;
    } & Claimed)
  | ({
      readonly phase: 'failed';
      readonly ready_at: number;
      readonly completed_at: number;
      readonly duration_ms: number;
      readonly result_digest: string;
      readonly error_code: string;
      readonly error_message: string;
    } & Claimed)
  | {
      readonly phase: 'cancelled';
      readonly completed_at: number;
      readonly reason: string;
      /** who held it, and has a slot free since */
      readonly held_by?: string;
    };

export type PhaseName = Phase['phase'];

export interface TicketBase {
  readonly ticket_id: string;
  readonly plan_id: string;
  readonly task_id: string;
  readonly pool: string;
  readonly timeout_ms: number;
  /** gating tickets that are not complete yet */
  readonly unmet: readonly string[];
  /** the event that carries the task token of the state that waits; absent until the machine entered it */
  readonly token_version?: number;
  /** attempts begun so far */
  readonly attempts: number;
}

export type TicketState = TicketBase & Phase;
export type TicketIn<P extends PhaseName> = TicketBase & Extract<Phase, { phase: P }>;

/** All of a ticket as the ledger answers it. */
export interface TicketRecord {
  readonly head: Head;
  readonly spec: TicketSpec;
  readonly state: TicketState;
  /** what the plan's machine waits on; absent until it entered the ticket's state */
  readonly task_token?: string;
  /** epoch ms of the holder's last sign of life */
  readonly touched_at?: number;
  /** epoch ms when all that follows from its end was done */
  readonly settled_at?: number;
}

export const isTerminal = (state: TicketState): boolean =>
  state.phase === 'completed' || state.phase === 'failed' || state.phase === 'cancelled';
