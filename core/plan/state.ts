/** A plan inside: what the ledger keeps of it, and where it stands. */
import type { Head } from '../ledger/chain.ts';
import type { CognitivePlan, OnFailure } from '../messages/cognitive-plan.ts';
import type { ByOperator } from '../ticket/events.ts';

/** The plan without its tasks: those are in the tickets. */
export type PlanHeader = Omit<CognitivePlan, 'tasks' | 'execution_order'>;

export interface Started {
  readonly accepted_at: number;
  readonly shape: string;
  readonly started_at: number;
  readonly execution_arn: string;
  readonly machine_arn: string;
}

interface Ending {
  readonly reason: string;
  readonly failed_tasks: readonly string[];
}

export type PlanPhase =
  | { readonly phase: 'received' }
  | { readonly phase: 'awaiting_approval'; readonly reasons: readonly string[]; readonly shape: string }
  | {
      readonly phase: 'accepted';
      readonly accepted_at: number;
      readonly shape: string;
      /** by whom: what is not done is reopened before the plan is started again */
      readonly redriven?: ByOperator;
    }
  | ({ readonly phase: 'running' } & Started)
  /** nothing is assigned; what runs may finish */
  | ({ readonly phase: 'paused'; readonly paused_at: number; readonly by: string; readonly why: string } & Started)
  /** failed, to be repaired and redriven: nothing is assigned */
  | ({ readonly phase: 'halted'; readonly halted_at: number; readonly incident_id: string } & Ending & Partial<Started>)
  | ({ readonly phase: 'compensating'; readonly failed_at: number; readonly compensations: number } & Ending &
      Partial<Started>)
  | ({ readonly phase: 'completed'; readonly ended_at: number } & Partial<Started>)
  | ({ readonly phase: 'failed'; readonly ended_at: number } & Ending & Partial<Started>)
  | ({ readonly phase: 'compensated'; readonly ended_at: number; readonly compensations: number } & Ending &
      Partial<Started>)
  | ({
      readonly phase: 'cancelled';
      readonly ended_at: number;
      readonly by: string;
      readonly why: string;
    } & Partial<Started>)
  /** a person did not approve it */
  | { readonly phase: 'rejected'; readonly ended_at: number; readonly by: string; readonly why: string };

export type PlanPhaseName = PlanPhase['phase'];

export interface PlanBase {
  readonly plan_id: string;
  readonly intent_id: string;
  /** whose it is: absent in states of before this was kept */
  readonly tenant_id?: string;
  readonly content_digest: string;
  readonly received_at: number;
  /** tasks' tickets; those that undo them are not counted */
  readonly tickets: number;
  readonly risk_band: string;
  readonly deadline: number;
  readonly on_failure: OnFailure;
  /** its execution is its `run`-th: one more each time it is redriven */
  readonly run: number;
  /** an operator gives it up: it is about to be cancelled, or undone */
  readonly cancel?: ByOperator;
  /** whether its deadline is in danger, as last recorded; absent before it was predicted for the first time */
  readonly sla?: 'predicted' | 'at_risk' | 'violated';
}

export type PlanState = PlanBase & PlanPhase;
export type PlanIn<P extends PlanPhaseName> = PlanBase & Extract<PlanPhase, { phase: P }>;

export interface PlanRecord {
  readonly head: Head;
  readonly header: PlanHeader;
  /** as its first event has them: minting again ranks by the same */
  readonly ranks?: readonly number[];
  readonly state: PlanState;
  /** what executions of the plan wait on while it is undone */
  readonly task_tokens: readonly string[];
}

const ENDED: readonly PlanPhaseName[] = ['completed', 'failed', 'compensated', 'cancelled', 'rejected'];

/** Nothing of it happens any more, unless an operator redrives it. */
export const isPlanEnded = (state: PlanState): boolean => ENDED.includes(state.phase);

/** Its machine says when tickets may run, or will. */
export const isPlanLive = (state: PlanState): boolean =>
  state.phase === 'accepted' || state.phase === 'running' || state.phase === 'paused';
