import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { NOW } from '../support/plans.ts';
import { describeContract } from './stores.ts';

const UNTIL = NOW + 60_000;

describeContract('Marks of access', (stores) => {
  const name = () => `refused:${NOW}:${randomUUID()}`;

  it('count by name, from one on', async () => {
    const { marks } = stores();
    const [mine, other] = [name(), name()];
    expect(await marks.count(mine, UNTIL)).toBe(1);
    expect(await marks.count(mine, UNTIL)).toBe(2);
    expect(await marks.count(other, UNTIL)).toBe(1);
  });

  it('lose no count, however many count at once', async () => {
    const { marks } = stores();
    const mine = name();
    const counts = await Promise.all(Array.from({ length: 12 }, () => marks.count(mine, UNTIL)));
    expect(counts.sort((a, b) => a - b)).toEqual(Array.from({ length: 12 }, (_, i) => i + 1));
  });

  it('keep what was said first, whatever is said later', async () => {
    const { marks } = stores();
    const mine = name();
    expect(await marks.first(mine, '192.0.2.1', UNTIL)).toBe('192.0.2.1');
    expect(await marks.first(mine, '198.51.100.7', UNTIL)).toBe('192.0.2.1');
  });

  it('keep one value, of those that are said at once', async () => {
    const { marks } = stores();
    const mine = name();
    const kept = await Promise.all(['a', 'b', 'c', 'd'].map((value) => marks.first(mine, value, UNTIL)));
    expect(new Set(kept).size).toBe(1);
  });

  it('take names and values of any length that a call may have', async () => {
    const { marks } = stores();
    const mine = `${name()}${'ü'.repeat(3000)}`;
    expect(await marks.first(mine, 'v'.repeat(1000), UNTIL)).toBe('v'.repeat(1000));
    expect(await marks.count(name(), UNTIL)).toBe(1);
  });
});
