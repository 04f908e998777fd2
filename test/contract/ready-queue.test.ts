import { expect, it } from 'vitest';
import type { Priority } from '../../core/messages/primitives.ts';
import { laneOfKey } from '../../core/schedule/lanes.ts';
import type { QueueEntry } from '../../core/schedule/queue-entry.ts';
import { NOW } from '../support/plans.ts';
import { entryOf as entry } from '../support/scheduling.ts';
import { describeContract } from './stores.ts';

describeContract('The ready queue', (stores) => {
  let pools = 0;
  const freshPool = () => `pool-${++pools}`;
  const entryOf = (pool: string, name: string, priority: Priority = 'NORMAL', ready_at = NOW): QueueEntry =>
    entry(name, { pool, priority, ready_at });
  const enqueue = (entry: QueueEntry) => stores().ledger.commit([{ kind: 'enqueue', entry }]);
  const names = async (pool: string, limit = 100, after?: string) =>
    (await stores().queue.list(pool, limit, after)).map(({ ticket_id }) => ticket_id);

  it('lists the highest priority first, then the longest waiting, then by id', async () => {
    const pool = freshPool();
    await enqueue(entryOf(pool, 'late', 'HIGH', NOW + 1));
    await enqueue(entryOf(pool, 'low', 'LOW', NOW - 99));
    await enqueue(entryOf(pool, 'b', 'HIGH'));
    await enqueue(entryOf(pool, 'critical', 'CRITICAL', NOW + 99));
    await enqueue(entryOf(pool, 'a', 'HIGH'));
    expect(await names(pool)).toEqual(['critical', 'a', 'b', 'late', 'low']);
    expect(await names(pool, 2)).toEqual(['critical', 'a']);
    expect(await names(pool, 2, entryOf(pool, 'a', 'HIGH').key)).toEqual(['b', 'late']);
    expect(await names(pool, 2, entryOf(pool, 'low', 'LOW', NOW - 99).key)).toEqual([]);
  });

  it('lists lane by lane, and behind any place between two of them', async () => {
    const pool = freshPool();
    const gold = entry('gold', { pool, customer_tier: 'gold', tenant_id: 'z', ready_at: NOW + 9 });
    const [first, second] = ['é#', '日本'].map((tenant_id) =>
      entry(tenant_id, { pool, ticket_id: tenant_id, tenant_id }),
    );
    for (const one of [second, gold, first]) await enqueue(one as QueueEntry);
    expect(await names(pool)).toEqual(['gold', 'é#', '日本']);
    expect(await names(pool, 1, `${laneOfKey((first as QueueEntry).key)}$`)).toEqual(['日本']);
  });

  it('gives an entry back as it was enqueued, once however often it was', async () => {
    const entry = entryOf(freshPool(), 'a');
    await enqueue(entry);
    await enqueue(entry);
    expect(await stores().queue.list(entry.pool, 10)).toEqual([entry]);
  });

  it('keeps pools apart, and forgets an entry that is dequeued, also twice', async () => {
    const [one, other] = [entryOf(freshPool(), 'a'), entryOf(freshPool(), 'a')];
    await enqueue(one);
    await enqueue(other);
    await stores().ledger.commit([{ kind: 'dequeue', entry: one }]);
    await stores().ledger.commit([{ kind: 'dequeue', entry: one }]);
    expect(await names(one.pool)).toEqual([]);
    expect(await names(other.pool)).toEqual(['a']);
  });

  it('knows each pool once, with the capabilities it asks for', async () => {
    const pool = { pool: freshPool(), required_capabilities: ['a', 'b'] };
    await stores().queue.addPool(pool);
    await stores().queue.addPool(pool);
    const known = await stores().queue.pools();
    expect(known.filter((other) => other.pool === pool.pool)).toEqual([pool]);
  });
});
