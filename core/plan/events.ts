/** Everything that can happen to a plan. */
import type { PlanFault } from '../messages/bus-events.ts';
import type { Authorization } from '../policy/decision.ts';
import type { ByOperator } from '../ticket/events.ts';
import type { PlanPrediction } from './prediction.ts';
import type { PlanHeader } from './state.ts';

interface Ending {
  readonly reason: string;
  /** the first of them; the ledger has them all */
  readonly failed_tasks: readonly string[];
}

export type PlanEvent =
  | {
      readonly type: 'PlanReceived';
      readonly header: PlanHeader;
      readonly content_digest: string;
      readonly tickets: number;
      readonly deadline: number;
      /** `forecastRanks` of its tasks in the plan's order; absent: they go by the plan's estimates */
      readonly ranks?: readonly number[];
    }
  /** its tickets are written; `shape` as in `PlanAccepted` */
  | {
      readonly type: 'PlanAwaitingApproval';
      readonly reasons: readonly string[];
      readonly shape: string;
      readonly authorization?: Authorization;
    }
  | {
      readonly type: 'PlanAccepted';
      readonly tickets: number;
      readonly shape: string;
      /** whom the producer names as approver */
      readonly approved_by?: string;
      /** who approved it here */
      readonly operator?: ByOperator;
      /** absent in events of before policies were asked */
      readonly authorization?: Authorization;
    }
  /** a person said no: nothing of it has run */
  | ({ readonly type: 'PlanApprovalRejected' } & ByOperator)
  | { readonly type: 'PlanStarted'; readonly execution_arn: string; readonly machine_arn: string }
  | ({ readonly type: 'PlanPaused' } & ByOperator)
  | ({ readonly type: 'PlanResumed' } & ByOperator)
  /** an operator gives it up: what follows goes on from here, whoever dies on the way */
  | ({ readonly type: 'PlanCancelRequested' } & ByOperator)
  /** it has failed, and waits to be repaired and redriven */
  | ({ readonly type: 'PlanHalted'; readonly incident_id: string } & Ending)
  /** from here on its execution is its `run`-th, and `deadline` (epoch ms) its deadline */
  | ({
      readonly type: 'PlanRedriven';
      readonly run: number;
      readonly deadline: number;
      /** the policies' word on the plan; `authorization` is that on the operator */
      readonly admitted?: Authorization;
    } & ByOperator)
  /** what was done is being undone, and then the plan ends; `operator` when it was cancelled */
  | ({
      readonly type: 'PlanCompensating';
      readonly compensations: number;
      /** tasks that were running when the plan failed: their agents were told to stop, they may have had effects */
      readonly in_doubt: readonly string[];
      readonly operator?: ByOperator;
    } & Ending)
  /** the plan's machine shows the compensation, and waits for its end */
  | { readonly type: 'CompensationEntered'; readonly task_token: string }
  | { readonly type: 'PlanCompensated'; readonly compensations: number; readonly duration_ms: number }
  | {
      readonly type: 'PlanCompleted';
      readonly tickets: number;
      readonly duration_ms: number;
      /** the plan's, epoch ms; absent in events of before it was told */
      readonly deadline?: number;
    }
  | ({ readonly type: 'PlanFailed' } & Ending)
  | ({ readonly type: 'PlanCancelled' } & ByOperator)
  /** the first prediction since it was started: what predictions are measured by afterwards */
  | ({ readonly type: 'PlanPredicted' } & PlanPrediction)
  /** it is likely to miss its deadline; `slowest`: tasks that its end hangs on most */
  | ({ readonly type: 'SlaAtRisk'; readonly slowest: readonly string[] } & PlanPrediction)
  | ({ readonly type: 'SlaRecovered' } & PlanPrediction)
  /** its deadline has passed before it ended */
  | { readonly type: 'SlaViolated'; readonly deadline: number };

/** A plan that never became one: an aggregate of its own, named by the digest of what was sent. */
export interface PlanRejected {
  readonly type: 'PlanRejected';
  readonly digest: string;
  readonly reissue: boolean;
  readonly faults: readonly PlanFault[];
  readonly faults_total: number;
}
