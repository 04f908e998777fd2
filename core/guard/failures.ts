/**
 * Failures of what a breaker guards, as they are counted while it is closed: the last few, each by its event, so that one
 * told twice counts once. A success wipes out those before it by the time at which things happened, not by the order in
 * which they are heard of; that needs no write where there is nothing to wipe out.
 */

export interface CountedFailure {
  /** `<aggregate>@<version>` of the event that tells it */
  readonly event: string;
  /** epoch ms */
  readonly at: number;
}

export interface Failures {
  /** rises with every change */
  readonly version: number;
  /** the earliest first */
  readonly counted: readonly CountedFailure[];
  /** epoch ms: what failed until then counts no more */
  readonly cleared_until: number;
  /** they are enough: the breaker opens, or is open, and this is kept until it closes */
  readonly opened?: boolean;
}

export const NO_FAILURES: Failures = { version: 0, counted: [], cleared_until: 0 };

export interface CountSettings {
  /** failures that open the breaker */
  readonly failures: number;
  /** ms in which they must have happened */
  readonly window_ms: number;
}

/** @returns what was given where the failure is counted already, or counts no more */
export function countFailure(before: Failures, failure: CountedFailure, settings: CountSettings): Failures {
  const known = before.counted.some(({ event }) => event === failure.event);
  if (known || failure.at <= before.cleared_until) return before;
  const counted = [...before.counted, failure]
    .sort((a, b) => a.at - b.at || (a.event < b.event ? -1 : 1))
    .slice(-settings.failures);
  // One older than all that are kept changes nothing.
  if (!counted.includes(failure)) return before;
  return { ...before, version: before.version + 1, counted };
}

/** @param until epoch ms of a success, or of the breaker's closing */
export function clearFailures(before: Failures, until: number): Failures {
  if (until <= before.cleared_until) return before;
  const counted = before.counted.filter(({ at }) => at > until);
  return { version: before.version + 1, counted, cleared_until: until };
}

/** As many as open it, and close enough together. */
export function areEnough({ counted }: Failures, { failures, window_ms }: CountSettings): boolean {
  const [first, last] = [counted[0], counted.at(-1)];
  if (first === undefined || last === undefined || counted.length < failures) return false;
  return last.at - first.at <= window_ms;
}
