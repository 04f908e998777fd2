import { describe, expect, it } from 'vitest';
import { step } from '../../../../core/swarm/health/ladder.ts';
import { outcomesOver } from '../../../../core/swarm/health/load-outcomes.ts';
import { HEALTH_SETTINGS as SETTINGS } from '../../../../core/swarm/health/settings.ts';
import { signsOf } from '../../../../core/swarm/health/signs.ts';
import { unmarked } from '../../../../core/swarm/health/state.ts';
import { depositOf, type Outcome } from '../../../../core/trail/deposit.ts';
import { NOW } from '../../../support/plans.ts';
import { agentOf } from '../../../support/scheduling.ts';

interface Done {
  readonly agent: string;
  readonly kind?: string;
  readonly outcome?: Outcome;
  readonly times: number;
  readonly took?: number;
}

/** What the trails know after attempts that ended just now. */
const knownAfter = (...all: Done[]) =>
  outcomesOver(
    [
      all.flatMap(({ agent, kind = 'compile', outcome = 'success', times, took = 1 }) =>
        Array.from({ length: times }, () =>
          depositOf({
            ...{ pool: 'p', task_type: kind, agent_id: agent, outcome, at: NOW },
            ...{ duration_ms: took * 60_000, estimated_duration_ms: 60_000 },
          }),
        ),
      ),
    ],
    NOW,
  );
const others: Done[] = Array.from({ length: 10 }, (_, at) => ({ agent: `other-${at}`, times: 20 }));
const rungAfter = (...all: Done[]) =>
  step(unmarked('a'), signsOf(agentOf('a'), knownAfter(...others, ...all), NOW), NOW, SETTINGS);

describe('What the trails know of an agent', () => {
  it('is nothing before it has ended an attempt', () => {
    expect(knownAfter(...others)('a')).toBeUndefined();
  });

  it('is its attempts and how they compare with others’, over all kinds of work', () => {
    const known = knownAfter(...others, { agent: 'a', times: 20 }, { agent: 'a', kind: 'test', times: 10 })('a');
    expect(known?.evidence).toBeCloseTo(30, 0);
    expect(known?.slowness.mean).toBeCloseTo(1, 0);
    expect(known?.failure.mean).toBeLessThan(0.1);
  });

  it('makes an agent fall that fails at what others do, soon and further with each', () => {
    const failures = (times: number) => rungAfter({ agent: 'a', outcome: 'failure', times })?.to;
    expect([failures(1), failures(2)]).toEqual([undefined, undefined]);
    const first = Array.from({ length: 20 }, (_, n) => n + 1).find((n) => failures(n) !== undefined);
    expect(first).toBeLessThanOrEqual(8);
    expect(failures(30)).toBe('UNHEALTHY');
  });

  it('holds work that fails everywhere against nobody', () => {
    const poison = others.map(({ agent }) => ({ agent, kind: 'poison', outcome: 'failure' as const, times: 20 }));
    expect(rungAfter(...poison, { agent: 'a', kind: 'poison', outcome: 'failure', times: 20 })).toBeUndefined();
  });

  it('makes an agent fall that takes ten times as long, and none that takes twice as long', () => {
    expect(rungAfter({ agent: 'a', times: 20, took: 2 })).toBeUndefined();
    expect(rungAfter({ agent: 'a', times: 20, took: 10 })).toMatchObject({ to: 'DEGRADED', reasons: ['slow'] });
  });
});
