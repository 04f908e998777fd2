import type { PlanState } from '../../core/plan/state.ts';
import type { Out } from './io.ts';
import { PLAN_COLOUR, phaseWord } from './phases.ts';
import { noteText, planNote } from './plan-note.ts';
import { count, cut, duration, padTo, plain } from './text.ts';

const NOTE = 80;

/** A plan on one line: phase, tickets, how long, id, and what is the matter. */
export function planLine(plan: PlanState, now: number, color: Out['color']): string {
  const took = Math.max(0, ('ended_at' in plan ? plan.ended_at : now) - plan.received_at);
  const phase = color[PLAN_COLOUR[plan.phase]](padTo(phaseWord(plan.phase), 17));
  const cells = [padTo(count(plan.tickets, 'ticket'), 13), padTo(duration(took), 9), plain(plan.plan_id)];
  const note = planNote(plan);
  return `${phase} ${cells.join(' ')}${note === undefined ? '' : `  ${cut(plain(noteText(note).slice(0, 4 * NOTE)), NOTE)}`}`;
}
