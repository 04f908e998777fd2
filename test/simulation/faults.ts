/**
 * What goes wrong, and when. Each question has a number, and its answer depends on that number and the seed alone: leaving
 * one fault out leaves every other where it was, which is what makes a failing run shrink.
 */
import { randomOf } from './random.ts';

/** of a call of a port */
export const CALL_FAULTS = ['crash_before', 'crash_after', 'throttled', 'timed_out', 'slow'] as const;
/** before a call that is this run's weak spot */
export const WEAK_FAULTS = ['crash_at_weak_spot'] as const;
export const COMMIT_FAULTS = [...CALL_FAULTS, 'conflict'] as const;
/** of what is delivered */
export const DELIVERY_FAULTS = ['lost', 'duplicated', 'late', 'lagging'] as const;
/** of an agent with one attempt of a ticket */
export const AGENT_FAULTS = ['dies', 'hangs', 'lies', 'silent', 'dawdles', 'leaves'] as const;
/** of whoever may press a button */
export const PEOPLE_FAULTS = ['operator', 'stopped_by_hand', 'deleted_by_hand'] as const;

export type FaultKind =
  | (typeof COMMIT_FAULTS)[number]
  | (typeof WEAK_FAULTS)[number]
  | (typeof DELIVERY_FAULTS)[number]
  | (typeof AGENT_FAULTS)[number]
  | (typeof PEOPLE_FAULTS)[number];

export type Rates = Readonly<Record<FaultKind, number>>;

export interface Fault {
  readonly number: number;
  readonly kind: FaultKind;
}

export interface Faults {
  /** The one of these kinds that happens here, if any. */
  draw(kinds: readonly FaultKind[]): FaultKind | undefined;
  happens(kind: FaultKind): boolean;
  /** From here on nothing goes wrong any more. */
  stop(): void;
  readonly stopped: boolean;
  /** those that have happened */
  readonly happened: readonly Fault[];
}

/** @param without numbers of faults that are left out */
export function createFaults(seed: number, rates: Rates, without: ReadonlySet<number> = new Set()): Faults {
  const random = randomOf(seed, 'faults');
  const happened: Fault[] = [];
  let number = 0;
  let stopped = false;

  function draw(kinds: readonly FaultKind[]): FaultKind | undefined {
    if (stopped) return undefined;
    const mine = ++number;
    let left = random.next();
    for (const kind of kinds) {
      left -= rates[kind];
      if (left >= 0) continue;
      if (without.has(mine)) return undefined;
      happened.push({ number: mine, kind });
      return kind;
    }
    return undefined;
  }

  return {
    draw,
    happens: (kind) => draw([kind]) !== undefined,
    stop() {
      stopped = true;
    },
    get stopped() {
      return stopped;
    },
    happened,
  };
}
