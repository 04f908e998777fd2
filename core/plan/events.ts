/** Everything that can happen to a plan. */
import type { PlanFault } from '../messages/bus-events.ts';
import type { PlanHeader } from './state.ts';

export type PlanEvent =
  | {
      readonly type: 'PlanReceived';
      readonly header: PlanHeader;
      readonly content_digest: string;
      readonly tickets: number;
      readonly deadline: number;
    }
  | { readonly type: 'PlanAwaitingApproval'; readonly reasons: readonly string[] }
  | { readonly type: 'PlanAccepted'; readonly tickets: number; readonly shape: string; readonly approved_by?: string }
  | { readonly type: 'PlanStarted'; readonly execution_arn: string; readonly machine_arn: string }
  | { readonly type: 'PlanCompleted'; readonly tickets: number; readonly duration_ms: number }
  | { readonly type: 'PlanFailed'; readonly reason: string; readonly failed_tasks: readonly string[] };

/** A plan that never became one: an aggregate of its own, named by the digest of what was sent. */
export interface PlanRejected {
  readonly type: 'PlanRejected';
  readonly digest: string;
  readonly reissue: boolean;
  readonly faults: readonly PlanFault[];
  readonly faults_total: number;
}
