/**
 * From how attempts ended to breakers that open and close, behind the ledger's stream: nothing is added to a report.
 *
 * What went well costs one batch read of the keys' failures and no write: there is nothing to wipe out, and a breaker that
 * is open has failures counted. May be called with the same events again, in any order, beside itself: a failure is
 * counted by its event, a transition is an append at a version, and one that was committed is not due any more. Where a
 * process dies between counting and opening, `opened` is kept with the count, and the next outcome opens it.
 */
import { breakerAggregate } from '../ledger/aggregate.ts';
import type { Recorded } from '../ledger/chain.ts';
import { isConflict } from '../ledger/retry.ts';
import type { Clock } from '../ports/clock.ts';
import type { Sha256 } from '../ports/digest.ts';
import type { FailureCounts } from '../ports/guards.ts';
import type { Ledger } from '../ports/ledger.ts';
import type { Timers } from '../ports/timers.ts';
import { appendToBreaker } from './append.ts';
import { type BreakerEvent, type BreakerState, judgeTrial, type Outcome } from './breaker.ts';
import { areEnough, clearFailures, countFailure, type Failures, NO_FAILURES } from './failures.ts';
import { outcomesOf } from './outcomes.ts';
import { BREAKER, type BreakerSettings } from './settings.ts';

export interface CountOutcomesDeps {
  failures: FailureCounts;
  ledger: Pick<Ledger, 'loadState' | 'commit'>;
  timers: Timers;
  clock: Clock;
  sha256: Sha256;
  settings?: BreakerSettings;
}

const TRIES = 8;
const BACKOFF_MS = 20;

/** @returns the transitions that this call has made */
export type CountOutcomes = (records: readonly Recorded[]) => Promise<BreakerEvent[]>;

/** Throws what a store throws: the same records again, later. */
export function createCountOutcomes(deps: CountOutcomesDeps): CountOutcomes {
  const { failures, ledger, timers, clock, sha256, settings = BREAKER } = deps;

  /** Resolves to undefined when somebody else was faster: read again. */
  async function count(
    key: string,
    outcomes: readonly Outcome[],
    before?: Failures,
  ): Promise<BreakerEvent[] | undefined> {
    if (before === undefined && outcomes.every(({ how }) => how !== 'failed')) return [];
    let now = before ?? NO_FAILURES;
    const keep = async (after: Failures): Promise<boolean> => {
      if (after === now) return true;
      const stored = now === NO_FAILURES ? undefined : now;
      if (!(await failures.save(key, stored, { ...after, version: now.version + 1 }))) return false;
      now = { ...after, version: now.version + 1 };
      return true;
    };
    if (!now.opened) {
      const after = outcomes.reduce((so_far, outcome) => fold(so_far, outcome, settings), now);
      const opened = areEnough(after, settings);
      if (!(await keep(opened ? { ...after, opened } : after))) return undefined;
      if (!opened) return [];
    }
    const standing = await ledger.loadState<BreakerState>(breakerAggregate(key));
    const due = dueOf(standing?.state, now, outcomes);
    if (due !== undefined) {
      const at = clock.now();
      // Who waits for it looks again when it is half open, or at once where it has closed.
      const look = due.type === 'BreakerOpened' ? due.until : at;
      await timers.set({ kind: 'breaker', id: key, at: look });
      try {
        await ledger.commit([appendToBreaker(standing, due, at, sha256).write]);
      } catch (error) {
        if (!isConflict(error)) throw error;
        return undefined;
      }
    }
    const closed_at = due?.type === 'BreakerClosed' ? clock.now() : closedAt(standing?.state);
    const isOpen = due === undefined ? standing?.state.phase === 'open' : due.type !== 'BreakerClosed';
    // Lost, or not reached: the next outcome of the key does it.
    if (!isOpen) await keep({ ...clearFailures(now, closed_at ?? 0), opened: false });
    return due === undefined ? [] : [due];
  }

  function dueOf(
    state: BreakerState | undefined,
    counted: Failures,
    outcomes: readonly Outcome[],
  ): BreakerEvent | undefined {
    if (state?.phase === 'open')
      return outcomes
        .map((outcome) => judgeTrial(state, outcome, settings.open_ms))
        .find((event) => event !== undefined);
    // Closed since these were counted, or not opened yet.
    const left = clearFailures(counted, state?.since ?? 0);
    if (!areEnough(left, settings)) return undefined;
    const key = outcomes[0]?.key ?? '';
    const events = left.counted.map(({ event }) => event);
    return { type: 'BreakerOpened', key, cause: 'failures', until: clock.now() + settings.open_ms, events };
  }

  async function countKey(key: string, outcomes: readonly Outcome[], first?: Failures): Promise<BreakerEvent[]> {
    let before = first;
    for (let attempt = 0; attempt < TRIES; attempt++) {
      const done = await count(key, outcomes, before);
      if (done !== undefined) return done;
      await clock.sleep(clock.random() * BACKOFF_MS * 2 ** attempt);
      before = (await failures.load([key])).get(key);
    }
    throw new Error(`too many counted failures of ${key} at once`);
  }

  return async function countOutcomes(records) {
    const byKey = new Map<string, Outcome[]>();
    for (const outcome of records.flatMap(outcomesOf))
      byKey.set(outcome.key, [...(byKey.get(outcome.key) ?? []), outcome]);
    if (byKey.size === 0) return [];
    const known = await failures.load([...byKey.keys()]);
    const made = await Promise.all([...byKey].map(([key, outcomes]) => countKey(key, outcomes, known.get(key))));
    return made.flat();
  };
}

function fold(before: Failures, { how, event, at }: Outcome, settings: BreakerSettings): Failures {
  if (how === 'failed') return countFailure(before, { event, at }, settings);
  return how === 'succeeded' && before !== NO_FAILURES ? clearFailures(before, at) : before;
}

const closedAt = (state: BreakerState | undefined): number | undefined =>
  state?.phase === 'closed' ? state.since : undefined;
