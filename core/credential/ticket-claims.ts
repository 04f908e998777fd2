/** What a ticket's token says: who may do what for which attempt, and until when. */
import type { TicketSpec } from '../ticket/state.ts';
import type { Claims } from './token/claims.ts';
import { invalid } from './token/refusal.ts';

/** What one attempt of one ticket is given to one agent. */
export interface Grant {
  readonly plan_id: string;
  readonly ticket_id: string;
  readonly attempt: number;
  readonly agent_id: string;
  readonly scopes: readonly string[];
  /** epoch s, when the attempt's time is over: no renewal goes beyond */
  readonly attempt_ends: number;
}

/** Where the hive's tokens are from, and whom they are for. */
export interface TrustDomain {
  readonly name: string;
}
export const issuerOf = ({ name }: TrustDomain): string => `spiffe://${name}`;
export const audienceOf = ({ name }: TrustDomain): string => `spiffe://${name}/agent-api`;

/** An agent's id is one segment of a path as it stands. */
export const subjectOf = ({ name }: TrustDomain, agent: string): string => `spiffe://${name}/agent/${agent}`;

type Scoped = Pick<TicketSpec, 'task_type' | 'metadata' | 'qos'> & {
  readonly assets?: readonly { readonly asset_id: string; readonly action: string }[] | undefined;
};

/** The least that the attempt needs. Claiming is not among it: that is what the token is given for. */
export function scopesOf({ task_type, metadata, qos, assets = [] }: Scoped): string[] {
  return [
    ...['ticket:heartbeat', 'ticket:report'],
    // What may not be begun twice is not handed on once it was claimed.
    ...(qos.delivery_mode === 'AT_MOST_ONCE' ? [] : ['ticket:hand-back']),
    `task:${metadata.task_type ?? task_type}`,
    ...new Set(assets.map(({ asset_id, action }) => `asset:${asset_id}:${action}`)),
  ];
}

/** @throws HiveError TOKEN_INVALID (claim_type), for what was not made by `issue` */
export function grantOf({ plan_id, ticket_id, attempt, scopes, attempt_ends }: Claims): Omit<Grant, 'agent_id'> {
  if (isName(plan_id) && isName(ticket_id) && isCount(attempt) && isTexts(scopes) && isCount(attempt_ends))
    return { plan_id, ticket_id, attempt, scopes, attempt_ends };
  throw invalid('claim_type', 'The token is not of an attempt of a ticket.');
}

const isText = (value: unknown): value is string => typeof value === 'string';
const isName = (value: unknown): value is string => isText(value) && value !== '';
const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) > 0;
const isTexts = (value: unknown): value is readonly string[] => Array.isArray(value) && value.every(isText);
