/** The timer queue, as SQS is: at least once, never early but for the longest delay that it knows, in no order. */
import type { Timer, Timers } from '../../core/ports/timers.ts';
import type { Faults } from './faults.ts';
import type { Processes } from './processes.ts';
import type { Random } from './random.ts';
import type { Scheduler } from './scheduler.ts';

const MAX_DELAY_MS = 900_000;
const LATE_MS = [1000, 25_000] as const;
const AGAIN_MS = [1000, 20_000] as const;

export function createTimerQueue(deps: {
  scheduler: Scheduler;
  processes: Processes;
  faults: Faults;
  random: Random;
}): Timers {
  const { scheduler, processes, faults, random } = deps;

  const fire = (timer: Timer): void =>
    processes.start(
      'fire-timers',
      ({ fireTimer }) => fireTimer(timer),
      ({ kind }) => {
        if (kind !== 'answered' || faults.happens('duplicated'))
          scheduler.after(random.between(...AGAIN_MS), () => fire(timer));
      },
    );

  return {
    async set(timer) {
      const wait = Math.min(Math.max(0, timer.at - scheduler.now()), MAX_DELAY_MS);
      const late = faults.happens('late') ? random.between(...LATE_MS) : random.below(200);
      scheduler.after(wait + late, () => fire(timer));
    },
  };
}
