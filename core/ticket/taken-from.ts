/** Whose attempt ends with a ticket that is taken out of its phase, told in the event: what it was trying is free at once. */
import type { TicketRecord } from './state.ts';
import { touchedOf } from './touched.ts';

export interface TakenFrom {
  readonly agent_id?: string;
  readonly attempt?: number;
  /** what of the catalogue it touches: `touchedOf` */
  readonly assets?: readonly string[];
}

/** Nothing where no agent has it. */
export function takenFrom({ state, spec }: Pick<TicketRecord, 'state' | 'spec'>): TakenFrom {
  if (state.phase !== 'assigned' && state.phase !== 'running') return {};
  const { agent_id, attempt } = state;
  return { agent_id, attempt, ...(spec.assets !== undefined && { assets: touchedOf(spec) }) };
}
