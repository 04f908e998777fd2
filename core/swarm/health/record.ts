/** From what happened to an agent's health to the write that appends it. */
import { healthAggregate } from '../../ledger/aggregate.ts';
import { GENESIS, record } from '../../ledger/chain.ts';
import type { Sha256 } from '../../ports/digest.ts';
import type { Write } from '../../ports/ledger.ts';
import { below } from './ladder.ts';
import { type HealthEvent, type HealthRecord, type RungChange, reduceHealth } from './state.ts';

/** @param more see the ledger's port: what changes on the agent's item with it */
export function appendToHealth(
  agent_id: string,
  before: HealthRecord | undefined,
  event: HealthEvent,
  at: number,
  sha256: Sha256,
  more: Pick<Extract<Write, { kind: 'append_health' }>, 'leaves' | 'owner'> = {},
): Write {
  const link = record(
    before?.head ?? GENESIS,
    { aggregate: healthAggregate(agent_id), at, subject: {}, event },
    sha256,
  );
  const state = reduceHealth(before?.state, link);
  return { kind: 'append_health', records: [link], state, ...more };
}

export function eventOf(change: RungChange): HealthEvent {
  if (below(change.from, change.to)) return { type: 'AgentRecovered', ...change };
  if (change.to === 'REMOVED') return { type: 'AgentRemoved', ...change };
  return { type: change.to === 'UNHEALTHY' ? 'AgentUnhealthy' : 'AgentDegraded', ...change };
}
