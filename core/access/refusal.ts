/** A call that was refused, as it is recorded: who, what, why. Nothing secret is in it. */
import type { Action } from '../policy/access.ts';

export interface Refusal {
  /** stable: POLICY_DENIED, TOKEN_EXPIRED, … */
  readonly code: string;
  /** as the edge knows the caller */
  readonly principal: string;
  readonly action: Action;
  /** `Plan::"…"`, `Ticket::"…"` … */
  readonly resource: string;
  readonly message: string;
  readonly plan_id?: string | undefined;
  readonly ticket_id?: string | undefined;
  /** ids of the policies that forbade it */
  readonly policies?: readonly string[];
  readonly policy_set?: string;
  /** SHA-256 of what was asked */
  readonly inputs?: string;
  /** where the call came from: an address */
  readonly source?: string | undefined;
}

/** Records it and tells the operators' signals. Throws where it cannot be recorded: then the call fails with 503, not with its own code. */
export type RecordRefusal = (refusal: Refusal) => Promise<void>;
