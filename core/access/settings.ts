/** What access goes by. All times in ms. */
import type { Role } from './caller.ts';

export interface AccessSettings {
  /** So many refusals of one principal within the window are a burst. */
  readonly burst_refusals: number;
  readonly burst_window_ms: number;
  /** Any other signal about the same thing is raised once in so long. */
  readonly signal_window_ms: number;
  /** Where an attempt was claimed from is known for so long: longer than any attempt takes. */
  readonly place_kept_ms: number;
  /** How long broken glass lets through, unless less is asked for; and at most. */
  readonly break_glass_ms: number;
  readonly break_glass_most_ms: number;
  /** What it adds to the roles that somebody has. */
  readonly break_glass_roles: readonly Role[];
}

export const ACCESS: AccessSettings = {
  burst_refusals: 20,
  burst_window_ms: 60_000,
  signal_window_ms: 15 * 60_000,
  place_kept_ms: 2 * 86_400_000,
  break_glass_ms: 15 * 60_000,
  break_glass_most_ms: 60 * 60_000,
  break_glass_roles: ['operator', 'sre'],
};
