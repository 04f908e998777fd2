/**
 * People are reminded of what they have before it is taken from them, at fixed parts of their time.
 *
 *   assigned ──────────── 50 % ───────── 80 % ───── due
 *                         │ nth 1        │ nth 2    └─ taken from them, claimed or not
 */
import type { TicketState } from './state.ts';

/** Parts of the time from the assignment to when it is due, ascending, each in (0, 1). */
export const REMIND_AT: readonly number[] = [0.5, 0.8];

export interface Reminder {
  /** from 1: which of the moments */
  readonly nth: number;
  /** epoch ms */
  readonly at: number;
}

/**
 * The reminder to send now, where one or more moments have passed since the last one (the last of those), else the next
 * one to come; undefined when no person has the ticket, or none is left before it is due.
 * @param now epoch ms
 */
export function reminderOf(
  state: TicketState,
  now: number,
  parts: readonly number[] = REMIND_AT,
): Reminder | undefined {
  if ((state.phase !== 'assigned' && state.phase !== 'running') || state.person === undefined) return undefined;
  const { from, due_at, reminded } = state.person;
  const left = momentsOf(from, due_at, parts).filter(({ nth }) => nth > reminded);
  return left.findLast(({ at }) => at <= now) ?? left[0];
}

/** epoch ms; undefined when there is no moment before it is due */
export const firstReminder = (from: number, due_at: number, parts = REMIND_AT): number | undefined =>
  momentsOf(from, due_at, parts)[0]?.at;

const momentsOf = (from: number, due_at: number, parts: readonly number[]): Reminder[] =>
  parts
    .map((part, index) => ({ nth: index + 1, at: from + Math.round(part * (due_at - from)) }))
    .filter(({ at }) => at < due_at);
