/**
 * What agents have left behind: see core/trail/sums.ts. Deposits are writes of the ledger's commits. Reads may lag behind
 * them by about a second, and that is all that an estimate loses by it.
 */
import type { TrailRow } from '../trail/sums.ts';

export interface Trails {
  /** all rows of a pool in one epoch, in no order; none where nothing was deposited, or long ago */
  read(pool: string, epoch: number): Promise<TrailRow[]>;
}
