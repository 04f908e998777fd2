/** From events to the writes that append them: the one place where enrolments and credentials are recorded. */
import { credentialAggregate, enrolmentAggregate } from '../../ledger/aggregate.ts';
import { GENESIS, record } from '../../ledger/chain.ts';
import type { Sha256 } from '../../ports/digest.ts';
import type { Standing, Write } from '../../ports/ledger.ts';
import { ENROLMENTS_LIST, listedBy } from '../lists.ts';
import {
  type CredentialEvent,
  type CredentialState,
  type EnrolmentEvent,
  type EnrolmentState,
  reduceCredential,
  reduceEnrolment,
} from './state.ts';

export function appendToEnrolment(
  id: string,
  before: Standing<EnrolmentState> | undefined,
  event: EnrolmentEvent,
  at: number,
  sha256: Sha256,
): Write {
  const aggregate = enrolmentAggregate(id);
  const link = record(before?.head ?? GENESIS, { aggregate, at, subject: {}, event }, sha256);
  const listed = before === undefined ? { listed: { under: ENROLMENTS_LIST, by: listedBy(at, id) } } : {};
  return { kind: 'append', records: [link], state: reduceEnrolment(before?.state, link), ...listed };
}

export function appendToCredential(
  agentId: string,
  before: Standing<CredentialState> | undefined,
  event: CredentialEvent,
  at: number,
  sha256: Sha256,
): Write {
  const aggregate = credentialAggregate(agentId);
  const link = record(before?.head ?? GENESIS, { aggregate, at, subject: {}, event }, sha256);
  return { kind: 'append', records: [link], state: reduceCredential(before?.state, link) };
}
