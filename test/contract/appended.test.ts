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
});
