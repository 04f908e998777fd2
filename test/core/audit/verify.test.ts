import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { verifyEcdsaP256 } from '../../../adapters/crypto/signatures.ts';
import { createMemoryLedger } from '../../../adapters/memory/ledger.ts';
import { createMemoryTable } from '../../../adapters/memory/table.ts';
import { sha256 } from '../../../adapters/system/digest.ts';
import { exportedHead } from '../../../bin/support/audit-folder.ts';
import { batchOf } from '../../../core/audit/entry.ts';
import type { AuditExport, ExportedHead } from '../../../core/audit/export.ts';
import type { SealedHead } from '../../../core/audit/head.ts';
import { signedText } from '../../../core/audit/head.ts';
import { withProofs } from '../../../core/audit/plan-proofs.ts';
import { createSealLog, SEAL_SETTINGS } from '../../../core/audit/seal.ts';
import { verifyExport } from '../../../core/audit/verify.ts';
import { GENESIS, headOf, type Recorded, record } from '../../../core/ledger/chain.ts';
import { allHeads, chainOf, exportOf, KEYS, LOG, memoryLog, merkle, signer } from '../../support/audit.ts';
import { NOW } from '../../support/plans.ts';

const verify = (audit: AuditExport) => verifyExport(audit, { merkle, sha256, verify: verifyEcdsaP256 });
const kindsOf = (audit: AuditExport) => verify(audit).faults.map(({ kind }) => kind);

/** Four heads over the chains of three tickets and a plan. */
async function sealedLog(chains: readonly Recorded[][]): Promise<SealedHead[]> {
  const { pending, sealed } = memoryLog();
  let at = NOW;
  const clock = { now: () => at, sleep: async () => {}, random: () => 0 };
  const ledger = createMemoryLedger(createMemoryTable());
  const settings = { ...SEAL_SETTINGS, log: LOG };
  const seal = createSealLog({ ledger, pending, sealed, signer, merkle, clock, sha256, settings });
  for (const chain of chains) {
    await pending.note(batchOf(chain));
    at += 60_000;
    await seal();
  }
  return allHeads(sealed);
}

const chains = [chainOf('TICKET#a', 4), chainOf('TICKET#b', 3), chainOf('TICKET#c', 2), chainOf('PLAN#p', 3)];
const records = chains.flat();
let heads: SealedHead[];
let whole: AuditExport;
beforeAll(async () => {
  heads = await sealedLog(chains);
  whole = exportOf(heads, records);
});

const withRecord = (at: number, link: Recorded | undefined): AuditExport => ({
  ...whole,
  events: whole.events.flatMap((event, index) => (index !== at ? event : link === undefined ? [] : { record: link })),
});
const withHead = (at: number, change: (head: ExportedHead) => ExportedHead): AuditExport => ({
  ...whole,
  heads: whole.heads.map((head, index) => (index === at ? change(head) : head)),
});

