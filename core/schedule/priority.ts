/** How much a ticket matters now: 0.4 risk + 0.3 quality of service + 0.3 urgency, and what its wait adds. */
import type { Qos } from '../messages/execution-ticket.ts';
import type { RiskBand } from '../messages/primitives.ts';
import type { PriorityTerms } from '../ticket/events.ts';
import { AGING, type AgingSettings } from './aging.ts';
import type { QueueEntry } from './queue-entry.ts';

export interface PrioritySettings {
  /** add up to 1 */
  readonly weights: { readonly risk: number; readonly qos: number; readonly urgency: number };
  readonly risk: Readonly<Record<RiskBand, number>>;
  readonly delivery: Readonly<Record<Qos['delivery_mode'], number>>;
  readonly consistency: Readonly<Record<Qos['consistency'], number>>;
  readonly durability: Readonly<Record<Qos['durability'], number>>;
  /** how steeply urgency rises around its middle, where the slack is as long as the work left */
  readonly steepness: number;
  /** less work than this counts as this much, ms: the seconds around a deadline are noise */
  readonly least_work_ms: number;
  /** the part of what a ticket lacks to 1 that its wait makes up for at its tier's bound */
  readonly age: number;
}

export const PRIORITY: PrioritySettings = {
  weights: { risk: 0.4, qos: 0.3, urgency: 0.3 },
  risk: { critical: 1, high: 0.7, medium: 0.5, low: 0.3 },
  delivery: { EXACTLY_ONCE: 1, AT_LEAST_ONCE: 0.7, AT_MOST_ONCE: 0.5 },
  consistency: { STRONG: 1, EVENTUAL: 0.85 },
  durability: { PERSISTENT: 1, TRANSIENT: 0.9 },
  steepness: 4,
  least_work_ms: 60_000,
  age: 0.25,
};

/** Predicted ms until the end of the plan's longest way through this ticket, itself included; undefined: as the ticket says. */
export type PredictRemaining = (entry: QueueEntry) => number | undefined;

/** Ms that a ticket can wait before its plan is late, if all goes as predicted; negative: it is late already. */
export function slackOf(entry: QueueEntry, now: number, predict?: PredictRemaining): number {
  return entry.plan_deadline - now - remainingOf(entry, predict);
}

/** The ticket's rank, ms: as forecast when its plan was received, else its upward rank by the plan's estimates. */
export function remainingOf(entry: QueueEntry, predict?: PredictRemaining): number {
  const predicted = predict?.(entry);
  return predicted !== undefined && predicted >= 0 && predicted < Number.POSITIVE_INFINITY
    ? predicted
    : (entry.rank_ms ?? entry.estimated_duration_ms + entry.below_ms);
}

/**
 * 0–1, a logistic in the slack over the work left: ½ where there is twice the time that the work needs, 0.98 where it must
 * begin now, and 1 from the plan's deadline on. It never falls as time goes by, and never while there is more work.
 */
export function urgencyOf(
  entry: QueueEntry,
  now: number,
  { steepness, least_work_ms }: PrioritySettings = PRIORITY,
  predict?: PredictRemaining,
): number {
  if (now >= entry.plan_deadline) return 1;
  const work = Math.max(remainingOf(entry, predict), least_work_ms);
  return 1 / (1 + Math.exp(steepness * ((entry.plan_deadline - now - work) / work - 1)));
}

/** 0–1 */
export const qosOf = (qos: Qos, { delivery, consistency, durability }: PrioritySettings = PRIORITY): number =>
  delivery[qos.delivery_mode] * consistency[qos.consistency] * durability[qos.durability];

/**
 * The score, 0–1, and what each term adds to it. `age` makes up for part of what the rest leaves to 1, in proportion to
 * the wait: among tickets that waited alike the order stays, and the wait alone never makes a low one outrank a critical
 * one. That every wait ends is not its business: see aging.ts.
 */
export function priorityOf(
  entry: QueueEntry,
  now: number,
  options: { settings?: PrioritySettings; aging?: AgingSettings; predict?: PredictRemaining | undefined } = {},
): PriorityTerms {
  const { settings = PRIORITY, aging = AGING, predict } = options;
  const { weights } = settings;
  const risk = exact(weights.risk * settings.risk[entry.risk_band]);
  const qos = exact(weights.qos * qosOf(entry.qos, settings));
  const urgency = exact(weights.urgency * urgencyOf(entry, now, settings, predict));
  const base = risk + qos + urgency;
  const waited = Math.min(1, Math.max(0, now - entry.ready_at) / aging.bound_ms[entry.customer_tier]);
  const age = exact((1 - base) * settings.age * waited);
  return { score: exact(base + age), risk, qos, urgency, age };
}

/** To six digits: it is kept with assignments, where a number of 1e-200 cannot be. */
const exact = (value: number): number => Math.round(value * 1e6) / 1e6;
