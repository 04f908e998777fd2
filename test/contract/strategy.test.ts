import { expect, it } from 'vitest';
import { sha256 } from '../../adapters/system/digest.ts';
import { STRATEGY_AGGREGATE } from '../../core/ledger/aggregate.ts';
import { appendStrategy } from '../../core/schedule/strategy/append.ts';
import { NOW } from '../support/plans.ts';
import { describeContract } from './stores.ts';

describeContract('The ledger of strategies', (stores) => {
  it('knows the strategy in force once one was recorded, and takes one change of two that saw the same', async () => {
    const { ledger } = stores();
    expect(await ledger.loadStrategy()).toBeUndefined();
    const first = { type: 'StrategyChanged', from: 'weighted-fair', to: 'critical-first', cause: 'budget' } as const;
    const write = appendStrategy(undefined, first, NOW, sha256);
    await ledger.commit([write]);
    await expect(ledger.commit([write])).rejects.toMatchObject({ code: 'COMMIT_CONFLICT', detail: { failed: [0] } });

    const current = await ledger.loadStrategy();
    expect(current).toMatchObject({ head: { version: 1 }, state: { strategy: 'critical-first', since: NOW } });
    const operator = { by: 'ada', why: 'the fair is on' };
    const second = {
      ...first,
      from: 'critical-first',
      to: 'round-robin',
      cause: 'operator',
      operator,
      until: NOW + 9,
    } as const;
    await ledger.commit([appendStrategy(current, second, NOW + 1, sha256)]);
    expect((await ledger.loadStrategy())?.state).toEqual({
      ...{ strategy: 'round-robin', since: NOW + 1 },
      override: { ...operator, until: NOW + 9 },
    });
    const { reader } = stores();
    const [last] = await reader.loadEvents([{ aggregate: STRATEGY_AGGREGATE, version: 2 }], ['cause', 'operator']);
    expect(last).toMatchObject({ at: NOW + 1, event: { type: 'StrategyChanged', cause: 'operator', operator } });
    expect(last?.event).not.toHaveProperty('until');
  });
});