describe('Verifying an export', () => {
  it('finds nothing wrong with one that is whole', () => {
    expect(verify(whole)).toMatchObject({ faults: [], heads: 4, events: 12, logged: 12, pending: 0, size: 12 });
  });

  it('locates an event of which one bit was flipped', () => {
    const link = records[5] as Recorded;
    const event = { ...link.event, text: 'as it Was 2' };
    expect(verify(withRecord(5, { ...link, event })).faults).toEqual([
      expect.objectContaining({ kind: 'event_altered', aggregate: 'TICKET#b', version: 2 }),
    ]);
  });

  it('locates any flipped bit of any event', () => {
    fc.assert(
      fc.property(fc.nat(records.length - 1), fc.nat(1_000_000), (at, bit) => {
        const text = JSON.stringify(records[at]);
        const where = bit % text.length;
        const char = String.fromCharCode(text.charCodeAt(where) ^ (1 << (bit % 7)));
        let altered: Recorded;
        try {
          altered = JSON.parse(text.slice(0, where) + char + text.slice(where + 1)) as Recorded;
        } catch {
          return; // No JSON any more: told when the export is read.
        }
        // A member under another name that nobody reads, or white space: the same event.
        const { hash, prev_hash, aggregate, version, event, subject } = altered;
        if (aggregate === undefined || hash === undefined || event === undefined) return;
        const same = JSON.stringify(altered) === text;
        const found = verify(withRecord(at, altered)).faults;
        expect({ same, found: found.length > 0, hash, prev_hash, version, subject }).toMatchObject({ found: !same });
      }),
      { numRuns: 500 },
    );
  });

  it('locates an event that was dropped, in the middle and at the end of its aggregate, and a whole aggregate', () => {
    expect(verify(withRecord(1, undefined)).faults).toEqual([
      expect.objectContaining({ kind: 'event_dropped', aggregate: 'TICKET#a', version: 2 }),
      expect.objectContaining({ kind: 'event_dropped', aggregate: 'TICKET#a', version: 2, index: 1 }),
    ]);
    expect(verify(withRecord(3, undefined)).faults).toEqual([
      expect.objectContaining({ kind: 'event_dropped', aggregate: 'TICKET#a', version: 4, index: 3 }),
    ]);
    const without = { ...whole, events: whole.events.filter(({ record: link }) => link.aggregate !== 'TICKET#c') };
    expect(verify(without).faults.map(({ aggregate, version }) => [aggregate, version])).toEqual([
      ['TICKET#c', 1],
      ['TICKET#c', 2],
    ]);
  });

  it('locates events that changed places', () => {
    const events = [...whole.events];
    [events[1], events[2]] = [events[2] as never, events[1] as never];
    expect(verify({ ...whole, events }).faults[0]).toMatchObject({ aggregate: 'TICKET#a', version: 2 });
    expect(kindsOf({ ...whole, events })).toContain('event_order');
  });

  it('locates a chain that was written anew with hashes of its own', () => {
    const anew = chainOf('TICKET#b', 3, 'as it never was');
    const events = [...records.slice(0, 4), ...anew, ...records.slice(7)].map((link) => ({ record: link }));
    expect(verify({ ...whole, events }).faults).toEqual(
      [1, 2, 3].map((version) =>
        expect.objectContaining({ kind: 'event_rewritten', aggregate: 'TICKET#b', version, index: 3 + version }),
      ),
    );
  });

  it('locates an event that was added long ago and never logged', () => {
    const last = records[3] as Recorded;
    const event = { type: 'Noted', text: 'slipped in' };
    const extra = record(headOf(last), { aggregate: 'TICKET#a', at: NOW - 3_600_000, subject: {}, event }, sha256);
    const late = { ...whole, events: [...whole.events.slice(0, 4), { record: extra }, ...whole.events.slice(4)] };
    expect(verify(late).faults).toEqual([
      expect.objectContaining({ kind: 'event_not_logged', aggregate: 'TICKET#a', version: 5 }),
    ]);
    const fresh = record(headOf(last), { aggregate: 'TICKET#a', at: NOW + 230_000, subject: {}, event }, sha256);
    const young = { ...whole, events: [...whole.events.slice(0, 4), { record: fresh }, ...whole.events.slice(4)] };
    expect(verify(young)).toMatchObject({ faults: [], pending: 1 });
  });

  it('locates a head that was altered, dropped, unsigned or signed by somebody else', () => {
    expect(verify(withHead(1, (head) => ({ ...head, head: { ...head.head, at: 7 } }))).faults).toEqual([
      expect.objectContaining({ kind: 'head_signature', head: 2 }),
    ]);
    expect(kindsOf(withHead(1, (head) => ({ ...head, signature: '' })))).toEqual(['head_signature']);
    expect(kindsOf(withHead(1, (head) => ({ ...head, key_id: 'key-2' })))).toEqual(['head_signature']);
    expect(kindsOf(withHead(1, (head) => ({ ...head, key_id: '__proto__' })))).toEqual(['head_signature']);
    expect(kindsOf({ ...whole, keys: { 'key-1': 'no key' } })).toEqual(Array(4).fill('head_signature'));
    const without = { ...whole, heads: whole.heads.filter(({ head }) => head.number !== 2) };
    expect(verify(without).faults[0]).toMatchObject({ kind: 'head_missing', head: 3 });
  });

  it('locates a first head that says it is not the first, and one whose entries were left out', () => {
    const { head } = heads[0] as SealedHead;
    const previous = { size: 3, root: head.root };
    expect(kindsOf(withHead(0, (first) => ({ ...first, head: { ...head, previous } })))).toContain('head_link');
    const { entries: _, ...bare } = whole.heads[1] as ExportedHead;
    expect(verify(withHead(1, () => bare)).faults).toContainEqual(
      expect.objectContaining({ kind: 'head_root', head: 2 }),
    );
  });

  it('locates what stands under no head any more when the last heads were cut off, or all of them', () => {
    const hour = 3_600_000;
    const late = chainOf('TICKET#late', 1).map((link) => record(GENESIS, { ...link, at: NOW + 2 * hour }, sha256));
    const cut = {
      ...whole,
      heads: whole.heads.slice(0, 3),
      events: [...records, ...late].map((record) => ({ record })),
    };
    expect(verify(cut).faults).toEqual(
      [1, 2, 3].map((version) => expect.objectContaining({ kind: 'event_not_logged', aggregate: 'PLAN#p', version })),
    );
    expect(verify({ ...cut, heads: [] }).faults).toHaveLength(records.length);
  });

  it('locates an event that does not follow on the one before it', () => {
    const { aggregate, at, subject } = records[1] as Recorded;
    const anew = record(
      headOf(records[0] as Recorded),
      { aggregate, at, subject, event: { type: 'Noted', text: 'anew' } },
      sha256,
    );
    expect(verify(withRecord(1, anew)).faults).toEqual([
      expect.objectContaining({ kind: 'chain', aggregate: 'TICKET#a', version: 3 }),
      expect.objectContaining({ kind: 'event_rewritten', aggregate: 'TICKET#a', version: 2 }),
    ]);
  });

  it('is not fooled by an export that calls itself one of a plan', () => {
    const events = whole.events.filter(({ record: link }) => link.aggregate !== 'TICKET#c');
    expect(kindsOf({ ...whole, events, plan_id: 'p' })).toEqual(['event_dropped', 'event_dropped']);
  });

  it('locates any flipped bit of any head', () => {
    fc.assert(
      fc.property(fc.nat(whole.heads.length - 1), fc.nat(1_000_000), fc.nat(6), (at, place, bit) => {
        const text = JSON.stringify(whole.heads[at]);
        const where = place % text.length;
        const char = String.fromCharCode(text.charCodeAt(where) ^ (1 << bit));
        let altered: ExportedHead;
        try {
          altered = JSON.parse(text.slice(0, where) + char + text.slice(where + 1)) as ExportedHead;
        } catch {
          return; // No JSON any more: told when the export is read.
        }
        const parsed = exportedHead.safeParse(altered);
        if (!parsed.success) return; // No head any more: told when it is read, too.
        altered = parsed.data as ExportedHead;
        const bytes = (head: ExportedHead) =>
          JSON.stringify({ ...head, signature: Buffer.from(head.signature, 'base64').toString('hex') });
        if (bytes(altered) === bytes(whole.heads[at] as ExportedHead)) return;
        expect(kindsOf(withHead(at, () => altered)).length, text.slice(0, where) + char).toBeGreaterThan(0);
      }),
      { numRuns: 500 },
    );
  });

  it('locates entries that are not those of the signed head', () => {
    const swapped = withHead(0, (head) => ({ ...head, entries: [...(head.entries ?? [])].reverse() }));
    expect(verify(swapped).faults[0]).toMatchObject({ kind: 'head_root', head: 1 });
  });

  it('locates a forked history: the same log signed twice with different pasts', async () => {
    const other = await sealedLog([chains[0] ?? [], chainOf('TICKET#b', 3, 'the other past'), ...chains.slice(2)]);
    const forked = { ...whole, heads: [...whole.heads.slice(0, 2), ...exportOf(other.slice(2), []).heads] };
    expect(verify(forked).faults).toContainEqual(expect.objectContaining({ kind: 'fork', head: 3 }));
    const both = { ...whole, heads: [...whole.heads.slice(0, 2), ...exportOf(other.slice(1), []).heads] };
    expect(verify(both).faults).toContainEqual(expect.objectContaining({ kind: 'fork', head: 2 }));
  });

  it('locates one event that was logged with two hashes', async () => {
    const twice = await sealedLog([chains[0] ?? [], chainOf('TICKET#a', 4, 'the other past')]);
    expect(kindsOf(exportOf(twice, chains[0] ?? []))).toEqual(Array(4).fill('fork'));
  });
});

