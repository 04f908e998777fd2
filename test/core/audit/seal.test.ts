import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { verifyEcdsaP256 } from '../../../adapters/crypto/signatures.ts';
import { createMemoryLedger } from '../../../adapters/memory/ledger.ts';
import { createMemoryTable } from '../../../adapters/memory/table.ts';
import { sha256 } from '../../../adapters/system/digest.ts';
import { batchOf } from '../../../core/audit/entry.ts';
import { treeOf } from '../../../core/audit/frontier.ts';
import { createSealLog, LOG_AGGREGATE, type LogState, SEAL_SETTINGS } from '../../../core/audit/seal.ts';
import { verifyExport } from '../../../core/audit/verify.ts';
import { type Recorded, record } from '../../../core/ledger/chain.ts';
import { allHeads, chainOf, exportOf, LOG, memoryLog, merkle, signer } from '../../support/audit.ts';
import { NOW } from '../../support/plans.ts';

const verified = (heads: Awaited<ReturnType<typeof allHeads>>, records: readonly Recorded[]) =>
  verifyExport(exportOf(heads, records), { merkle, sha256, verify: verifyEcdsaP256 });

function scene(settings = {}) {
  const ledger = createMemoryLedger(createMemoryTable());
  const log = memoryLog();
  const clock = { time: NOW, now: () => clock.time, sleep: async () => {}, random: () => 0.5 };
  const deps = {
    ...{ ledger, ...log, signer, merkle, clock, sha256 },
    settings: { ...SEAL_SETTINGS, log: LOG, ...settings },
  };
  return { ...deps, seal: createSealLog(deps), deps };
}

