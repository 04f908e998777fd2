/** Makes pairs of keys of which nobody ever sees the private part in the clear but whoever signs with it. */
import type { NewKey } from '../credential/key-ring/state.ts';

export interface KeyMaker {
  /** A new pair on P-256, its private part wrapped. */
  make(): Promise<NewKey>;
}
