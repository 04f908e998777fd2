/**
 * Whether a call may come in: a token each of its user's bucket, its tenant's and the one of all. A call that is refused
 * further on gives back what it took before, in this process: nobody's bucket pays for another one's limit.
 *
 * The user's is asked before anything is read for the call, the others once it is known whose the call is: who asks too much
 * costs nobody a read, and a tenant's bucket is only ever asked for those who are of the tenant.
 *
 * Limits guard availability and authorise nothing: where the buckets cannot be asked a call is let in, and counted, since
 * turning everybody away is what the limits are there to prevent.
 */
import { HiveError } from '../errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { Scope } from './settings.ts';
import type { TakeToken, Token } from './tokens.ts';

/**
 * A call that its user may make, asked about further, once.
 * @param tenant whose call it is, see `tenantOfCall`; undefined: no tenant's
 * @throws HiveError RATE_LIMITED (429)
 */
export type Entry = (tenant: string | undefined) => Promise<void>;

export interface Admit {
  /** @param principal who calls. @throws HiveError RATE_LIMITED (429) with `bucket` and `retry_after_ms` */
  user(principal: string): Promise<Entry>;
  /** An agent's call has this bucket and no other. @throws as `user` */
  agent(key: string): Promise<void>;
}

export interface AdmitDeps {
  readonly takeToken: TakeToken;
  readonly clock: Pick<Clock, 'now'>;
  /** told of buckets that could not be asked */
  readonly onUnavailable?: (error: unknown) => void;
  readonly onLimited?: (scope: Scope) => void;
}

const LET_IN: Entry = async () => {};

export function createAdmit({ takeToken, clock, onUnavailable, onLimited }: AdmitDeps): Admit {
  /** Resolves to undefined where nobody knows. */
  async function take(scope: Scope, key: string, before: readonly Token[] = []): Promise<Token | undefined> {
    const token = await takeToken(scope, key).catch((error: unknown) => void onUnavailable?.(error));
    if (token === undefined || token.ok) return token;
    for (const taken of before) if (taken.ok) taken.giveBack();
    onLimited?.(scope);
    throw rateLimited(scope, key, token.retry_at - clock.now());
  }

  return {
    async user(principal) {
      const user = await take('user', principal);
      if (user === undefined) return LET_IN;
      return async (tenant) => {
        const own = tenant === undefined ? undefined : await take('tenant', tenant, [user]);
        if (tenant !== undefined && own === undefined) return;
        await take('global', ALL, own === undefined ? [user] : [own, user]);
      };
    },

    async agent(key) {
      await take('agent', key);
    },
  };
}

/** There is one bucket of all. */
export const ALL = 'all';

const WHOSE: Readonly<Record<Scope, string>> = {
  user: 'the caller',
  tenant: 'their tenant',
  global: 'all callers together',
  agent: 'the agent',
};

/** `bucket`: which one is empty, `tenant:acme`. Nobody is told of a bucket that is not their own, or all's. */
function rateLimited(scope: Scope, key: string, wait_ms: number): HiveError {
  const retry_after_ms = Math.max(1, Math.ceil(wait_ms));
  const bucket = scope === 'global' ? scope : `${scope}:${key}`;
  return new HiveError(
    'RATE_LIMITED',
    `More calls than ${WHOSE[scope]} may make: call again in ${Math.ceil(retry_after_ms / 1000)} s.`,
    { status: 429, detail: { scope, bucket, retry_after_ms } },
  );
}

/** Header `Retry-After` of an answer, in whole seconds; nothing where the caller need not wait. */
export function retryAfter({ context }: { context: Readonly<Record<string, unknown>> }): Record<string, string> {
  const { retry_after_ms } = context;
  return typeof retry_after_ms === 'number' ? { 'retry-after': String(Math.ceil(retry_after_ms / 1000)) } : {};
}
