/**
 * Merkle trees as RFC 9162 (Certificate Transparency 2.0), section 2.1, has them: roots, proofs that an entry is in a tree,
 * and proofs that a tree is the beginning of another. Hashes are 64 lower-case hex digits.
 */
import type { Sha256Bytes } from '../ports/digest.ts';

export type Hash = string;

const LEAF = 0;
const NODE = 1;

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));
const toHex = (bytes: Uint8Array): Hash => Array.from(bytes, (byte) => HEX[byte]).join('');

function into(target: Uint8Array, at: number, hash: Hash): void {
  for (let k = 0; k < hash.length; k += 2) target[at + k / 2] = Number.parseInt(hash.slice(k, k + 2), 16);
}

export interface Merkle {
  /** of the entry's UTF-8 bytes: HASH(0x00 ‖ entry) */
  leaf(entry: string): Hash;
  /** HASH(0x01 ‖ left ‖ right) */
  node(left: Hash, right: Hash): Hash;
  /** of no entries at all: HASH() */
  readonly empty: Hash;
}

export function createMerkle(sha256: Sha256Bytes): Merkle {
  const pair = new Uint8Array(65);
  pair[0] = NODE;
  return {
    leaf(entry) {
      const text = new TextEncoder().encode(entry);
      const bytes = new Uint8Array(text.length + 1);
      bytes[0] = LEAF;
      bytes.set(text, 1);
      return toHex(sha256(bytes));
    },
    node(left, right) {
      into(pair, 1, left);
      into(pair, 33, right);
      return toHex(sha256(pair));
    },
    empty: toHex(sha256(new Uint8Array())),
  };
}

/** The largest power of two that is smaller than `size`, which is at least 2. */
const split = (size: number): number => 2 ** Math.floor(Math.log2(size - 1));

/** MTH (2.1.1) of `leaves[from, to)`. */
export function rootOf(merkle: Merkle, leaves: readonly Hash[], from = 0, to = leaves.length): Hash {
  if (to === from) return merkle.empty;
  if (to - from === 1) return leaves[from] as Hash;
  const middle = from + split(to - from);
  return merkle.node(rootOf(merkle, leaves, from, middle), rootOf(merkle, leaves, middle, to));
}

/** PATH (2.1.3.1): what the root is built from beside the leaf, from the leaf up. @throws RangeError for no leaf of the tree */
export function inclusionProof(merkle: Merkle, leaves: readonly Hash[], index: number): Hash[] {
  if (!(Number.isInteger(index) && index >= 0 && index < leaves.length))
    throw new RangeError(`leaf ${index} of a tree of ${leaves.length}`);
  const path = (from: number, to: number): Hash[] => {
    if (to - from === 1) return [];
    const middle = from + split(to - from);
    return index < middle
      ? [...path(from, middle), rootOf(merkle, leaves, middle, to)]
      : [...path(middle, to), rootOf(merkle, leaves, from, middle)];
  };
  return path(0, leaves.length);
}

/** PROOF (2.1.4.1): that the tree of all `leaves` begins with that of the first `size`. @throws RangeError for no beginning of it */
export function consistencyProof(merkle: Merkle, leaves: readonly Hash[], size: number): Hash[] {
  if (!(Number.isInteger(size) && size >= 0 && size <= leaves.length))
    throw new RangeError(`the first ${size} of a tree of ${leaves.length}`);
  if (size === 0 || size === leaves.length) return [];
  const subproof = (from: number, to: number, known: boolean): Hash[] => {
    if (size === to) return known ? [] : [rootOf(merkle, leaves, from, to)];
    const middle = from + split(to - from);
    return size <= middle
      ? [...subproof(from, middle, known), rootOf(merkle, leaves, middle, to)]
      : [...subproof(middle, to, false), rootOf(merkle, leaves, from, middle)];
  };
  return subproof(0, leaves.length, true);
}

const isOdd = (n: number): boolean => n % 2 === 1;
const half = (n: number): number => Math.floor(n / 2);

/** 2.1.3.2 */
export function isIncluded(
  merkle: Merkle,
  claim: { readonly leaf: Hash; readonly index: number; readonly size: number; readonly root: Hash },
  proof: readonly Hash[],
): boolean {
  let [fn, sn] = [claim.index, claim.size - 1];
  if (!(Number.isInteger(fn) && fn >= 0 && fn <= sn)) return false;
  let hash = claim.leaf;
  for (const p of proof) {
    if (sn === 0) return false;
    if (isOdd(fn) || fn === sn) {
      hash = merkle.node(p, hash);
      while (!isOdd(fn) && fn !== 0) [fn, sn] = [half(fn), half(sn)];
    } else hash = merkle.node(hash, p);
    [fn, sn] = [half(fn), half(sn)];
  }
  return sn === 0 && hash === claim.root;
}

export interface TreeOf {
  readonly size: number;
  readonly root: Hash;
}

/** 2.1.4.2; a tree of nothing is the beginning of every other. */
export function isConsistent(merkle: Merkle, first: TreeOf, second: TreeOf, proof: readonly Hash[]): boolean {
  if (first.size > second.size) return false;
  if (first.size === second.size) return proof.length === 0 && first.root === second.root;
  if (first.size === 0) return proof.length === 0 && first.root === merkle.empty;
  const isPower = Number.isInteger(Math.log2(first.size));
  const path = isPower ? [first.root, ...proof] : [...proof];
  const [begin] = path;
  if (begin === undefined) return false;
  let [fn, sn] = [first.size - 1, second.size - 1];
  while (isOdd(fn)) [fn, sn] = [half(fn), half(sn)];
  let [fr, sr] = [begin, begin];
  for (const c of path.slice(1)) {
    if (sn === 0) return false;
    if (isOdd(fn) || fn === sn) {
      fr = merkle.node(c, fr);
      sr = merkle.node(c, sr);
      while (!isOdd(fn) && fn !== 0) [fn, sn] = [half(fn), half(sn)];
    } else sr = merkle.node(sr, c);
    [fn, sn] = [half(fn), half(sn)];
  }
  return sn === 0 && fr === first.root && sr === second.root;
}
