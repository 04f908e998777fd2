/**
 * Which policies are in force, as an event-sourced aggregate of which there is one. The sets themselves are aggregates of
 * their own, one a version, written with the proposal; version 0 is the set that comes with the code.
 *
 *   proposed ─▶ approved: in force ─▶ rolled back to one that was in force before       any version ─▶ in shadow, on trial
 */
import type { ByOperator } from '../../ticket/events.ts';
import type { Authorization } from '../decision.ts';
import type { PolicySet } from '../policy-set.ts';

type Operator = ByOperator & { readonly authorization?: Authorization };

export type PoliciesEvent =
  | ({ readonly type: 'PoliciesProposed'; readonly version: number; readonly digest: string } & Operator)
  /** in force from now on; by another than the author */
  | ({ readonly type: 'PoliciesApproved'; readonly version: number } & Operator)
  | ({ readonly type: 'PoliciesRolledBack'; readonly from: number; readonly to: number } & Operator)
  /** asked beside those in force, and recorded where they say something else; absent version: none any more */
  | ({ readonly type: 'PoliciesShadowed'; readonly version?: number } & Operator);

export interface PolicyVersion {
  readonly version: number;
  readonly digest: string;
  /** who wrote it */
  readonly author: string;
  readonly why: string;
  /** epoch ms */
  readonly proposed_at: number;
  readonly approved_by?: string;
  readonly approved_at?: number;
}

export interface PoliciesState {
  /** the latest last; version 0 is not among them */
  readonly versions: readonly PolicyVersion[];
  /** how many were ever proposed: the last one's number */
  readonly proposed: number;
  readonly in_force: number;
  /** in force before, the latest last */
  readonly before: readonly number[];
  readonly shadow?: number;
}

export const FIRST_POLICIES: PoliciesState = { versions: [], proposed: 0, in_force: 0, before: [] };

/** A version's set, written once. */
export interface PolicySetWritten {
  readonly type: 'PolicySetWritten';
  readonly version: number;
  readonly set: PolicySet;
}

export interface PolicySetState {
  readonly version: number;
  readonly set: PolicySet;
}

export const versionOf = ({ versions }: PoliciesState, version: number): PolicyVersion | undefined =>
  versions.find((known) => known.version === version);
