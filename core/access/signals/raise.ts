/** A signal is raised: once a window, whoever notices, and however often. */
import { signalAggregate } from '../../ledger/aggregate.ts';
import { GENESIS, record } from '../../ledger/chain.ts';
import { isConflict } from '../../ledger/retry.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Sha256 } from '../../ports/digest.ts';
import type { Ledger } from '../../ports/ledger.ts';
import { uuidOf } from '../../ticket/ids.ts';
import type { SecuritySignalRaised } from '../events.ts';
import { listedBy, SIGNALS_LIST } from '../lists.ts';
import { type Suspicion, windowOf } from './detect.ts';

export interface SignalState extends Omit<SecuritySignalRaised, 'type'> {
  readonly signal_id: string;
  /** epoch ms */
  readonly at: number;
  readonly plan_id?: string | undefined;
  readonly ticket_id?: string | undefined;
}

export interface RaiseSignalDeps {
  ledger: Pick<Ledger, 'commit' | 'loadState'>;
  clock: Pick<Clock, 'now'>;
  sha256: Sha256;
}

/** Resolves to false where it was raised in this window already. */
export type RaiseSignal = (suspicion: Suspicion) => Promise<boolean>;

/** Its id follows from what it is about, so that of two that raise it at once one finds it raised. */
export function createRaiseSignal({ ledger, clock, sha256 }: RaiseSignalDeps): RaiseSignal {
  return async ({ about, plan_id, ticket_id, source, ...said }) => {
    const at = clock.now();
    const window_start = windowOf(at, said.window_ms);
    const signal_id = uuidOf('signal', [said.kind, said.principal, about, String(window_start)], sha256);
    const aggregate = signalAggregate(signal_id);
    const facts = { ...said, window_start, ...(source !== undefined && { source }) };
    const event: SecuritySignalRaised = { type: 'SecuritySignalRaised', ...facts };
    const state: SignalState = { ...facts, signal_id, at, plan_id, ticket_id };
    const link = record(GENESIS, { aggregate, at, subject: { plan_id, ticket_id }, event }, sha256);
    const listed = { under: SIGNALS_LIST, by: listedBy(at, signal_id) };
    try {
      await ledger.commit([{ kind: 'append', records: [link], state, listed }]);
      return true;
    } catch (error) {
      if (isConflict(error) && (await ledger.loadState(aggregate)) !== undefined) return false;
      throw error;
    }
  };
}
