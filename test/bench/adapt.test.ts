import { describe, expect, it } from 'vitest';
import { adapt, oracle } from '../../bench/adapt/spell.ts';
import { swarm } from '../../bench/tail/ours.ts';
import { PEERS } from '../../bench/tail/peers.ts';

const SETTING = { seed: 1, service_ms: 10_000, load: 0.7, deviation: 0.5, tickets: [1_000, 1_000, 3_000] } as const;

describe('an agent that turns slow for a spell', () => {
  it('is avoided by the swarm and used again, and never avoided by round-robin', () => {
    const { avoided, used } = adapt(SETTING, swarm({ fast: true }));
    // Round-robin would have given it a hundred.
    expect(avoided?.own).toBeLessThan(20);
    expect(used?.tickets).toBeLessThan(3_000);
    expect(adapt(SETTING, PEERS['round-robin']).avoided).toBeUndefined();
  });

  it('costs an oracle no regret, and round-robin more than the swarm', () => {
    const total = (regret: readonly number[]): number => regret.reduce((a, b) => a + b, 0);
    expect(total(adapt(SETTING, oracle).regret)).toBe(0);
    expect(total(adapt(SETTING, swarm({ fast: true })).regret)).toBeLessThan(
      total(adapt(SETTING, PEERS['round-robin']).regret) / 10,
    );
  });
});
