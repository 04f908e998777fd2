import { expect, it } from 'vitest';
import { sha256 } from '../../adapters/system/digest.ts';
import { GENESIS, record } from '../../core/ledger/chain.ts';
import { NOW } from '../support/plans.ts';
import { describeContract } from './stores.ts';

const noted = (id: string, text: string, head = GENESIS) =>
  record(head, { aggregate: `NOTE#${id}`, at: NOW, subject: {}, event: { type: 'Noted', text } }, sha256);

describeContract('The ledger of what has events and a state alone', (stores) => {
  it('appends, takes one change of two that saw the same, and lists the last first', async () => {
    const { ledger } = stores();
    expect(await ledger.loadState('NOTE#a')).toBeUndefined();
    expect(await ledger.loadAggregate('NOTE#a')).toBeUndefined();
    const first = noted('a', 'one');
    const write = {
      kind: 'append',
      records: [first],
      state: { text: 'one' },
      listed: { under: 'NOTES', by: '1' },
    } as const;
    await ledger.commit([write]);
    await expect(ledger.commit([write])).rejects.toMatchObject({ code: 'COMMIT_CONFLICT', detail: { failed: [0] } });

    const second = noted('a', 'two', first);
    await ledger.commit([{ kind: 'append', records: [second], state: { text: 'two' } }]);
    const other = { kind: 'append', records: [noted('b', 'b')], state: { text: 'b' } } as const;
    await ledger.commit([{ ...other, listed: { under: 'NOTES', by: '2' } }]);

    expect(await ledger.loadState('NOTE#a')).toEqual({
      head: { version: 2, hash: second.hash },
      state: { text: 'two' },
    });
    expect((await ledger.loadAggregate('NOTE#a'))?.records).toEqual([first, second]);
    expect(await ledger.listStates('NOTES', 10)).toEqual([{ text: 'b' }, { text: 'two' }]);
    expect(await ledger.listStates('NOTES', 1)).toEqual([{ text: 'b' }]);
    expect(await ledger.listStates('OTHERS', 1)).toEqual([]);
  });

  it('lists a slice at a time, each once, and says where the next goes on', async () => {
    const { ledger } = stores();
    for (const by of ['1', '3', '2'])
      await ledger.commit([
        { kind: 'append', records: [noted(`s${by}`, by)], state: { text: by }, listed: { under: 'SLICED', by } },
      ]);
    const slice = (limit: number, after?: string) => ledger.sliceStates('SLICED', { limit, after });
    const of = (...all: string[]) => all.map((by) => ({ by, state: { text: by } }));
    expect(await slice(2)).toEqual({ items: of('3', '2'), next: '2' });
    expect(await slice(2, '2')).toEqual({ items: of('1') });
    expect(await slice(3)).toEqual({ items: of('3', '2', '1'), next: '1' });
    expect(await slice(3, '1')).toEqual({ items: [] });
    expect(await slice(9, '25')).toEqual({ items: of('2', '1') });
  });
});
