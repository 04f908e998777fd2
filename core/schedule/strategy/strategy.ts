/** Whose turn it is: what a scheduling strategy decides, and what it keeps between rounds. */
import type { PriorityTerms } from '../../ticket/events.ts';
import type { AgingSettings } from '../aging.ts';
import type { PredictRemaining } from '../priority.ts';
import type { QueueEntry } from '../queue-entry.ts';
import type { Cursors } from '../read-lanes.ts';
import type { StrategyName } from './names.ts';

/** What a client of a class (a tenant of a tier, say) has had: plain values, kept with the pool. */
export interface ClientShares {
  /** how much more it has had than the client that is furthest behind */
  readonly lead: number;
  /** its turns in a row that did not go to its longest overdue ticket */
  readonly since_aged: number;
}

export interface ClassShares {
  /** how much further the class is than the class that is furthest behind: service over weight */
  readonly lead: number;
  /** those of whom nothing is to be remembered are left out */
  readonly clients: Readonly<Record<string, ClientShares>>;
}

export interface Shares {
  /** another strategy begins anew */
  readonly strategy: StrategyName;
  /** when somebody was served last, epoch ms */
  readonly at: number;
  readonly classes: Readonly<Record<string, ClassShares>>;
  readonly cursors: Cursors;
}

/** A ticket at its place in the order. */
export interface Ranked {
  readonly entry: QueueEntry;
  readonly priority: PriorityTerms;
  /** why it is here: the strategy's own order, or its age */
  readonly turn: 'order' | 'age';
}

export interface RankContext {
  /** epoch ms */
  readonly now: number;
  /** as the last round left them; undefined: nobody has had anything */
  readonly shares?: Shares | undefined;
  /** expected ms of the attempt; undefined: as estimated */
  readonly predictService?: ((entry: QueueEntry) => number | undefined) | undefined;
  readonly predictRemaining?: PredictRemaining | undefined;
  readonly aging?: AgingSettings;
}

/** How a round went. */
export interface Served {
  /** all of what `rank` answered */
  readonly ranked: readonly Ranked[];
  /** ids of those that were assigned */
  readonly assigned: ReadonlySet<string>;
  /** lanes in which more wait than were ranked */
  readonly open: ReadonlySet<string>;
  readonly cursors: Cursors;
}

export interface Strategy {
  readonly name: StrategyName;
  /** Every entry once, the next one first. */
  rank(entries: readonly QueueEntry[], context: RankContext): Ranked[];
  /** What is to be kept for the next round. Losing it costs the fairness of one round's turns, and nothing else. */
  charge(served: Served, context: RankContext): Shares;
}
