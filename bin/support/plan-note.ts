/** What is the matter with a plan that does not simply run or complete. */
import type { PlanState } from '../../core/plan/state.ts';
import { phaseWord } from './phases.ts';

export interface PlanNote {
  /** whose doing it is, where it is a person's */
  readonly by?: string;
  readonly reason: string;
}

export function planNote(plan: PlanState): PlanNote | undefined {
  switch (plan.phase) {
    case 'awaiting_approval':
      return { reason: plan.reasons.join('; ') };
    case 'paused':
    case 'cancelled':
    case 'rejected':
      return { by: plan.by, reason: plan.why };
    case 'halted':
      return { reason: `${plan.reason} (incident ${plan.incident_id}; to be repaired and redriven)` };
    case 'failed':
    case 'compensating':
    case 'compensated':
      return { reason: plan.reason };
    default:
      return undefined;
  }
}

/** `by ada: the cluster is upgraded`. Text from outside is in it: not fit for a terminal as it is. */
export const noteText = ({ by, reason }: PlanNote): string => `${by === undefined ? '' : `by ${by}: `}${reason}`;

/** `paused by ada: the cluster is upgraded`, `failed: disk full`, `running`. Not fit for a terminal as it is. */
export function standing({ phase, ...note }: { readonly phase: PlanState['phase'] } & Partial<PlanNote>): string {
  const { by, reason } = note;
  return `${phaseWord(phase)}${by === undefined ? '' : ` by ${by}`}${reason === undefined ? '' : `: ${reason}`}`;
}
