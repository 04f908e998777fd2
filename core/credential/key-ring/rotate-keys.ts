/** Once a minute: a key is made, signs, or is put out of use, where that is due. */

import { KEY_RING_AGGREGATE } from '../../ledger/aggregate.ts';
import { retryOnConflict } from '../../ledger/retry.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Sha256 } from '../../ports/digest.ts';
import type { KeyMaker } from '../../ports/key-maker.ts';
import type { Ledger } from '../../ports/ledger.ts';
import { appendToKeyRing } from './append.ts';
import { rotate } from './rotate.ts';
import { KEY_RING, type KeyRingSettings } from './settings.ts';
import { type KeyRingEvent, type KeyRingState, NO_KEYS } from './state.ts';

export interface RotateKeysDeps {
  ledger: Pick<Ledger, 'loadState' | 'commit'>;
  keys: KeyMaker;
  clock: Clock;
  sha256: Sha256;
  settings?: KeyRingSettings;
}

export interface Rotated {
  readonly state: KeyRingState;
  readonly events: readonly KeyRingEvent[];
}

/** May run at any time, as often as one likes and beside itself: whoever loses a race reads again. */
export function createRotateKeys({ ledger, keys, clock, sha256, settings = KEY_RING }: RotateKeysDeps) {
  return (): Promise<Rotated> =>
    retryOnConflict(clock, async () => {
      const standing = await ledger.loadState<KeyRingState>(KEY_RING_AGGREGATE);
      const now = clock.now();
      const events: KeyRingEvent[] = [];
      let state = standing?.state ?? NO_KEYS;
      for (let step = rotate(state, now, settings); step !== undefined; step = rotate(state, now, settings)) {
        events.push(step === 'add_key' ? { type: 'KeyAdded', ...(await keys.make()) } : step);
        state = appendToKeyRing(standing, events, now, sha256).state;
      }
      if (events.length === 0) return { state, events };
      await ledger.commit([appendToKeyRing(standing, events, now, sha256).write]);
      return { state, events };
    });
}
