/** Everything that can happen to a ticket. */
import type { AssetUse } from '../messages/asset-use.ts';
import type { Authorization } from '../policy/decision.ts';
import type { Failure, TicketSpec } from './state.ts';
import type { TakenFrom } from './taken-from.ts';

/** An operator's act: who, and why. */
export interface ByOperator {
  readonly by: string;
  readonly why: string;
  /** what the policies allowed it by; absent in events of before they were asked */
  readonly authorization?: Authorization | undefined;
}

interface OfAttempt {
  readonly agent_id: string;
  readonly attempt: number;
}

/** What an ended attempt is counted by; absent in events of before it was. */
interface Counted {
  readonly pool?: string;
  /** epoch ms: the ticket's own */
  readonly deadline?: number;
  /** what of the catalogue it touches: `touchedOf` */
  readonly assets?: readonly string[];
}

export type TicketEvent =
  | { readonly type: 'TicketCreated'; readonly spec: TicketSpec }
  /** the machine entered the ticket's state, but gates are closed */
  | { readonly type: 'TicketGated'; readonly task_token: string }
  /** another execution of the plan entered the ticket, which is on its way already: that one waits now */
  | { readonly type: 'TicketReentered'; readonly task_token: string }
  /** a gate opened, others are still closed */
  | { readonly type: 'GateOpened'; readonly by: string }
  /**
   * May run: entered with all gates open (`task_token`), its last gate opened (`by`), the backoff is over, the plan goes on
   * again, or an operator said so (`operator`). A compensation is entered by no machine.
   */
  | {
      readonly type: 'TicketReady';
      readonly pool: string;
      readonly queue_key: string;
      readonly task_token?: string;
      readonly by?: string;
      readonly operator?: ByOperator;
    }
  /** its plan is paused */
  | { readonly type: 'TicketDeferred' }
  | ({
      readonly type: 'TicketAssigned';
      readonly lease_ms: number;
      /** to a person: epoch ms by which it must be done, claimed or not */
      readonly due_at?: number;
      readonly explanation: AssignmentExplanation;
      /** absent, here and in the next, in events of before policies were asked */
      readonly authorization?: Authorization;
    } & OfAttempt)
  | ({
      readonly type: 'TicketStarted';
      readonly claim_digest: string;
      readonly timeout_at: number;
      readonly authorization?: Authorization;
    } & OfAttempt)
  /** the person who has it was told how much time is left, at the `nth` of the moments for that */
  | ({ readonly type: 'TicketReminded'; readonly nth: number; readonly remaining_ms: number } & OfAttempt)
  /** Nothing that is said with the attempt's token counts any more; what becomes of the attempt follows at once. */
  | ({ readonly type: 'TokenRevoked' } & OfAttempt & ByOperator)
  /** AWS credentials are handed out for the attempt, for these assets and until then (epoch ms); they themselves are kept nowhere. */
  | ({
      readonly type: 'TokenExchanged';
      readonly role_arn: string;
      /** what AWS's own logs name the session by */
      readonly session_name: string;
      readonly assets: readonly AssetUse[];
      readonly until: number;
      readonly authorization: Authorization;
    } & OfAttempt)
  /** the attempt is over, the ticket is not: the next one may begin at `retry_at` */
  | ({
      readonly type: 'AttemptFailed';
      readonly retry_at: number;
      readonly duration_ms: number;
      readonly result_digest?: string;
      readonly operator?: ByOperator;
    } & OfAttempt &
      Counted &
      Failure)
  | ({
      readonly type: 'TicketCompleted';
      readonly duration_ms: number;
      readonly result_digest: string;
      readonly result: TicketResult;
    } & OfAttempt &
      Counted)
  /** for good */
  | ({
      readonly type: 'TicketFailed';
      readonly duration_ms: number;
      readonly result_digest?: string;
      readonly retryable: boolean;
      readonly result?: TicketResult;
    } & OfAttempt &
      Counted &
      Failure)
  /** a compensation failed for good: it waits for a person */
  | ({
      readonly type: 'TicketEscalated';
      readonly incident_id: string;
      readonly duration_ms: number;
      readonly result_digest?: string;
    } & OfAttempt &
      Counted &
      Failure)
  | ({ readonly type: 'TicketSkipped'; readonly output: Readonly<Record<string, string>> } & ByOperator & TakenFrom)
  /** `after_failure`: the failed ticket that it depends on, where the plan goes on past failures */
  | ({ readonly type: 'TicketCancelled'; readonly reason: string; readonly after_failure?: string } & TakenFrom)
  /** its plan has halted: back to where the machine had not reached it */
  | { readonly type: 'TicketWithdrawn'; readonly reason: string }
  /** its plan is to be redriven; `unmet`: gating tickets that are not done by now */
  | ({ readonly type: 'TicketReopened'; readonly unmet: readonly string[] } & ByOperator)
  | { readonly type: 'CompensationStarted'; readonly compensation_ticket_id: string }
  | { readonly type: 'TicketCompensated'; readonly compensation_ticket_id: string }
  /** an agent that does not hold the ticket (any more) reported an outcome: it does not count, but it may have happened */
  | ({
      readonly type: 'ReportRefused';
      readonly code: string;
      readonly status: string;
      readonly result_digest: string;
    } & OfAttempt);

export interface TicketResult {
  readonly success: boolean;
  readonly output: Readonly<Record<string, string>>;
  readonly metadata: Readonly<Record<string, string>>;
  readonly logs: readonly string[];
}

/** Why this agent, and why now: kept with the assignment, so the choice can be told afterwards. Times in whole ms. */
export interface AssignmentExplanation {
  /** the scheduling strategy in force */
  readonly strategy: string;
  readonly waited_ms: number;
  /** from 1 */
  readonly queue_position: number;
  readonly queue_length: number;
  /** 0–1 with what it is made of: why it was its turn */
  readonly priority?: PriorityTerms;
  /** how the round was solved: one by one, to the optimum, near it, or by greedy where these took too long */
  readonly method?: 'single' | 'optimal' | 'near_optimal' | 'greedy';
  /** the chosen one first, then the next best */
  readonly candidates: readonly CandidateExplanation[];
  /** what the chosen one is expected to be done earlier than the next best; absent where there is no other */
  readonly margin_ms?: number;
  /** of the attempt on the chosen agent, as it was predicted */
  readonly predicted?: { readonly p50_ms: number; readonly p90_ms: number; readonly failure: number };
}

export interface PriorityTerms {
  readonly score: number;
  readonly risk: number;
  readonly qos: number;
  readonly urgency: number;
  /** what its wait has added */
  readonly age: number;
}

export interface CandidateExplanation {
  readonly agent_id: string;
  readonly free_slots: number;
  /** wait + duration, over the probability of success, + all other terms: what the choice was made by */
  readonly cost_ms?: number;
  readonly wait_ms?: number;
  readonly duration_ms?: number;
  /** 0–1 */
  readonly success?: number;
  /** expected for attempts that fail, besides their own time */
  readonly failure_ms?: number;
  readonly distance_ms?: number;
  readonly spread_ms?: number;
  /** because an earlier attempt failed on it */
  readonly avoid_ms?: number;
}
