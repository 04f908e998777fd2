/** An agent's slots: at most `capacity` assignments run, each assignment once. */
import type { Assignment } from '../../core/messages/agent-api.ts';

/** Enough to recognise a duplicate long after; an id costs about 100 bytes. */
const REMEMBERED = 10_000;

export interface Slots {
  /** Starts it, or keeps it waiting for a slot; false when it is known already, or the slots are closed. */
  offer(assignment: Assignment): boolean;
  /** The attempt does not start (any more), neither from waiting nor when it is offered after this. */
  withdraw(attempt: Pick<Assignment, 'ticket_id' | 'attempt'>): void;
  free(): number;
  /** Resolves when another one may be kept waiting, or the slots are closed. */
  whenRoom(): Promise<void>;
  /** Nothing starts any more; answers with what was waiting. */
  close(): Assignment[];
  /** How many offers were taken so far. */
  taken(): number;
  /** Nothing runs, and nothing waits unless the slots are closed. */
  idle(): boolean;
  /** Resolves when idle. */
  whenIdle(): Promise<void>;
}

/** `start` runs an assignment and resolves when its slot is free; 'forget' lets the same assignment be offered again. */
export function createSlots(capacity: number, start: (assignment: Assignment) => Promise<'done' | 'forget'>): Slots {
  const known = new Set<string>();
  const waiting: Assignment[] = [];
  let running = 0;
  let takenSoFar = 0;
  let closed = false;
  let listeners: (() => void)[] = [];

  const keyOf = (assignment: Pick<Assignment, 'ticket_id' | 'attempt'>) =>
    `${assignment.ticket_id} ${assignment.attempt}`;
  const know = (key: string) => {
    known.add(key);
    if (known.size > REMEMBERED) known.delete(known.values().next().value as string);
  };
  const changed = () => {
    const told = listeners;
    listeners = [];
    for (const listener of told) listener();
  };
  const until = async (condition: () => boolean) => {
    while (!condition()) await new Promise<void>((resolve) => listeners.push(resolve));
  };
  const fill = () => {
    while (!closed && running < capacity) {
      const assignment = waiting.shift();
      if (assignment === undefined) break;
      running++;
      void start(assignment).then((end) => {
        running--;
        if (end === 'forget') known.delete(keyOf(assignment));
        fill();
        changed();
      });
    }
  };
  return {
    offer(assignment) {
      const key = keyOf(assignment);
      if (closed || known.has(key)) return false;
      know(key);
      takenSoFar++;
      waiting.push(assignment);
      fill();
      return true;
    },
    withdraw(attempt) {
      know(keyOf(attempt));
      const index = waiting.findIndex((assignment) => keyOf(assignment) === keyOf(attempt));
      if (index !== -1) waiting.splice(index, 1);
      changed();
    },
    free: () => Math.max(0, capacity - running - waiting.length),
    whenRoom: () => until(() => closed || waiting.length < capacity),
    close() {
      closed = true;
      changed();
      return waiting.splice(0);
    },
    taken: () => takenSoFar,
    idle: () => running === 0,
    whenIdle: () => until(() => running === 0),
  };
}
