/** A plan inside: what the ledger keeps of it, and where it stands. */
import type { Head } from '../ledger/chain.ts';
import type { CognitivePlan } from '../messages/cognitive-plan.ts';

/** The plan without its tasks: those are in the tickets. */
export type PlanHeader = Omit<CognitivePlan, 'tasks' | 'execution_order'>;

export type PlanPhase =
  | { readonly phase: 'received' }
  | { readonly phase: 'awaiting_approval'; readonly reasons: readonly string[] }
  | { readonly phase: 'accepted'; readonly accepted_at: number; readonly shape: string }
  | ({ readonly phase: 'running' } & Started)
  | ({ readonly phase: 'completed'; readonly ended_at: number } & Partial<Started>)
  | ({
      readonly phase: 'failed';
      readonly ended_at: number;
      readonly reason: string;
      readonly failed_tasks: readonly string[];
    } & Partial<Started>);

export interface Started {
  readonly accepted_at: number;
  readonly shape: string;
  readonly started_at: number;
  readonly execution_arn: string;
  readonly machine_arn: string;
}

export interface PlanBase {
  readonly plan_id: string;
  readonly intent_id: string;
  readonly content_digest: string;
  readonly received_at: number;
  readonly tickets: number;
  readonly risk_band: string;
  readonly deadline: number;
}

export type PlanState = PlanBase & PlanPhase;

export interface PlanRecord {
  readonly head: Head;
  readonly header: PlanHeader;
  readonly state: PlanState;
}

export const isPlanEnded = (state: PlanState): boolean => state.phase === 'completed' || state.phase === 'failed';
