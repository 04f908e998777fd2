/**
 * From the stream into the log: batches come again, halved, late and in any order, and whoever notes or seals them dies at
 * any call. No event is left out, none stands in the log with two hashes, and there is one line of heads.
 */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { verifyEcdsaP256 } from '../../../adapters/crypto/signatures.ts';
import { createMemoryLedger } from '../../../adapters/memory/ledger.ts';
import { createMemoryTable } from '../../../adapters/memory/table.ts';
import { sha256 } from '../../../adapters/system/digest.ts';
import { batchOf } from '../../../core/audit/entry.ts';
import { createSealLog, LOG_AGGREGATE, type LogState, SEAL_SETTINGS } from '../../../core/audit/seal.ts';
import { verifyExport } from '../../../core/audit/verify.ts';
import type { Recorded } from '../../../core/ledger/chain.ts';
import { allHeads, chainOf, exportOf, LOG, memoryLog, merkle, signer } from '../../support/audit.ts';
import { Crash, crashAt } from '../../support/crash.ts';
import { NOW } from '../../support/plans.ts';

const ifAlive = (error: unknown): void => expect(error).toBeInstanceOf(Crash);

/** One delivery of a batch, and one call of seal-log, each of which may die at a call: 0 lives. */
const step = fc.record({
  batch: fc.nat(5),
  /** what of the batch comes: all of it, or one half */
  part: fc.constantFrom('whole', 'first', 'second'),
  noteDies: fc.nat(1),
  sealDies: fc.nat(9),
  when: fc.constantFrom('before', 'after'),
});

it('no event is left out or logged with two hashes, wherever noting and sealing die and however often batches come', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { maxLength: 25 }),
      fc.shuffledSubarray([0, 1, 2, 3, 4, 5], { minLength: 6 }),
      async (steps, order) => {
        const chains = Array.from({ length: 6 }, (_, nth) => chainOf(`TICKET#${nth}`, 4));
        // A batch has events of two aggregates: of one the beginning, of the other the end.
        const batches = chains.map((chain, nth): Recorded[] => [
          ...chain.slice(0, 2),
          ...(chains[(nth + 1) % chains.length] ?? []).slice(2),
        ]);
        const { pending, sealed } = memoryLog();
        const ledger = createMemoryLedger(createMemoryTable());
        const clock = { time: NOW, now: () => clock.time, sleep: async () => {}, random: () => 0.5 };
        const settings = { ...SEAL_SETTINGS, log: LOG, max_batches: 3, max_heads: 2 };
        const seal = (ports = { pending, sealed, ledger, signer }) =>
          createSealLog({ ...ports, merkle, clock, sha256, settings })();

        for (const { batch, part, noteDies, sealDies, when } of steps) {
          clock.time += 1000;
          const records = batches[batch] ?? [];
          const half = part === 'whole' ? records : part === 'first' ? records.slice(0, 2) : records.slice(2);
          const noting = crashAt(noteDies, when);
          noting.arm();
          await noting.wrap(pending, 'pending').note(batchOf(half)).catch(ifAlive);
          const sealing = crashAt(sealDies, when);
          sealing.arm();
          const { wrap } = sealing;
          await seal({
            ...{
              pending: wrap(pending, 'pending'),
              sealed: wrap(sealed, 'sealed'),
              ledger: wrap(ledger, 'ledger'),
              signer: wrap(signer, 'signer'),
            },
          }).catch(ifAlive);
        }
        // The stream gives nothing up: in the end each batch is noted by one that lives.
        for (const nth of order) await pending.note(batchOf(batches[nth] ?? []));
        for (let more = 0; more < 30; more++) await seal();

        const heads = await allHeads(sealed);
        const found = verifyExport(exportOf(heads, chains.flat()), { merkle, sha256, verify: verifyEcdsaP256 });
        expect(found).toMatchObject({ faults: [], logged: 24, pending: 0, complete: true });
        const entries = heads.flatMap((head) => head.entries);
        const distinct = new Set(entries.map(({ aggregate, version }) => `${aggregate}@${version}`));
        expect(found.repeated).toBe(entries.length - distinct.size);
        expect(heads.map(({ head }) => head.number)).toEqual(heads.map((_, nth) => nth + 1));
        expect((await ledger.loadState<LogState>(LOG_AGGREGATE))?.state.number).toBe(heads.length);
        expect(await pending.list(9)).toEqual([]);
      },
    ),
    { numRuns: 100, seed: 19 },
  );
});
