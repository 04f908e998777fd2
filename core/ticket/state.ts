/** A ticket inside: what never changes (spec), and where it stands (state). */
import type { Head, Recorded } from '../ledger/chain.ts';
import type { OnFailure } from '../messages/cognitive-plan.ts';
import type { ExecutionTicket } from '../messages/execution-ticket.ts';
import type { CustomerTier } from '../messages/primitives.ts';
import type { TicketEvent } from './events.ts';

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
  /** estimated ms of the longest way through what depends on it, itself left out: its upward rank less its own estimate */
  readonly below_ms: number;
  /** `rankOf` the ticket as forecast when its plan was received; absent: it goes by `below_ms` and its own estimate */
  readonly rank_ms?: number;
  readonly tenant_id: string;
  readonly customer_tier: CustomerTier;
  /** tickets that must be complete before this one becomes ready, beside what the plan's machine enforces */
  readonly gated_by: readonly string[];
  /** tickets to tell when this one is complete: the other end of their `gated_by` */
  readonly releases: readonly string[];
  /** what becomes of the plan when this ticket fails for good */
  readonly on_failure: OnFailure;
  /** how the task is undone; absent where there is nothing to undo */
  readonly compensation?: {
    readonly task_type?: string | undefined;
    readonly parameters: Readonly<Record<string, string>>;
  };
  /** the ticket that this one undoes: it waits for no machine, and its plan for nobody else */
  readonly compensates?: string;
}

/** The kind of work as its plan names it, which is finer than `task_type`: what durations are learnt by. */
export function kindOfWork({ metadata, task_type }: Pick<TicketSpec, 'metadata' | 'task_type'>): string {
  const name = metadata.task_type ?? task_type;
  return task_type === 'COMPENSATE' ? `undo:${name}` : name;
}

/** The attempt an agent is on, or ended with. */
export interface Attempt {
  readonly agent_id: string;
  readonly attempt: number;
  /** the agent must claim within this, and give a sign of life this often, or the attempt is lost */
  readonly lease_ms: number;
}

/** A person has the ticket: the time that they have for it, claimed or not. */
export interface PersonsTime {
  /** epoch ms of the assignment */
  readonly from: number;
  /** epoch ms when it is taken from them */
  readonly due_at: number;
  /** how many of the moments at which they are reminded have been used */
  readonly reminded: number;
}

export interface Claimed extends Attempt {
  /** SHA-256 of the claim_id that the agent chose */
  readonly claim_digest: string;
  readonly started_at: number;
}

/** What an agent did that counts. */
export interface Done extends Claimed {
  readonly ready_at: number;
  readonly completed_at: number;
  readonly duration_ms: number;
  readonly result_digest: string;
}

/** Why an attempt ended without the ticket being done. */
export type FailureCause =
  /** the agent said so */
  | 'reported'
  /** assigned, and not claimed in time: nothing has run */
  | 'claim_timeout'
  /** taken back before it was begun, from an agent that does badly: nothing has run */
  | 'taken_back'
  /** no sign of life for as long as the lease */
  | 'lease_expired'
  | 'attempt_timeout'
  /** whoever held it gave it back undone: it has not failed */
  | 'handed_back'
  /** an operator took it away from the agent */
  | 'operator'
  /** its token was revoked */
  | 'revoked';

export interface Failure {
  readonly cause: FailureCause;
  readonly error_code: string;
  readonly error_message: string;
}

