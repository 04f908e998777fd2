/**
 * "Look again at T." The one way in which time makes anything happen: a look reads the aggregate, does what is due and
 * sets the next timer.
 *
 * A timer may fire late, and more than once; it never fires early and is never lost. Whoever changes a state so that
 * something becomes due later sets the timer *before* the commit: a timer for nothing is harmless, a missing one is not.
 */
export type TimerKind = 'ticket' | 'plan' | 'breaker';

export interface Timer {
  readonly kind: TimerKind;
  /** ticket_id, plan_id or a breaker's key */
  readonly id: string;
  /** epoch ms: not before */
  readonly at: number;
}

export interface Timers {
  set(timer: Timer): Promise<void>;
}
