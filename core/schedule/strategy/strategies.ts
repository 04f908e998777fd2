/** The strategies: what each shares turns out to, and what it puts first. */
import { PRIORITIES } from '../../messages/primitives.ts';
import { tenantToken } from '../lanes.ts';
import { remainingOf, slackOf } from '../priority.ts';
import type { QueueEntry } from '../queue-entry.ts';
import type { StrategyName } from './names.ts';
import type { RankContext, Strategy } from './strategy.ts';
import { type Candidate, createStrategy } from './turns.ts';

/** What tiers that wait are served in proportion to. */
export const TIER_WEIGHTS: Readonly<Record<string, number>> = { platinum: 8, gold: 4, silver: 2, bronze: 1 };

const ALL = 'all';
const one = () => 1;
/** No member that objects have of themselves is called so, whatever the tenant is called. */
const tenantOf = ({ tenant_id }: QueueEntry): string => `t/${tenantToken(tenant_id)}`;

/** Expected ms of the attempt. */
const serviceOf = (entry: QueueEntry, { predictService }: RankContext): number => {
  const predicted = predictService?.(entry);
  return predicted !== undefined && predicted > 0 && predicted < Number.POSITIVE_INFINITY
    ? predicted
    : entry.estimated_duration_ms;
};

const byKey = (a: Candidate, b: Candidate): number => (a.entry.key < b.entry.key ? -1 : 1);

const isCritical = ({ entry }: Candidate): number => Number(entry.priority === PRIORITIES.at(-1));
/** Others' lateness, which raises their score, does not put CRITICAL tickets off. */
const putsCriticalFirst = (a: Candidate, b: Candidate): number => isCritical(b) - isCritical(a);

/** Scores that differ by less are the same: then the longer way below decides, which is what a plan's end waits for. */
const SCORE_STEP = 0.02;
const stepOf = ({ plan_score }: Candidate): number => Math.floor(plan_score / SCORE_STEP);

const byScore = (a: Candidate, b: Candidate, { predictRemaining }: RankContext): number =>
  putsCriticalFirst(a, b) ||
  stepOf(b) - stepOf(a) ||
  remainingOf(b.entry, predictRemaining) - remainingOf(a.entry, predictRemaining) ||
  a.entry.ready_at - b.entry.ready_at ||
  byKey(a, b);

/** Tickets that can still be in time come before those that cannot: what is lost must not cost what is not. */
const bySlack = (a: Candidate, b: Candidate, { now, predictRemaining }: RankContext): number => {
  if (isCritical(a) !== isCritical(b)) return putsCriticalFirst(a, b);
  const [slackA, slackB] = [slackOf(a.entry, now, predictRemaining), slackOf(b.entry, now, predictRemaining)];
  if (slackA < 0 !== slackB < 0) return slackA < 0 ? 1 : -1;
  return (
    Math.floor(slackA / SLACK_STEP_MS) - Math.floor(slackB / SLACK_STEP_MS) ||
    remainingOf(b.entry, predictRemaining) - remainingOf(a.entry, predictRemaining) ||
    byKey(a, b)
  );
};
/** Slack that differs by less is the same: then the longer way below decides. */
const SLACK_STEP_MS = 1000;

/** Turn by turn, tenant by tenant, whatever their tickets cost. */
const roundRobin = createStrategy({
  name: 'round-robin',
  ...{ classOf: () => ALL, weightOf: one, clientOf: tenantOf, costOf: one, compare: byScore },
});

/** Service in proportion to tiers' weights, and alike among the tenants of a tier; a tenant's CRITICAL tickets first, then its best score. */
const weightedFair = createStrategy({
  name: 'weighted-fair',
  classOf: ({ customer_tier }) => customer_tier,
  weightOf: (tier) => TIER_WEIGHTS[tier] ?? 1,
  ...{ clientOf: tenantOf, costOf: serviceOf, compare: byScore },
});

/** CRITICAL tickets first, then the least slack, then the longest way below: whoever's they are. */
const criticalFirst = createStrategy({
  name: 'critical-first',
  ...{ classOf: () => ALL, weightOf: one, clientOf: () => ALL, costOf: one, compare: bySlack },
});

export const strategies: Readonly<Record<StrategyName, Strategy>> = {
  'round-robin': roundRobin,
  'weighted-fair': weightedFair,
  'critical-first': criticalFirst,
};
