/**
 * One step on the ladder, from where an agent stands and what shows of it now. Pure, so that a flapping agent can be
 * played for days in a test.
 *
 *   down  at once, as far as the signs say
 *   up    one rung, after it has stayed for the hold (doubled with each relapse, as in route flap damping, RFC 2439), and:
 *           good   what is known of it is well within what is usual, or
 *           stale  what it fell by has not shown again: on probation, it falls by new attempts only, or
 *           long   the longest hold is over
 *
 * So signs that come and go make few changes, and no agent that lives is shut out for longer than the longest hold a rung.
 */
import type { HealthSettings } from './settings.ts';
import { type HealthReason, type HealthState, type Known, RUNGS, type Rung, type RungChange } from './state.ts';

/** A figure with the lower end of its credible interval. */
export interface Bounded {
  readonly mean: number;
  readonly low: number;
}

/** What the ledger's outcomes say of an agent, over all the work it did. */
export interface Outcomes {
  /** attempts that it rests on, as evaporated by now */
  readonly evidence: number;
  /** probability that an attempt fails */
  readonly failure: Bounded;
  /** of others, at the same work */
  readonly failure_expected: number;
  /** times as long as others, at the same work */
  readonly slowness: Bounded;
}

export interface Signs {
  /** by the clock alone: it has missed too many heartbeats */
  readonly silent: boolean;
  readonly silent_ms: number;
  readonly missed_beats: number;
  readonly lost_in_a_row: number;
  /** tickets that it holds */
  readonly holds: number;
  readonly outcomes?: Outcomes | undefined;
}

/** @returns undefined where it stays */
export function step(state: HealthState, signs: Signs, now: number, settings: HealthSettings): RungChange | undefined {
  const [worst, reasons] = judge(state, signs, now, settings);
  if (below(worst, state.health)) return change(state, worst, reasons, signs, now, relapsesAt(state, now, settings));
  if (state.health === 'HEALTHY' || signs.silent) return undefined;
  const stood = now - state.since;
  if (stood < holdOf(state, settings)) return undefined;
  const up = state.health === 'DEGRADED' ? 'HEALTHY' : 'DEGRADED';
  if (below(worst, up) && stood < settings.max_hold_ms) return undefined;
  const why = whyUp(state, signs, now, settings);
  if (why === undefined && stood < settings.max_hold_ms) return undefined;
  return change(state, up, [why ?? 'probation'], signs, now, state.relapses);
}

/** How long it stays on the rung that it fell to, ms. */
export const holdOf = ({ relapses }: Pick<HealthState, 'relapses'>, settings: HealthSettings): number =>
  Math.min(settings.max_hold_ms, settings.hold_ms * 2 ** Math.min(relapses, 30));

export const below = (one: Rung, other: Rung): boolean => RUNGS.indexOf(one) > RUNGS.indexOf(other);

/** The rung that the signs alone would put it on. */
function judge(state: HealthState, signs: Signs, now: number, settings: HealthSettings): [Rung, HealthReason[]] {
  const found: [Rung, HealthReason][] = [];
  if (signs.silent) {
    const gone = signs.silent_ms >= settings.remove_after_ms && signs.missed_beats >= settings.remove_after_beats;
    found.push([gone && signs.holds === 0 ? 'REMOVED' : 'UNHEALTHY', 'silent']);
  }
  const lost = newlyLost(state.known, signs);
  if (lost >= settings.degraded_lost)
    found.push([lost >= settings.unhealthy_lost ? 'UNHEALTHY' : 'DEGRADED', 'losing']);
  const { outcomes } = signs;
  if (outcomes !== undefined && isNew(state.known, outcomes, now, settings)) {
    const { failure, failure_expected, slowness } = outcomes;
    if (failure.low - failure_expected >= settings.degraded_excess)
      found.push([failure.low >= settings.unhealthy_failure ? 'UNHEALTHY' : 'DEGRADED', 'failing']);
    if (slowness.low >= settings.degraded_slowness) found.push(['DEGRADED', 'slow']);
  }
  const worst = found.reduce<Rung>((rung, [other]) => (below(other, rung) ? other : rung), 'HEALTHY');
  return [worst, found.filter(([rung]) => rung === worst).map(([, reason]) => reason)];
}

const newlyLost = (known: Known | undefined, { lost_in_a_row }: Signs): number =>
  known === undefined || lost_in_a_row < known.lost ? lost_in_a_row : lost_in_a_row - known.lost;

/** More is known than what is left of what was; or less, which is a past that what came since has refuted. */
function isNew(known: Known | undefined, { evidence }: Outcomes, now: number, settings: HealthSettings): boolean {
  if (known === undefined) return true;
  const left = known.evidence * settings.left_after_hour ** (Math.max(0, now - known.at) / 3_600_000);
  return Math.abs(evidence - left) >= settings.new_attempts;
}

function whyUp(
  state: HealthState,
  signs: Signs,
  now: number,
  settings: HealthSettings,
): 'back' | 'recovered' | 'probation' | undefined {
  if (state.health !== 'DEGRADED') return state.reasons.includes('silent') ? 'back' : 'probation';
  const { outcomes } = signs;
  const lost = newlyLost(state.known, signs) > 0;
  if (outcomes === undefined || !isNew(state.known, outcomes, now, settings)) return lost ? undefined : 'probation';
  const { failure, failure_expected, slowness } = outcomes;
  const good =
    failure.mean - failure_expected <= settings.recovered_excess && slowness.mean <= settings.recovered_slowness;
  return good && !lost ? 'recovered' : undefined;
}

/** A fall soon after a rise, or from a rung that was one, is a relapse. */
function relapsesAt(state: HealthState, now: number, settings: HealthSettings): number {
  const first = state.known === undefined || (state.health === 'HEALTHY' && now - state.since >= settings.forget_ms);
  return first ? 0 : state.relapses + 1;
}

const change = (
  { health: from }: HealthState,
  to: Rung,
  reasons: readonly HealthReason[],
  { silent_ms, lost_in_a_row, outcomes }: Signs,
  now: number,
  relapses: number,
): RungChange => ({
  ...{ from, to, reasons, relapses },
  known: { at: now, evidence: outcomes?.evidence ?? 0, lost: lost_in_a_row },
  figures: {
    ...{ silent_ms: Math.round(silent_ms), lost_in_a_row, evidence: round(outcomes?.evidence ?? 0) },
    ...(outcomes && {
      failure: round(outcomes.failure.mean),
      failure_expected: round(outcomes.failure_expected),
      slowness: round(outcomes.slowness.mean),
    }),
  },
});

const round = (figure: number): number => Math.round(figure * 1000) / 1000;
