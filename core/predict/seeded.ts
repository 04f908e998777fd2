/** Random numbers that a text decides: looked at again as it stood, a plan gets the same prediction. */
import { createRandom } from '../simulate/random.ts';

/** FNV-1a (Fowler, Noll & Vo), 32 bits. @returns uniform in [0, 1) */
export function seededRandom(seed: string): () => number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < seed.length; at++) hash = Math.imul(hash ^ seed.charCodeAt(at), 0x01000193);
  return createRandom(hash >>> 0);
}
