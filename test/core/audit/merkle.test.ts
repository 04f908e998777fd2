import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sha256Bytes } from '../../../adapters/system/digest.ts';
import { grow, NO_ENTRIES, treeOf } from '../../../core/audit/frontier.ts';
import {
  consistencyProof,
  createMerkle,
  inclusionProof,
  isConsistent,
  isIncluded,
  rootOf,
} from '../../../core/audit/merkle.ts';

const merkle = createMerkle(sha256Bytes);
const leavesOf = (size: number): string[] => Array.from({ length: size }, (_, nth) => merkle.leaf(`entry ${nth}`));
/** another hash, one bit of it different */
const flipped = (hash: string): string => (hash.startsWith('0') ? '1' : '0') + hash.slice(1);

describe('A Merkle tree', () => {
  it('has the roots of the test vectors that Certificate Transparency is known by', () => {
    // The inputs and roots of the CT reference implementation's tree tests: https://github.com/google/certificate-transparency
    const inputs = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'];
    const text = (hex: string) => hex.replaceAll(/../g, (two) => String.fromCharCode(Number.parseInt(two, 16)));
    const leaves = inputs.map((hex) => merkle.leaf(text(hex)));
    expect(merkle.empty).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
    expect([1, 2, 3, 4, 5, 6, 7, 8].map((size) => rootOf(merkle, leaves.slice(0, size)))).toEqual([
      '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
      'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
      'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
      'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
      '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
      '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
      'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
      '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
    ]);
  });

  it('grows to the same root however its entries come in', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(9), { maxLength: 12 }), (counts) => {
        let frontier = NO_ENTRIES;
        let from = 0;
        const leaves = leavesOf(counts.reduce((sum, count) => sum + count, 0));
        for (const count of counts) {
          frontier = grow(merkle, frontier, leaves.slice(from, from + count));
          from += count;
        }
        expect(treeOf(merkle, frontier)).toEqual({ size: leaves.length, root: rootOf(merkle, leaves) });
      }),
    );
  });

  it('proves of every entry that it is there, and of no other that it is, and nowhere else', () => {
    for (let size = 1; size <= 33; size++) {
      const leaves = leavesOf(size);
      const root = rootOf(merkle, leaves);
      for (let index = 0; index < size; index++) {
        const proof = inclusionProof(merkle, leaves, index);
        const leaf = leaves[index] as string;
        expect(isIncluded(merkle, { leaf, index, size, root }, proof)).toBe(true);
        expect(isIncluded(merkle, { leaf: flipped(leaf), index, size, root }, proof)).toBe(false);
        expect(isIncluded(merkle, { leaf, index, size, root: flipped(root) }, proof)).toBe(false);
        expect(isIncluded(merkle, { leaf, index, size, root }, [...proof, leaf])).toBe(false);
        if (proof.length > 0) {
          expect(isIncluded(merkle, { leaf, index, size, root }, proof.slice(1))).toBe(false);
          expect(isIncluded(merkle, { leaf, index, size, root }, proof.map(flipped))).toBe(false);
        }
        for (const other of [index - 1, index + 1])
          expect(isIncluded(merkle, { leaf, index: other, size, root }, proof)).toBe(false);
      }
    }
  });

  it('proves of every beginning that it is one, and of no other tree', () => {
    for (let size = 1; size <= 33; size++) {
      const leaves = leavesOf(size);
      const second = { size, root: rootOf(merkle, leaves) };
      for (let begin = 0; begin <= size; begin++) {
        const first = { size: begin, root: rootOf(merkle, leaves.slice(0, begin)) };
        const proof = consistencyProof(merkle, leaves, begin);
        expect(isConsistent(merkle, first, second, proof)).toBe(true);
        expect(isConsistent(merkle, { ...first, root: flipped(first.root) }, second, proof)).toBe(false);
        expect(isConsistent(merkle, first, { ...second, root: flipped(second.root) }, proof)).toBe(begin === 0);
        expect(isConsistent(merkle, first, second, [...proof, second.root])).toBe(false);
        if (proof.length > 0) expect(isConsistent(merkle, first, second, proof.map(flipped))).toBe(false);
        if (begin < size) expect(isConsistent(merkle, second, first, proof)).toBe(false);
      }
    }
  });

  it('proves nothing of what is not there', () => {
    expect(() => inclusionProof(merkle, leavesOf(3), 3)).toThrow(RangeError);
    expect(() => inclusionProof(merkle, leavesOf(3), 0.5)).toThrow(RangeError);
    expect(() => consistencyProof(merkle, leavesOf(3), 4)).toThrow(RangeError);
  });
});
