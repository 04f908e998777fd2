/** What the ledger keeps of who may what: calls that were refused, what looks like an attack, roles, broken glass. */
import type { Action } from '../policy/access.ts';
import type { ByOperator } from '../ticket/events.ts';
import type { Role } from './caller.ts';

export const SIGNAL_KINDS = [
  /** a principal is refused again and again */
  'denied_burst',
  /** an attempt that was claimed from one address is spoken for from another */
  'token_used_from_two_places',
  /** an agent speaks for a ticket, or an agent, that is another's */
  'agent_reported_for_another',
  /** who wrote a plan tries to approve it */
  'plan_approved_by_author',
  /** an enrolment is exchanged again: its secret may have been somebody else's too */
  'enrolment_used_again',
  /** an enrolment that was withdrawn is exchanged: whom its secret was kept from, has it */
  'withdrawn_enrolment_used',
] as const;
export type SignalKind = (typeof SIGNAL_KINDS)[number];

/** A call that was refused; nothing secret is in it. */
export interface AccessRefused {
  readonly type: 'AccessRefused';
  readonly code: string;
  /** as the edge knows the caller */
  readonly principal: string;
  readonly action: Action;
  /** `Plan::"…"`, `Ticket::"…"` … */
  readonly resource: string;
  readonly message: string;
  readonly policies?: readonly string[];
  readonly policy_set?: string;
  /** SHA-256 of what was asked */
  readonly inputs?: string;
  /** address that the call came from */
  readonly source?: string;
}

/** Something that a person should look at; told once a window. */
export interface SecuritySignalRaised {
  readonly type: 'SecuritySignalRaised';
  readonly kind: SignalKind;
  /** whom it is about, as the edge knows them */
  readonly principal: string;
  /** beginning of the window, epoch ms, and its length */
  readonly window_start: number;
  readonly window_ms: number;
  /** what it was told by, in words */
  readonly because: string;
  /** refusals in the window so far, where it is about how many there are */
  readonly refusals?: number;
  readonly resource?: string;
  readonly source?: string;
}

export type GrantEvent =
  | ({ readonly type: 'RoleGranted'; readonly role: Role; readonly tenants: readonly string[] } & ByOperator)
  | ({ readonly type: 'RoleRevoked'; readonly role: Role } & ByOperator)
  /** the principal took more than it has, until then (epoch ms) */
  | ({ readonly type: 'BreakGlassUsed'; readonly until: number } & ByOperator);

export type AccessEvent = AccessRefused | SecuritySignalRaised | GrantEvent;
