import { expect, it } from 'vitest';
import type { Shares } from '../../core/schedule/strategy/strategy.ts';
import { NOW } from '../support/plans.ts';
import { describeContract } from './stores.ts';

describeContract('The store of shares', (stores) => {
  let pools = 0;
  const freshPool = () => `shares-${++pools}`;
  const sharesOf = (lead: number): Shares => ({
    ...{ strategy: 'weighted-fair', at: NOW, cursors: { '12': '#tenant$' } },
    classes: {
      gold: {
        lead,
        clients: { 't/a%23b': { lead: 7500.125, since_aged: 0 }, 't/__proto__': { lead: 0, since_aged: 2 } },
      },
    },
  });

  it('knows nothing of a pool that nothing was saved of', async () => {
    expect(await stores().shares.load(freshPool())).toBeUndefined();
  });

  it('gives back what was saved last, of each pool its own', async () => {
    const [one, other] = [freshPool(), freshPool()];
    await stores().shares.save(one, sharesOf(1));
    await stores().shares.save(other, sharesOf(2));
    await stores().shares.save(one, sharesOf(0.375));
    expect(await stores().shares.load(one)).toEqual(sharesOf(0.375));
    expect(await stores().shares.load(other)).toEqual(sharesOf(2));
  });
});
