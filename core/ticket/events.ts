/** Everything that can happen to a ticket. */
import type { TicketSpec } from './state.ts';

export type TicketEvent =
  | { readonly type: 'TicketCreated'; readonly spec: TicketSpec }
  /** the machine entered the ticket's state, but gates are closed */
  | { readonly type: 'TicketGated'; readonly task_token: string }
  /** a gate opened, others are still closed */
  | { readonly type: 'GateOpened'; readonly by: string }
  /** may run: entered with all gates open (`task_token`), or the last gate opened (`by`) */
  | {
      readonly type: 'TicketReady';
      readonly pool: string;
      readonly queue_key: string;
      readonly task_token?: string;
      readonly by?: string;
    }
  | {
      readonly type: 'TicketAssigned';
      readonly agent_id: string;
      readonly attempt: number;
      readonly explanation: AssignmentExplanation;
    }
  | {
      readonly type: 'TicketStarted';
      readonly agent_id: string;
      readonly attempt: number;
      readonly claim_digest: string;
      readonly timeout_at: number;
    }
  | {
      readonly type: 'TicketCompleted';
      readonly agent_id: string;
      readonly attempt: number;
      readonly duration_ms: number;
      readonly result_digest: string;
      readonly result: TicketResult;
    }
  | {
      readonly type: 'TicketFailed';
      readonly agent_id: string;
      readonly attempt: number;
      readonly duration_ms: number;
      readonly result_digest: string;
      readonly error_code: string;
      readonly error_message: string;
      readonly retryable: boolean;
      readonly result?: TicketResult;
    }
  | { readonly type: 'TicketCancelled'; readonly reason: string };

export interface TicketResult {
  readonly success: boolean;
  readonly output: Readonly<Record<string, string>>;
  readonly metadata: Readonly<Record<string, string>>;
  readonly logs: readonly string[];
}

/** Why this agent: kept with the assignment, so the choice can be told afterwards. */
export interface AssignmentExplanation {
  readonly strategy: string;
  readonly waited_ms: number;
  readonly queue_position: number;
  readonly queue_length: number;
  readonly candidates: readonly { readonly agent_id: string; readonly free_slots: number }[];
}