export type Phase =
  /** minted; the plan's machine has not reached it, or it was withdrawn until the plan is redriven */
  | { readonly phase: 'created' }
  /** the machine waits in it, but tickets that gate it are not complete */
  | { readonly phase: 'gated' }
  | { readonly phase: 'ready'; readonly ready_at: number; readonly queue_key: string }
  /** ready, but its plan is paused */
  | { readonly phase: 'deferred'; readonly ready_at: number; readonly since: number }
  | ({
      readonly phase: 'assigned';
      readonly ready_at: number;
      readonly assigned_at: number;
      readonly person?: PersonsTime;
    } & Attempt)
  | ({
      readonly phase: 'running';
      readonly ready_at: number;
      readonly timeout_at: number;
      readonly person?: PersonsTime;
      /** times that AWS credentials were handed out for it; absent: never */
      readonly exchanges?: number;
    } & Claimed)
  /** an attempt failed; the next may begin at `retry_at` */
  | ({ readonly phase: 'backing_off'; readonly since: number; readonly retry_at: number } & Failure)
  /** a compensation that failed for good: only an operator goes on with it */
  | ({ readonly phase: 'awaiting_person'; readonly since: number; readonly incident_id: string } & Failure)
  | ({ readonly phase: 'completed' } & Done)
  /** an operator took it as done, with an output */
  | {
      readonly phase: 'skipped';
      readonly completed_at: number;
      readonly by: string;
      readonly why: string;
      /** who held it, and has a slot free since */
      readonly held_by?: string;
    }
  | ({ readonly phase: 'failed'; readonly completed_at: number; readonly ready_at: number } & Failure &
      Claimed & { readonly duration_ms: number; readonly result_digest?: string })
  | {
      readonly phase: 'cancelled';
      readonly completed_at: number;
      readonly reason: string;
      /** who held it, and has a slot free since */
      readonly held_by?: string;
      /** the failed ticket that it depends on: its plan goes on past both */
      readonly after_failure?: string;
    }
  /** completed, and being undone by another ticket */
  | ({ readonly phase: 'compensating'; readonly compensation_ticket_id: string } & Done)
  | ({
      readonly phase: 'compensated';
      readonly compensation_ticket_id: string;
      readonly compensated_at: number;
    } & Done);

export type PhaseName = Phase['phase'];

export interface TicketBase {
  readonly ticket_id: string;
  readonly plan_id: string;
  readonly task_id: string;
  readonly pool: string;
  readonly timeout_ms: number;
  /** gating tickets that are not complete yet */
  readonly unmet: readonly string[];
  /** assignments so far: the number that fences an attempt off from those before it, so it only ever rises */
  readonly attempts: number;
  /** attempts that failed after their claim, since the ticket was minted or reopened: what retries are counted by */
  readonly failures: number;
  /** assignments in a row that nobody claimed */
  readonly unclaimed: number;
  /** attempts that were handed back undone; absent: none */
  readonly handed_back?: number;
  /** agents that the last attempts failed on, the latest last: another one is better where there is one */
  readonly avoid: readonly string[];
  /** reports that were refused and recorded */
  readonly refused: number;
  /** attempts whose tokens were revoked, the latest last; absent: none */
  readonly revoked_attempts?: readonly number[];
  /** the ticket that this one undoes */
  readonly compensates?: string;
}

export type TicketState = TicketBase & Phase;
export type TicketIn<P extends PhaseName> = TicketBase & Extract<Phase, { phase: P }>;

/** All of a ticket as the ledger answers it. */
export interface TicketRecord {
  readonly head: Head;
  readonly spec: TicketSpec;
  readonly state: TicketState;
  /** oldest first */
  readonly records: readonly Recorded<TicketEvent>[];
  /** what executions of the plan wait on, or waited on once: answering one that is gone changes nothing */
  readonly task_tokens: readonly string[];
  /** epoch ms of the holder's last sign of life */
  readonly touched_at?: number;
  /** epoch ms when all that follows from its end was done */
  readonly settled_at?: number;
}

const DONE: readonly PhaseName[] = ['completed', 'skipped', 'compensating', 'compensated'];
const TERMINAL: readonly PhaseName[] = [...DONE, 'failed', 'cancelled'];

/** What depends on it may run: it was completed, or an operator took it as done. */
export const isDone = (state: TicketState): boolean => DONE.includes(state.phase);

/** No agent works on it, and none will unless an operator reopens it. */
export const isTerminal = (state: TicketState): boolean => TERMINAL.includes(state.phase);

/** The agent that has the ticket now. */
export const holderOf = (state: TicketState): string | undefined =>
  state.phase === 'assigned' || state.phase === 'running' ? state.agent_id : undefined;
