/**
 * What one principal was granted, as an event-sourced aggregate each. A role counts for every tenant that the principal
 * has: who is to be something else elsewhere signs in as somebody else there.
 */
import { HiveError } from '../../errors.ts';
import type { Recorded } from '../../ledger/chain.ts';
import type { Role } from '../caller.ts';
import type { GrantEvent } from '../events.ts';

export interface GrantedRole {
  readonly role: Role;
  readonly by: string;
  readonly why: string;
  /** epoch ms */
  readonly at: number;
}

export interface GrantsState {
  readonly principal: string;
  readonly roles: readonly GrantedRole[];
  /** `*`: all */
  readonly tenants: readonly string[];
  /** times in epoch ms */
  readonly break_glass?: { readonly at: number; readonly until: number; readonly why: string };
}

export const noGrants = (principal: string): GrantsState => ({ principal, roles: [], tenants: [] });

/** @throws HiveError GRANT_TRANSITION_INVALID (500) */
export function reduceGrants(
  before: GrantsState | undefined,
  { event, at, aggregate }: Pick<Recorded<GrantEvent>, 'event' | 'at' | 'aggregate'>,
): GrantsState {
  const state = before ?? noGrants(aggregate.slice(aggregate.indexOf('#') + 1));
  switch (event.type) {
    case 'RoleGranted': {
      const { role, tenants, by, why } = event;
      const others = state.roles.filter((granted) => granted.role !== role);
      return {
        ...state,
        roles: [...others, { role, by, why, at }],
        tenants: [...new Set([...state.tenants, ...tenants])].sort(),
      };
    }
    case 'RoleRevoked': {
      const roles = state.roles.filter(({ role }) => role !== event.role);
      if (roles.length === state.roles.length)
        throw new HiveError('GRANT_TRANSITION_INVALID', `${state.principal} is not ${event.role}.`, { status: 500 });
      // Broken glass does not outlive a role: it may be the one that let somebody break it.
      const { break_glass: _, ...rest } = state;
      return roles.length === 0 ? { ...rest, roles, tenants: [] } : { ...rest, roles };
    }
    case 'BreakGlassUsed':
      return { ...state, break_glass: { at, until: event.until, why: event.why } };
  }
}
