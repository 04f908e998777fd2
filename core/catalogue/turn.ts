/** That an asset may be called from now on, or no more, as an event of its own: others wait for nothing else. */
import type { AssetEvent, Judgement } from './state.ts';

/** @param called whether it could be called until now */
export function turnOf(called: boolean, judgement: Judgement): AssetEvent[] {
  if (judgement.conforming === called) return [];
  return [{ type: judgement.conforming ? 'AssetConforming' : 'AssetNonConforming', judgement }];
}