describe('Verifying the export of one plan', () => {
  const ofPlan = (): AuditExport => ({
    ...withProofs(heads, [...(chains[1] ?? []), ...(chains[3] ?? [])], merkle),
    keys: KEYS,
    plan_id: 'p',
  });

  it('needs no entry of others', () => {
    const audit = ofPlan();
    expect(JSON.stringify(audit)).not.toContain('TICKET#a');
    expect(verify(audit)).toMatchObject({ faults: [], heads: 4, events: 6, logged: 6, size: 12 });
  });

  it('locates what is not proved', () => {
    const audit = ofPlan();
    const anew = chainOf('TICKET#b', 3, 'as it never was');
    const events = audit.events.map((event, at) => (at < 3 ? { ...event, record: anew[at] as Recorded } : event));
    expect(verify({ ...audit, events }).faults).toEqual(
      [1, 2, 3].map((version) => expect.objectContaining({ kind: 'inclusion', aggregate: 'TICKET#b', version })),
    );
    const moved = audit.heads.map((head, at) => (at === 2 ? { ...head, consistency: [] } : head));
    expect(verify({ ...audit, heads: moved }).faults).toContainEqual(
      expect.objectContaining({ kind: 'consistency', head: 3 }),
    );
  });

  it('locates heads of a forked log', async () => {
    const other = await sealedLog([chainOf('TICKET#b', 3, 'the other past'), ...chains.slice(1)]);
    const audit = ofPlan();
    const foreign = withProofs(other, [], merkle).heads;
    const kinds = kindsOf({ ...audit, heads: [...audit.heads.slice(0, 2), ...foreign.slice(2)] });
    expect(kinds).toContain('fork');
    expect(kinds).toContain('consistency');
  });

  it('has signatures over all that a head says', () => {
    const [first] = heads;
    if (first === undefined) throw new Error('no head');
    const { head } = first;
    for (const other of [
      { ...head, log: 'x' },
      { ...head, number: 9 },
      { ...head, at: 9 },
      { ...head, size: 9 },
      { ...head, root: 'x' },
      { ...head, previous: { size: 1, root: head.previous.root } },
    ])
      expect(signedText(other)).not.toBe(signedText(head));
    expect(GENESIS.version).toBe(0);
  });
});
