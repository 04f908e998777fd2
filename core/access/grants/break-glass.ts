/**
 * Somebody takes more than they have, because it burns: for a while, with a reason, and with everybody told. Who may, the
 * policies say. Policies and roles stay out of reach, so that nobody lets themselves in for longer.
 */
import { HiveError } from '../../errors.ts';
import type { ByOperator } from '../../ticket/events.ts';
import type { Caller } from '../caller.ts';
import type { AccessSettings } from '../settings.ts';
import { change, type Granted, type GrantRoleDeps } from './grant-role.ts';

export interface BreakGlassDeps extends Pick<GrantRoleDeps, 'ledger' | 'clock' | 'sha256'> {
  settings: AccessSettings;
}

export type BreakGlass = (caller: Caller, forMs: number | undefined, operator: ByOperator) => Promise<Granted>;

/**
 * What is broken is not broken anew (policy `break-glass-twice`): it ends when it was said to. Of two calls that come at once,
 * the first says when.
 * @param forMs default: the setting
 * @throws HiveError BREAK_GLASS_TOO_LONG (422)
 */
export function createBreakGlass({ ledger, clock, sha256, settings }: BreakGlassDeps): BreakGlass {
  return async (caller, forMs = settings.break_glass_ms, operator) => {
    if (forMs > settings.break_glass_most_ms)
      throw new HiveError(
        'BREAK_GLASS_TOO_LONG',
        `Broken glass lets through for ${settings.break_glass_most_ms / 60_000} min at most; ask again when it has ended.`,
        { status: 422, detail: { for_ms: forMs, most_ms: settings.break_glass_most_ms } },
      );
    return change({ ledger, clock, sha256 }, caller.principal, ({ break_glass }) => {
      const now = clock.now();
      const broken = break_glass !== undefined && break_glass.until > now;
      return broken ? undefined : { type: 'BreakGlassUsed', until: now + forMs, ...operator };
    });
  };
}
