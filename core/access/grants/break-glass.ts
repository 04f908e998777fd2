/**
 * Somebody takes more than they have, because it burns: for a while, with a reason, and with everybody told. Policies and
 * roles stay out of reach, so that nobody lets themselves in for longer.
 */
import { HiveError } from '../../errors.ts';
import type { ByOperator } from '../../ticket/events.ts';
import type { Caller } from '../caller.ts';
import { mayBreak } from '../callers.ts';
import type { AccessSettings } from '../settings.ts';
import { change, type Granted, type GrantRoleDeps } from './grant-role.ts';

export interface BreakGlassDeps extends Pick<GrantRoleDeps, 'ledger' | 'clock' | 'sha256'> {
  settings: AccessSettings;
}

export type BreakGlass = (caller: Caller, forMs: number | undefined, operator: ByOperator) => Promise<Granted>;

/**
 * Asking again moves the end.
 * @param forMs default: the setting
 * @throws HiveError BREAK_GLASS_NOT_FOR_YOU (403) · BREAK_GLASS_TOO_LONG (422)
 */
export function createBreakGlass({ ledger, clock, sha256, settings }: BreakGlassDeps): BreakGlass {
  return async (caller, forMs = settings.break_glass_ms, operator) => {
    if (!mayBreak(caller.roles, settings))
      throw new HiveError(
        'BREAK_GLASS_NOT_FOR_YOU',
        `Break-glass is for ${settings.break_glass_by.join(', ')}: ask one of them.`,
        { status: 403, detail: { roles: caller.roles } },
      );
    if (forMs > settings.break_glass_most_ms)
      throw new HiveError(
        'BREAK_GLASS_TOO_LONG',
        `Broken glass lets through for ${settings.break_glass_most_ms / 60_000} min at most; ask again before it ends.`,
        { status: 422, detail: { for_ms: forMs, most_ms: settings.break_glass_most_ms } },
      );
    const until = clock.now() + forMs;
    return change({ ledger, clock, sha256 }, caller.principal, ({ break_glass }) =>
      break_glass !== undefined && break_glass.until >= until
        ? undefined
        : { type: 'BreakGlassUsed', until, ...operator },
    );
  };
}
