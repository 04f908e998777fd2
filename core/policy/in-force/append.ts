/** From events to the writes that append them: the one place where the policies' events are recorded. */
import { POLICIES_AGGREGATE, policySetAggregate } from '../../ledger/aggregate.ts';
import { GENESIS, record } from '../../ledger/chain.ts';
import type { Sha256 } from '../../ports/digest.ts';
import type { Standing, Write } from '../../ports/ledger.ts';
import type { PolicySet } from '../policy-set.ts';
import { reducePolicies } from './reducer.ts';
import type { PoliciesEvent, PoliciesState, PolicySetState, PolicySetWritten } from './state.ts';

export interface Appended {
  readonly write: Write;
  readonly state: PoliciesState;
}

export function appendToPolicies(
  before: Standing<PoliciesState> | undefined,
  event: PoliciesEvent,
  at: number,
  sha256: Sha256,
): Appended {
  const link = record(before?.head ?? GENESIS, { aggregate: POLICIES_AGGREGATE, at, subject: {}, event }, sha256);
  const state = reducePolicies(before?.state, link);
  return { write: { kind: 'append', records: [link], state }, state };
}

/** Fails on committing where the version is there already. */
export function writePolicySet(version: number, set: PolicySet, at: number, sha256: Sha256): Write {
  const event: PolicySetWritten = { type: 'PolicySetWritten', version, set };
  const state: PolicySetState = { version, set };
  const link = record(GENESIS, { aggregate: policySetAggregate(version), at, subject: {}, event }, sha256);
  return { kind: 'append', records: [link], state };
}
