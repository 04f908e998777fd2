/** Writes an agent's change of rung, unless somebody was there before. */
import { isConflict } from '../../ledger/retry.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Sha256 } from '../../ports/digest.ts';
import type { Ledger } from '../../ports/ledger.ts';
import { appendToHealth, eventOf } from './record.ts';
import type { HealthChange } from './review.ts';

/** Resolves to whether it was written by this call: of several that see the same, one does what follows from it. */
export type CommitChange = (change: HealthChange) => Promise<boolean>;

export function createCommitChange({
  ledger,
  clock,
  sha256,
}: {
  ledger: Ledger;
  clock: Clock;
  sha256: Sha256;
}): CommitChange {
  return async ({ agent, change }) => {
    const { agent_id, heartbeat_at, standing } = agent;
    const before = await ledger.loadHealth(agent_id);
    const stands = before?.state.health ?? 'HEALTHY';
    if (stands !== change.from || before?.state.since !== standing?.since) return false;
    const more = change.to === 'REMOVED' ? { leaves: { last_heard_at: heartbeat_at } } : {};
    try {
      await ledger.commit([appendToHealth(agent_id, before, eventOf(change), clock.now(), sha256, more)]);
      return true;
    } catch (error) {
      // It moved on: the next review sees how it stands then.
      if (isConflict(error)) return false;
      throw error;
    }
  };
}
