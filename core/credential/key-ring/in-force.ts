/** The ring as a function goes by it: read once in a while, and anew where a token names a key that it does not have. */
import { KEY_RING_AGGREGATE } from '../../ledger/aggregate.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Ledger } from '../../ports/ledger.ts';
import { KEY_RING, type KeyRingSettings } from './settings.ts';
import { type KeyRingState, keyOf, NO_KEYS, signingKey } from './state.ts';

export interface KeyRingInForce {
  /** No older than `cache_ms`. */
  current(): Promise<KeyRingState>;
  /** Has this key, if there is one: read anew where it is not known, but not more often than once a second. */
  knowing(kid: string): Promise<KeyRingState>;
  /** Has a key that signs, if there is one. */
  signing(): Promise<KeyRingState>;
}

/** What names keys that there are not costs no more than this. */
const READ_AGAIN_MS = 1000;

export function createKeyRingInForce(
  { ledger, clock }: { ledger: Pick<Ledger, 'loadState'>; clock: Pick<Clock, 'now'> },
  settings: KeyRingSettings = KEY_RING,
): KeyRingInForce {
  let read: { readonly at: number; readonly state: Promise<KeyRingState> } | undefined;

  function noOlderThan(ms: number): Promise<KeyRingState> {
    const now = clock.now();
    if (read !== undefined && now - read.at < ms) return read.state;
    const state = ledger.loadState<KeyRingState>(KEY_RING_AGGREGATE).then((found) => found?.state ?? NO_KEYS);
    const own = { at: now, state };
    read = own;
    // What failed is not kept.
    state.catch(() => {
      if (read === own) read = undefined;
    });
    return state;
  }
  const having = async (has: (state: KeyRingState) => boolean, againMs: number): Promise<KeyRingState> => {
    const state = await noOlderThan(settings.cache_ms);
    return has(state) ? state : noOlderThan(againMs);
  };

  return {
    current: () => noOlderThan(settings.cache_ms),
    knowing: (kid) => having((state) => keyOf(state, kid) !== undefined, READ_AGAIN_MS),
    signing: () => having((state) => signingKey(state) !== undefined, 0),
  };
}
