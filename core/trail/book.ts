/** Trails in the memory of one process: what simulations and benches learn by, with the ledger's deposits and model. */
import { getOrMake } from '../get-or-make.ts';
import { type Deposit, depositOf, type Ended } from './deposit.ts';
import type { Estimates } from './estimate.ts';
import { gather, learn, type Trails } from './learn.ts';
import { EPOCH_MS, EPOCHS_READ, epochOf, evaporationOver, statisticsOf } from './sums.ts';

export interface TrailBook {
  /** An attempt has ended. A book is of one pool. */
  note(ended: Omit<Ended, 'pool'>): void;
  deposit(deposit: Omit<Deposit, 'pool'>): void;
  /** as of `now`, epoch ms: made anew each time, so ask as often as signals are to be fresh */
  estimates(now: number): Estimates;
}

export function createTrailBook(): TrailBook {
  /** as of each epoch's start */
  const epochs = new Map<number, Trails>();

  function deposit({ epoch, agent_id, task_type, sums }: Omit<Deposit, 'pool'>): void {
    for (const old of epochs.keys()) if (old <= epoch - EPOCHS_READ) epochs.delete(old);
    gather(
      getOrMake(epochs, epoch, () => new Map()),
      agent_id,
      task_type,
      statisticsOf(sums),
    );
  }

  return {
    note: (ended) => deposit(depositOf({ pool: '', ...ended })),
    deposit,
    estimates(now) {
      const trails: Trails = new Map();
      for (const [epoch, of] of epochs)
        if (epoch > epochOf(now) - EPOCHS_READ) gatherAll(trails, of, now - epoch * EPOCH_MS);
      return learn(trails);
    },
  };
}

/** Adds all of an epoch, evaporated by `ms`. */
export function gatherAll(into: Trails, epoch: Trails, ms: number): void {
  const left = evaporationOver(ms);
  for (const [taskType, agents] of epoch)
    for (const [agentId, statistics] of agents) gather(into, agentId, taskType, statistics, left);
}
