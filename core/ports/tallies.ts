/**
 * Counters over time: how many, how long, in which minute. What is counted can be counted again from the ledger; here it
 * is so that nobody has to. Reads may lag by a second. Not its business: what the counts mean, and keeping them for ever
 * (the one on DynamoDB forgets a minute after 35 days).
 */

/** Growth of counters of one series. */
export interface TallyIncrement {
  /** what is counted about, e.g. `pool:<pool>`: see core/tally/series.ts */
  readonly series: string;
  /** epoch ms, counted in its minute */
  readonly at: number;
  /** by counter, whole numbers ≥ 0; counters are named in lower case, without digits */
  readonly counts: Readonly<Record<string, number>>;
}

/** What was counted in one minute. */
export interface TalliedMinute {
  /** its beginning, epoch ms */
  readonly at: number;
  readonly counts: Readonly<Record<string, number>>;
}

export interface Tallies {
  /**
   * Adds all of it. The same call again, within ten minutes, changes nothing: `once` names it, and goes with exactly these
   * increments. Repeated later than that, it counts twice.
   * @throws when nothing was added, or nobody knows: call it again
   */
  add(increments: readonly TallyIncrement[], once: string): Promise<void>;
  /** Minutes that begin in [from, to), epoch ms, in order; those in which nothing was counted are left out. */
  read(series: string, from: number, to: number): Promise<TalliedMinute[]>;
}
