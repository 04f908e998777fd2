import type { PlanState } from '../../core/plan/state.ts';
import type { Out } from './io.ts';
import { count, cut, duration, padTo, plain } from './text.ts';

const COLOUR = {
  received: 'gray',
  awaiting_approval: 'yellow',
  accepted: 'gray',
  running: 'blue',
  completed: 'green',
  failed: 'red',
} as const;

/** A plan on one line: phase, tickets, how long, id, and what is the matter. */
export function planLine(plan: PlanState, now: number, color: Out['color']): string {
  const took = Math.max(0, ('ended_at' in plan ? plan.ended_at : now) - plan.received_at);
  const phase = color[COLOUR[plan.phase]](padTo(plan.phase.replace('_', ' '), 17));
  const why = plan.phase === 'failed' ? plan.reason : plan.phase === 'awaiting_approval' ? plan.reasons.join('; ') : '';
  const cells = [padTo(count(plan.tickets, 'ticket'), 13), padTo(duration(took), 9), plain(plan.plan_id)];
  return `${phase} ${cells.join(' ')}${why ? `  ${cut(plain(why), 80)}` : ''}`;
}
