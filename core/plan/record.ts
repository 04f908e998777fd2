/** A plan from what a store keeps of it. */
import type { Aggregate } from '../ledger/aggregate.ts';
import type { PlanEvent } from './events.ts';
import type { PlanRecord, PlanState } from './state.ts';

/** @returns undefined for what does not begin as a plan */
export function planRecord({ head, state, records }: Aggregate<PlanEvent, PlanState>): PlanRecord | undefined {
  const received = records[0]?.event;
  if (received?.type !== 'PlanReceived') return undefined;
  const tokens = records.flatMap(({ event }) => (event.type === 'CompensationEntered' ? [event.task_token] : []));
  const { header, ranks } = received;
  return { head, state, header, ...(ranks !== undefined && { ranks }), task_tokens: [...new Set(tokens)] };
}
