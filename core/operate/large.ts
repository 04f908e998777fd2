/** A call has half a minute: of a plan with more tickets than this only the intent is written, its timer does the rest. */
import type { PlanState } from '../plan/state.ts';

const TICKETS_IN_A_CALL = 200;

export const isLarge = ({ tickets }: PlanState): boolean => tickets > TICKETS_IN_A_CALL;
