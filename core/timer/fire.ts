/** A timer has come back: look at what it is about, or, when it came early, set it again. */
import type { Clock } from '../ports/clock.ts';
import type { Timer, Timers } from '../ports/timers.ts';

export interface FireTimerDeps {
  lookAtTicket: (ticketId: string) => Promise<void>;
  lookAtPlan: (planId: string, firedAt: number) => Promise<void>;
  /** absent: nobody waits for breakers */
  lookAtBreaker?: (key: string, firedAt: number) => Promise<void>;
  timers: Timers;
  clock: Clock;
}

/** May be called any number of times with the same timer. Fails when the look fails: fire it again then. */
export function createFireTimer({ lookAtTicket, lookAtPlan, lookAtBreaker, timers, clock }: FireTimerDeps) {
  return async function fireTimer(timer: Timer): Promise<void> {
    // Longer than a queue can wait: it hops.
    if (timer.at > clock.now()) return timers.set(timer);
    if (timer.kind === 'breaker') return lookAtBreaker?.(timer.id, timer.at);
    return timer.kind === 'ticket' ? lookAtTicket(timer.id) : lookAtPlan(timer.id, timer.at);
  };
}