describe('Sealing the log', () => {
  it('signs one head over all that was committed, and nothing where nothing was', async () => {
    const { seal, pending, sealed, ledger } = scene();
    expect(await seal()).toEqual({ heads: 0, entries: 0, size: 0 });
    const records = [...chainOf('TICKET#a', 5), ...chainOf('PLAN#b', 3)];
    await pending.note(batchOf(records.slice(0, 5)));
    await pending.note(batchOf(records.slice(5)));
    expect(await seal()).toEqual({ heads: 1, entries: 8, size: 8 });
    expect(await pending.list(9)).toEqual([]);
    expect((await ledger.loadState<LogState>(LOG_AGGREGATE))?.state).toMatchObject({ number: 1, at: NOW });
    expect(await seal()).toEqual({ heads: 0, entries: 0, size: 0 });
    expect(verified(await allHeads(sealed), records)).toMatchObject({ faults: [], heads: 1, logged: 8, pending: 0 });
  });

  it('signs a head at least so often, so that nothing new is told from having stopped', async () => {
    const { seal, pending, clock, sealed } = scene({ idle_ms: 60_000 });
    await pending.note(batchOf(chainOf('TICKET#a', 2)));
    await seal();
    clock.time += 59_999;
    expect((await seal()).heads).toBe(0);
    clock.time += 1;
    expect(await seal()).toEqual({ heads: 1, entries: 0, size: 2 });
    const [first, second] = await allHeads(sealed);
    expect(second?.head.root).toBe(first?.head.root);
  });

  it('makes several heads of more than one holds', async () => {
    const { seal, pending, sealed } = scene({ max_batches: 2 });
    const chains = ['a', 'b', 'c', 'd', 'e'].map((name) => chainOf(`TICKET#${name}`, 3));
    for (const chain of chains) await pending.note(batchOf(chain));
    expect(await seal()).toEqual({ heads: 3, entries: 15, size: 15 });
    expect(verified(await allHeads(sealed), chains.flat()).faults).toEqual([]);
  });

  it('leaves one whole log behind wherever it dies, and whoever does the same at once', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(7), { minLength: 1, maxLength: 30 }), async (steps) => {
        const { deps, pending, sealed, ledger } = scene({ max_batches: 2, max_heads: 2 });
        const records: Recorded[] = [];
        let made = 0;
        for (const step of steps) {
          if (step < 4) {
            const chain = chainOf(`TICKET#${made++}`, 2);
            records.push(...chain);
            await pending.note(batchOf(chain));
            if (step === 0) await pending.note(batchOf(chain));
            continue;
          }
          // Dies after so many calls of a port, or has a rival that runs in the middle of it.
          let calls = 0;
          const at = step - 3;
          const rival = step === 7;
          const dying = <P extends object>(port: P): P =>
            new Proxy(port, {
              get:
                (target, name) =>
                async (...args: unknown[]) => {
                  if (++calls === at && rival) await createSealLog(deps)();
                  else if (calls === at) throw new Error('died');
                  return (target as Record<string | symbol, (...args: unknown[]) => unknown>)[name]?.(...args);
                },
            });
          const mortal = { ...deps, pending: dying(pending), sealed: dying(sealed), ledger: dying(ledger) };
          await createSealLog(mortal)().catch((error: Error) => expect(error.message).toBe('died'));
        }
        for (let more = 0; more < 30; more++) await createSealLog(deps)();
        const result = verified(await allHeads(sealed), records);
        expect(result.faults).toEqual([]);
        expect(result).toMatchObject({ logged: records.length, pending: 0 });
      }),
      { numRuns: 60 },
    );
  });

  it('refuses to go on from a head that does not follow', async () => {
    const { seal, pending, sealed } = scene();
    const other = scene();
    await other.pending.note(batchOf(chainOf('TICKET#x', 2)));
    await other.seal();
    await other.pending.note(batchOf(chainOf('TICKET#y', 2)));
    await other.seal();
    const foreign = (await allHeads(other.sealed))[1];
    await pending.note(batchOf(chainOf('TICKET#a', 1)));
    await seal();
    if (foreign !== undefined) await sealed.put(foreign);
    await expect(seal()).rejects.toMatchObject({ code: 'LOG_FORKED' });
  });

  describe('believes the head that is kept, not the table: it signs nothing on top of', () => {
    /** Whoever may write to the table. */
    async function writes({ ledger }: ReturnType<typeof scene>, change: (state: LogState) => Partial<LogState>) {
      const standing = await ledger.loadState<LogState>(LOG_AGGREGATE);
      if (standing === undefined) throw new Error('nothing is sealed yet');
      const event = { type: 'LogSealed', number: 1, size: 5, root: 'x', entries: 0 };
      const link = record(standing.head, { aggregate: LOG_AGGREGATE, at: NOW, subject: {}, event }, sha256);
      await ledger.commit([
        { kind: 'append', records: [link], state: { ...standing.state, ...change(standing.state) } },
      ]);
    }
    const a = chainOf('TICKET#a', 5);
    const b = chainOf('TICKET#b', 3);
    const of = (state: LogState, roots: readonly string[]) => ({ frontier: { size: state.frontier.size, roots } });

    it.each<[string, (state: LogState) => Partial<LogState>]>([
      ['another frontier', (state) => of(state, ['ab'.repeat(32), 'cd'.repeat(32)])],
      ['roots that are no frontier, of the same tree', (state) => of(state, [treeOf(merkle, state.frontier).root])],
      ['a number that no head has', () => ({ number: 7 })],
      ['a beginning that has entries', () => ({ number: 0 })],
      ['batches that the head does not name', () => ({ batches: [batchOf(b).id] })],
    ])('%s', async (_, change) => {
      const its = scene();
      await its.pending.note(batchOf(a));
      await its.seal();
      await writes(its, change);
      await its.pending.note(batchOf(b));
      await expect(its.seal()).rejects.toMatchObject({ code: 'LOG_FORKED' });
      expect(await its.pending.list(9)).toEqual([batchOf(b)]);
      // What is kept is whole, and once the table says so again the log goes on.
      const { number, frontier, batches } = await sealedOnce(a);
      await writes(its, () => ({ number, frontier, batches }));
      expect(await its.seal()).toEqual({ heads: 1, entries: 3, size: 8 });
      expect(verified(await allHeads(its.sealed), [...a, ...b]).faults).toEqual([]);
    });

    /** The state as it is after one head. */
    async function sealedOnce(records: readonly Recorded[]): Promise<LogState> {
      const its = scene();
      await its.pending.note(batchOf(records));
      await its.seal();
      const standing = await its.ledger.loadState<LogState>(LOG_AGGREGATE);
      if (standing === undefined) throw new Error('nothing was sealed');
      return standing.state;
    }

    it.each([
      ['nobody signed', LOG, { ...signer, sign: async () => ({ key_id: 'key-1', signature: 'AAAA' }) }],
      ['is of another log', 'another-log', signer],
    ])('a head that %s, be its tree the right one', async (_, log, by) => {
      const { seal, pending, sealed, deps, ledger } = scene();
      await pending.note(batchOf(a));
      const elsewhere = { ...deps, ledger: createMemoryLedger(createMemoryTable()), signer: by };
      await createSealLog({ ...elsewhere, settings: { ...deps.settings, log } })().catch(() => undefined);
      expect(await allHeads(sealed)).toHaveLength(1);
      await pending.note(batchOf(a));
      await expect(seal()).rejects.toMatchObject({ code: 'LOG_FORKED', detail: { number: 1 } });
      expect(await ledger.loadState(LOG_AGGREGATE)).toBeUndefined();
      expect(await pending.list(9)).toEqual([batchOf(a)]);
    });
  });

  it('takes away no batch that a head names and does not have', async () => {
    const { seal, pending, sealed } = scene();
    const [a, hidden] = [chainOf('TICKET#a', 2), chainOf('GRANTS#b', 1)];
    await pending.note(batchOf(a));
    // A head that died before it was recorded, and whose batches somebody has added to: they are not signed.
    const before = scene();
    await before.pending.note(batchOf(a));
    await before.seal();
    const [head] = await allHeads(before.sealed);
    if (head !== undefined) await sealed.put({ ...head, batches: [...head.batches, batchOf(hidden).id] });
    await pending.note(batchOf(hidden));
    expect(await seal()).toEqual({ heads: 2, entries: 3, size: 3 });
    expect(await pending.list(9)).toEqual([]);
    expect(verified(await allHeads(sealed), [...hidden, ...a])).toMatchObject({ faults: [], logged: 3 });
  });
});
