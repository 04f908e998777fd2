/** From an event to the write that appends it: the one place where grants are recorded. */
import { grantsAggregate } from '../../ledger/aggregate.ts';
import { GENESIS, record } from '../../ledger/chain.ts';
import type { Sha256 } from '../../ports/digest.ts';
import type { Standing, Write } from '../../ports/ledger.ts';
import type { GrantEvent } from '../events.ts';
import { GRANTS_LIST } from '../lists.ts';
import { type GrantsState, reduceGrants } from './state.ts';

export function appendToGrants(
  principal: string,
  before: Standing<GrantsState> | undefined,
  event: GrantEvent,
  at: number,
  sha256: Sha256,
): { readonly write: Write; readonly state: GrantsState } {
  const aggregate = grantsAggregate(principal);
  const link = record(before?.head ?? GENESIS, { aggregate, at, subject: {}, event }, sha256);
  const state = reduceGrants(before?.state, link);
  return { write: { kind: 'append', records: [link], state, listed: { under: GRANTS_LIST, by: principal } }, state };
}
