/** Names of aggregates, and an aggregate as a store reads it: its events in order, and the state beside them. */
import type { DomainEvent, Head, Recorded } from './chain.ts';

export const ticketAggregate = (ticketId: string): string => `TICKET#${ticketId}`;
export const planAggregate = (planId: string): string => `PLAN#${planId}`;
export const incidentAggregate = (incidentId: string): string => `INCIDENT#${incidentId}`;
export const healthAggregate = (agentId: string): string => `HEALTH#${agentId}`;
/** @param key `agent:<agent id>`, `asset:<asset id>` or `asset:<asset id> <method> <path>` */
export const breakerAggregate = (key: string): string => `BREAKER#${key}`;
export const rejectionAggregate = (digest: string): string => `REJECTION#${digest}`;
export const assetAggregate = (assetId: string): string => `ASSET#${assetId}`;

/** Each refused call is one: no two of them ever write the same item. */
export const refusalAggregate = (refusalId: string): string => `REFUSAL#${refusalId}`;
export const signalAggregate = (signalId: string): string => `SIGNAL#${signalId}`;
export const enrolmentAggregate = (enrolmentId: string): string => `ENROLMENT#${enrolmentId}`;
export const credentialAggregate = (agentId: string): string => `CREDENTIAL#${agentId}`;
export const grantsAggregate = (principal: string): string => `GRANTS#${principal}`;

/** There is one: which strategy the scheduler goes by. */
export const STRATEGY_AGGREGATE = 'STRATEGY#scheduler';

/** There is one: the keys that sign tickets' tokens. */
export const KEY_RING_AGGREGATE = 'KEYRING#ticket-tokens';

/** There is one: which policies are in force. */
export const POLICIES_AGGREGATE = 'POLICIES#in-force';
export const policySetAggregate = (version: number): string => `POLICIES#${version}`;

export interface Aggregate<E extends DomainEvent, State> {
  readonly head: Head;
  readonly state: State;
  readonly records: readonly Recorded<E>[];
}
