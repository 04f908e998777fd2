/** Guards as people look at them, and the one thing that operators do to them. */
import { z } from 'zod';
import { HiveError } from '../errors.ts';
import { breakerAggregate } from '../ledger/aggregate.ts';
import { retryOnConflict } from '../ledger/retry.ts';
import type { VerbAnswer, VerbRequest } from '../messages/monitoring-api.ts';
import { absent, epochMs } from '../messages/primitives.ts';
import type { By } from '../operate/operations.ts';
import { operatorOf } from '../operate/verb.ts';
import type { Clock } from '../ports/clock.ts';
import type { Sha256 } from '../ports/digest.ts';
import type { Buckets } from '../ports/guards.ts';
import type { Ledger } from '../ports/ledger.ts';
import type { Timers } from '../ports/timers.ts';
import { ALL } from './admit.ts';
import { appendToBreaker, OPEN_BREAKERS } from './append.ts';
import { type BreakerState, phaseAt } from './breaker.ts';
import { shareOf, tokensAt } from './bucket.ts';
import { LIMITS, SCOPES, type Scope } from './settings.ts';
import { bucketName } from './tokens.ts';

export const guardsView = z
  .object({
    at: epochMs,
    breakers: z
      .array(
        z.object({
          key: z
            .string()
            .meta({ description: 'agent:<agent id>, asset:<asset id> or asset:<asset id> <method> <path>' }),
          phase: z.enum(['open', 'half_open']),
          since: epochMs,
          until: absent(epochMs).meta({ description: 'from then on one ticket at a time may try it' }),
          opened: z.int().meta({ description: 'openings since it was closed' }),
          trial: absent(z.object({ ticket_id: z.string(), attempt: z.int(), give_up_at: epochMs })),
        }),
      )
      .meta({ description: 'those that are not closed, the last opened first' }),
    buckets: z.array(
      z.object({
        scope: z.enum(SCOPES),
        key: z.string(),
        limit: z.int().meta({ description: 'calls a minute' }),
        burst: z.int(),
        left: z.int().meta({ description: 'tokens that nobody has taken, leased ones counted as taken' }),
      }),
    ),
  })
  .meta({ id: 'GuardsView', title: 'GuardsView', description: 'Breakers that are open, and buckets, as they are now' });
export type GuardsView = z.output<typeof guardsView>;

/** Whose buckets are told beside the one of all. */
export interface GuardsQuery {
  readonly user?: string | undefined;
  readonly tenant?: string | undefined;
}

export interface Guards {
  list(query: GuardsQuery): Promise<GuardsView>;
  /** Closes a breaker; one that is closed stays so. @throws HiveError BREAKER_UNKNOWN (404) */
  reset(key: string, request: By<VerbRequest>): Promise<VerbAnswer>;
}

export interface ListGuardsDeps {
  ledger: Pick<Ledger, 'listStates'>;
  buckets: Pick<Buckets, 'read'>;
  clock: Pick<Clock, 'now'>;
}

export interface GuardsDeps extends ListGuardsDeps {
  ledger: Pick<Ledger, 'listStates' | 'loadState' | 'commit'>;
  timers: Timers;
  clock: Clock;
  sha256: Sha256;
}

const MOST = 500;

export function createListGuards({ ledger, buckets, clock }: ListGuardsDeps): Guards['list'] {
  return async ({ user, tenant }) => {
    const now = clock.now();
    const asked: [Scope, string | undefined][] = [
      ['global', ALL],
      ['tenant', tenant],
      ['user', user],
    ];
    const wanted = asked.flatMap(([scope, key]) => (key === undefined ? [] : [{ scope, key }]));
    const shardsOf = ({ scope, key }: { scope: Scope; key: string }) =>
      Array.from({ length: LIMITS[scope].shards }, (_, shard) => bucketName(scope, key, shard));
    const [states, full] = await Promise.all([
      ledger.listStates<BreakerState>(OPEN_BREAKERS, MOST),
      buckets.read(wanted.flatMap(shardsOf)),
    ]);
    return {
      at: now,
      breakers: states.flatMap((state) => {
        const phase = phaseAt(state, now);
        const { key, since, until, opened, trial } = state;
        if (phase === 'closed') return [];
        return [{ key, phase, since, opened, ...(until !== undefined && { until }), ...(trial && { trial }) }];
      }),
      buckets: wanted.map((one) => {
        const { limit, burst, shards } = LIMITS[one.scope];
        const share = shareOf(LIMITS[one.scope], shards);
        const left = shardsOf(one).reduce((sum, name) => sum + tokensAt(full.get(name), share, now), 0);
        return { ...one, limit, burst, left };
      }),
    };
  };
}

export function createGuards(deps: GuardsDeps): Guards {
  const { ledger, timers, clock, sha256 } = deps;
  return {
    list: createListGuards(deps),

    reset: (key, request) =>
      retryOnConflict(clock, async () => {
        const standing = await ledger.loadState<BreakerState>(breakerAggregate(key));
        if (standing === undefined)
          throw new HiveError('BREAKER_UNKNOWN', `No breaker ${JSON.stringify(key)} has ever opened.`, { status: 404 });
        if (standing.state.phase === 'closed') return { id: key, phase: 'closed', changed: false };
        const now = clock.now();
        const event = { type: 'BreakerClosed', key, cause: 'operator', operator: operatorOf(request) } as const;
        // Whoever waits for it looks again at once.
        await timers.set({ kind: 'breaker', id: key, at: now });
        await ledger.commit([appendToBreaker(standing, event, now, sha256).write]);
        return { id: key, phase: 'closed', changed: true };
      }),
  };
}
