/** Time as the bench has it: jumps from one event to the next, one event after the other. */
import { createHeap } from '../../test/support/heap.ts';

export interface SimulatedTime {
  /** epoch ms */
  now(): number;
  /** Does it at that time, never before now. */
  at(time: number, act: () => unknown): void;
  /** What goes on for ever (heartbeats, clocks): keeps no run going by itself. */
  inBackground(time: number, act: () => unknown): void;
  /** Until nothing is left but what goes on in the background. */
  run(): Promise<void>;
}

interface Due {
  readonly at: number;
  readonly background: boolean;
  readonly act: () => unknown;
}

export function createSimulatedTime(start: number): SimulatedTime {
  let time = start;
  let foreground = 0;
  const heap = createHeap<Due>();

  const schedule = (when: number, act: () => unknown, background: boolean): void => {
    if (!background) foreground++;
    heap.put({ at: Math.max(when, time), background, act });
  };

  return {
    now: () => Math.floor(time),
    at: (when, act) => schedule(when, act, false),
    inBackground: (when, act) => schedule(when, act, true),
    async run() {
      while (foreground > 0) {
        const due = heap.take();
        if (due === undefined) return;
        time = due.at;
        if (!due.background) foreground--;
        await due.act();
      }
    },
  };
}
