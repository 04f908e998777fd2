/** What the invariants keep of each aggregate, beside what the ledger keeps: built from the events alone, in their order. */
import type { Head } from '../../../core/ledger/chain.ts';
import type { PlanState } from '../../../core/plan/state.ts';
import type { TicketSpec, TicketState } from '../../../core/ticket/state.ts';
import type { PlanModel, TaskModel } from './plan-model.ts';

/** Something is not as it must be. */
export class Violation extends Error {
  override readonly name = 'Violation';
  readonly rule: string;

  constructor(rule: string, detail: string) {
    super(`${rule}: ${detail}`);
    this.rule = rule;
  }
}

export interface TicketBook {
  readonly spec: TicketSpec;
  readonly model: PlanModel;
  /** the task that it does, or undoes */
  readonly task: TaskModel;
  readonly undoes: boolean;
  /** its task is to be begun once; undoing it may be tried again */
  readonly atMostOnce: boolean;
  head: Head;
  at: number;
  state: TicketState;
  /** attempts that are over, whatever their agents say */
  readonly over: Set<number>;
  /** failures after a claim, since it was minted, reopened or taken up by a person */
  failures: number;
  /** an agent has claimed it, and no person has said since that it may be tried again */
  claimed: boolean;
  completions: number;
  /** it has failed for good, whatever a person made of that */
  failed: boolean;
  /** the latest sign of life of the running attempt that took effect, and when it did */
  touched?: { readonly at: number; readonly noted: number };
}

export interface PlanBook {
  readonly model: PlanModel;
  head: Head;
  at: number;
  state: PlanState;
  /** when the phase began */
  since: number;
  /** executions that it had */
  readonly executions: Set<string>;
}

export interface Book {
  readonly models: ReadonlyMap<string, PlanModel>;
  readonly tickets: Map<string, TicketBook>;
  readonly plans: Map<string, PlanBook>;
  readonly incidents: Map<string, { head: Head; status: string }>;
}

export const DONE: readonly string[] = ['completed', 'skipped', 'compensating', 'compensated'];
export const TERMINAL: readonly string[] = [...DONE, 'failed', 'cancelled'];
export const ENDED: readonly string[] = ['completed', 'failed', 'compensated', 'cancelled', 'rejected'];

export const ticketsOf = ({ tickets }: Book, planId: string, undoing: boolean): TicketBook[] =>
  [...tickets.values()].filter(({ spec, undoes }) => spec.plan_id === planId && undoes === undoing);

export function must(holds: boolean, rule: string, detail: () => string): asserts holds {
  if (!holds) throw new Violation(rule, detail());
}
