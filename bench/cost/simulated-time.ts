/** Time as the bench has it: jumps from one event to the next, one event after the other. */

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
  readonly time: number;
  readonly order: number;
  readonly background: boolean;
  readonly act: () => unknown;
}

const before = (a: Due, b: Due): boolean => a.time < b.time || (a.time === b.time && a.order < b.order);

export function createSimulatedTime(start: number): SimulatedTime {
  let time = start;
  let order = 0;
  let foreground = 0;
  /** a binary heap: the next is the first */
  const heap: Due[] = [];

  function push(due: Due): void {
    let at = heap.push(due) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!before(due, heap[parent] as Due)) break;
      heap[at] = heap[parent] as Due;
      at = parent;
    }
    heap[at] = due;
  }

  function pop(): Due | undefined {
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && before(heap[child + 1] as Due, heap[child] as Due)) child++;
      if (!before(heap[child] as Due, last)) break;
      heap[at] = heap[child] as Due;
      at = child;
    }
    heap[at] = last;
    return first;
  }

  const schedule = (when: number, act: () => unknown, background: boolean): void => {
    if (!background) foreground++;
    push({ time: Math.max(when, time), order: order++, background, act });
  };

  return {
    now: () => Math.floor(time),
    at: (when, act) => schedule(when, act, false),
    inBackground: (when, act) => schedule(when, act, true),
    async run() {
      while (foreground > 0) {
        const due = pop();
        if (due === undefined) return;
        time = due.time;
        if (!due.background) foreground--;
        await due.act();
      }
    },
  };
}
