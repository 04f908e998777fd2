import { expect, it } from 'vitest';
import { type Deposit, depositOf, type Ended } from '../../core/trail/deposit.ts';
import { EPOCH_MS, epochOf, SUM_NAMES } from '../../core/trail/sums.ts';
import { NOW } from '../support/plans.ts';
import { describeContract } from './stores.ts';

describeContract('Trails', (stores) => {
  let pools = 0;
  const freshPool = () => `trailed-${++pools}`;
  const deposit = (pool: string, changes: Partial<Ended> = {}): Deposit =>
    depositOf({
      ...{ pool, task_type: 'compile', agent_id: 'a', outcome: 'success' },
      ...{ duration_ms: 700, estimated_duration_ms: 1000, at: NOW },
      ...changes,
    });
  const commit = (deposit: Deposit) => stores().ledger.commit([{ kind: 'deposit_trail', deposit }]);
  const sumOf = (...deposits: Deposit[]) =>
    Object.fromEntries(SUM_NAMES.map((name) => [name, deposits.reduce((sum, { sums }) => sum + sums[name], 0n)]));

  it('of a pool where nobody has worked are none', async () => {
    expect(await stores().trails.read(freshPool(), epochOf(NOW))).toEqual([]);
  });

  it('give a deposit back as it was made', async () => {
    const pool = freshPool();
    const made = deposit(pool, { task_type: 'ship # it', outcome: 'warning' });
    await commit(made);
    const { pool: _, ...row } = made;
    expect(await stores().trails.read(pool, made.epoch)).toEqual([row]);
  });

  it('add deposits up exactly, however long the numbers', async () => {
    const pool = freshPool();
    const late = (epochOf(NOW) + 1) * EPOCH_MS - 1;
    const made = [
      deposit(pool),
      deposit(pool, { at: late, duration_ms: 1e12 }),
      deposit(pool, { at: late, duration_ms: 1 }),
      deposit(pool, { outcome: 'failure' }),
    ];
    expect(String(made[1]?.sums.fast_ln2).length).toBeGreaterThan(25);
    for (const one of made) await commit(one);
    const [row, ...others] = await stores().trails.read(pool, epochOf(NOW));
    expect(others).toEqual([]);
    expect(row?.sums).toEqual(sumOf(...made));
  });

  it('hold a billion times the largest deposit', async () => {
    const pool = freshPool();
    const late = deposit(pool, { at: (epochOf(NOW) + 1) * EPOCH_MS - 1, duration_ms: 1e15 });
    const sums = Object.fromEntries(SUM_NAMES.map((name) => [name, 999_999_999n * late.sums[name]]));
    await commit({ ...late, sums: sums as Deposit['sums'] });
    await commit(late);
    const [row] = await stores().trails.read(pool, late.epoch);
    expect(row?.sums.fast_ln2).toBe(1_000_000_000n * late.sums.fast_ln2);
  });

  it('keep pools, epochs, agents and kinds of work apart', async () => {
    const [pool, other] = [freshPool(), freshPool()];
    await commit(deposit(other));
    await commit(deposit(pool));
    await commit(deposit(pool, { at: NOW + EPOCH_MS }));
    await commit(deposit(pool, { agent_id: 'b' }));
    await commit(deposit(pool, { task_type: 'test' }));
    const rows = await stores().trails.read(pool, epochOf(NOW));
    expect(rows.map(({ agent_id, task_type }) => `${agent_id} ${task_type}`).sort()).toEqual([
      'a compile',
      'a test',
      'b compile',
    ]);
    expect(await stores().trails.read(pool, epochOf(NOW) + 1)).toHaveLength(1);
    expect(await stores().trails.read(other, epochOf(NOW))).toHaveLength(1);
  });

  it('take nothing of a commit that fails', async () => {
    const pool = freshPool();
    const made = deposit(pool);
    const fails = { kind: 'plan_at' as const, plan_id: 'nobody’s', version: 3 };
    await expect(stores().ledger.commit([{ kind: 'deposit_trail', deposit: made }, fails])).rejects.toMatchObject({
      code: 'COMMIT_CONFLICT',
    });
    expect(await stores().trails.read(pool, made.epoch)).toEqual([]);
  });

  it('are whole when several deposit at once', async () => {
    const pool = freshPool();
    const made = Array.from({ length: 8 }, (_, i) => deposit(pool, { agent_id: `agent-${i % 4}`, at: NOW + i }));
    await Promise.all(made.slice(0, 4).map(commit));
    await Promise.all(made.slice(4).map(commit));
    const rows = await stores().trails.read(pool, epochOf(NOW));
    for (const { agent_id, sums } of rows)
      expect(sums).toEqual(sumOf(...made.filter((one) => one.agent_id === agent_id)));
    expect(rows).toHaveLength(4);
  });
});
