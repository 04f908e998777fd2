/**
 * Whether a call may come in: a token each of its user's bucket, its tenant's and the one of all. A call that is refused
 * further on gives back what it took before, in this process: nobody's bucket pays for another one's limit.
 *
 * Limits guard availability and authorise nothing: where the buckets cannot be asked a call is let in, and counted, since
 * turning everybody away is what the limits are there to prevent.
 */
import { HiveError } from '../errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { Scope } from './settings.ts';
import type { TakeToken, Token } from './tokens.ts';

/** Who calls, as the edge knows it; absent ones have no bucket. */
export interface Arrival {
  readonly user?: string | undefined;
  readonly tenant?: string | undefined;
  /** an agent's call has this bucket and no other */
  readonly agent?: string | undefined;
}

/** @throws HiveError RATE_LIMITED (429) with `retry_after_ms` */
export type Admit = (arrival: Arrival) => Promise<void>;

export interface AdmitDeps {
  readonly takeToken: TakeToken;
  readonly clock: Pick<Clock, 'now'>;
  /** told of buckets that could not be asked */
  readonly onUnavailable?: (error: unknown) => void;
  readonly onLimited?: (scope: Scope) => void;
}

export function createAdmit({ takeToken, clock, onUnavailable, onLimited }: AdmitDeps): Admit {
  return async function admit(arrival) {
    const taken: Token[] = [];
    for (const [scope, key] of bucketsOf(arrival)) {
      const token = await takeToken(scope, key).catch((error: unknown) => onUnavailable?.(error));
      if (token === undefined) return;
      if (!token.ok) {
        for (const before of taken) if (before.ok) before.giveBack();
        onLimited?.(scope);
        throw rateLimited(scope, token.retry_at - clock.now());
      }
      taken.push(token);
    }
  };
}

/** There is one bucket of all. */
export const ALL = 'all';

function bucketsOf({ user, tenant, agent }: Arrival): [Scope, string][] {
  if (agent !== undefined) return [['agent', agent]];
  const known: [Scope, string | undefined][] = [
    ['user', user],
    ['tenant', tenant],
    ['global', ALL],
  ];
  return known.flatMap(([scope, key]): [Scope, string][] => (key === undefined ? [] : [[scope, key]]));
}

const WHOSE: Readonly<Record<Scope, string>> = {
  user: 'the caller',
  tenant: 'its tenant',
  global: 'all callers together',
  agent: 'the agent',
};

export function rateLimited(scope: Scope, wait_ms: number): HiveError {
  const retry_after_ms = Math.max(1, Math.ceil(wait_ms));
  return new HiveError(
    'RATE_LIMITED',
    `More calls than ${WHOSE[scope]} may make: call again in ${Math.ceil(retry_after_ms / 1000)} s.`,
    { status: 429, detail: { scope, retry_after_ms } },
  );
}

/** Header `Retry-After` of an answer, in whole seconds; nothing where the caller need not wait. */
export function retryAfter({ context }: { context: Readonly<Record<string, unknown>> }): Record<string, string> {
  const { retry_after_ms } = context;
  return typeof retry_after_ms === 'number' ? { 'retry-after': String(Math.ceil(retry_after_ms / 1000)) } : {};
}
