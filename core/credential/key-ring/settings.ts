/** How keys that sign tickets' tokens come and go. All times in ms. */
export interface KeyRingSettings {
  /** A key signs for so long before the next one does. */
  readonly sign_for_ms: number;
  /** A key is published this long before it signs; longer than anybody keeps what was published. */
  readonly publish_lead_ms: number;
  /** How old a ring may be that a function of ours goes by. */
  readonly cache_ms: number;
  /** The longest life of a token. */
  readonly token_life_ms: number;
  /** What clocks may differ by. */
  readonly leeway_ms: number;
  /** Keys out of use whose public part is kept, so that a token of theirs is told from one of an unknown key. */
  readonly kept_retired: number;
}

export const KEY_RING: KeyRingSettings = {
  sign_for_ms: 86_400_000,
  publish_lead_ms: 15 * 60_000,
  cache_ms: 60_000,
  token_life_ms: 15 * 60_000,
  leeway_ms: 60_000,
  kept_retired: 60,
};
