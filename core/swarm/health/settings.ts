/** By what an agent falls and rises. */
export interface HealthSettings {
  /** silent for this long, ms, and holding nothing: it is taken off the lists */
  readonly remove_after_ms: number;
  /** heartbeats that it has missed by then, at least: an agent may give signs of life rarely */
  readonly remove_after_beats: number;
  /** probability of failure above that of others at the same work, by the lower end of its interval: DEGRADED */
  readonly degraded_excess: number;
  /** probability of failure, by the lower end of its interval: UNHEALTHY */
  readonly unhealthy_failure: number;
  /** times as long as others at the same work, by the lower end of its interval: DEGRADED */
  readonly degraded_slowness: number;
  /** attempts in a row that are lost to it: DEGRADED, UNHEALTHY */
  readonly degraded_lost: number;
  readonly unhealthy_lost: number;
  /** half a credible interval, in standard deviations */
  readonly deviations: number;
  /** well below what it fell by (hysteresis): excess of failures, times as long */
  readonly recovered_excess: number;
  readonly recovered_slowness: number;
  /** attempts that must have become known since a change for the same to count again */
  readonly new_attempts: number;
  /** what of an hour-old attempt is left in what is known */
  readonly left_after_hour: number;
  /** it stays where it fell for so long, ms, doubled with each relapse, at most `max_hold_ms` */
  readonly hold_ms: number;
  readonly max_hold_ms: number;
  /** a fall after this long on the highest rung, ms, is no relapse */
  readonly forget_ms: number;
  /** of the agents with a capability, so many may fall within `brake_window_ms`: the larger of a number and a share */
  readonly brake_number: number;
  readonly brake_share: number;
  readonly brake_window_ms: number;
}

/**
 * Of a usual prior, five failures in a row make an agent DEGRADED and fifteen UNHEALTHY. Half as fast as the others is a
 * slower machine, not a sick one: ten times is what an agent falls by. Silence needs no number here: an agent is not
 * matched from its third missed heartbeat on, whatever is recorded.
 */
export const HEALTH_SETTINGS: HealthSettings = {
  ...{ remove_after_ms: 600_000, remove_after_beats: 12 },
  ...{ degraded_excess: 0.25, unhealthy_failure: 0.7, degraded_slowness: 4, degraded_lost: 3, unhealthy_lost: 8 },
  ...{ deviations: 2, recovered_excess: 0.1, recovered_slowness: 2, new_attempts: 3, left_after_hour: 0.9 },
  ...{ hold_ms: 30_000, max_hold_ms: 3_600_000, forget_ms: 3_600_000 },
  ...{ brake_number: 3, brake_share: 0.3, brake_window_ms: 600_000 },
};
