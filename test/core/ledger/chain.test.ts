import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sha256 } from '../../../adapters/system/digest.ts';
import { findBreak, GENESIS, headOf, type Recorded, record } from '../../../core/ledger/chain.ts';

function chainOf(length: number): Recorded[] {
  const links: Recorded[] = [];
  for (let index = 0; index < length; index++) {
    const last = links.at(-1);
    const entry = {
      aggregate: 'TICKET#1',
      at: index,
      subject: { plan_id: 'p', trace_id: undefined },
      event: { type: 'Something', index },
    };
    links.push(record(last ? headOf(last) : GENESIS, entry, sha256));
  }
  return links;
}

const broken = (links: readonly Recorded[]) => findBreak(links, sha256);

describe('a chain of events', () => {
  it('starts at version 1 after a hash of zeros and is whole as it was recorded', () => {
    const links = chainOf(4);
    expect(links[0]).toMatchObject({ version: 1, prev_hash: '0'.repeat(64) });
    expect(links[1]?.prev_hash).toBe(links[0]?.hash);
    expect(broken(links)).toBeUndefined();
    expect(broken([])).toBeUndefined();
  });

  it('is whole after a way through JSON, which leaves absent members out', () => {
    expect(broken(JSON.parse(JSON.stringify(chainOf(3))))).toBeUndefined();
  });

  const tampering: [string, (link: Recorded) => Recorded][] = [
    ['event', (link) => ({ ...link, event: { ...link.event, index: -1 } as never })],
    ['time', (link) => ({ ...link, at: link.at + 1 })],
    ['subject', (link) => ({ ...link, subject: { plan_id: 'q' } })],
    ['aggregate', (link) => ({ ...link, aggregate: 'TICKET#2' })],
    ['hash', (link) => ({ ...link, hash: 'f'.repeat(64) })],
    ['version', (link) => ({ ...link, version: link.version + 1 })],
    ['link to the one before', (link) => ({ ...link, prev_hash: 'f'.repeat(64) })],
  ];
  it.each(tampering)('breaks at the version whose %s was changed', (_, tamper) => {
    for (let at = 0; at < 5; at++) {
      const links = chainOf(5);
      links[at] = tamper(links[at] as Recorded);
      expect(broken(links)).toBe(at + 1);
    }
  });

  it('breaks where an event was dropped, moved, repeated or put in', () => {
    fc.assert(
      fc.property(fc.nat(8), fc.nat(8), (from, to) => {
        const links = chainOf(10);
        const [moved] = links.splice(from, 1);
        expect(broken(links)).toBe(from + 1);
        if (from === to) return;
        links.splice(to, 0, moved as Recorded);
        expect(broken(links)).toBe(Math.min(from, to) + 1);
      }),
    );
    const links = chainOf(3);
    expect(broken([links[0] as Recorded, ...links])).toBe(2);
  });

  it('cannot be mended by hashing the changed event anew: the next link shows it', () => {
    const links = chainOf(3);
    const [first, second] = links as [Recorded, Recorded, Recorded];
    const { version: _v, prev_hash: _p, hash: _h, ...entry } = second;
    links[1] = record(headOf(first), { ...entry, at: 99 }, sha256);
    expect(broken(links)).toBe(3);
  });
});
