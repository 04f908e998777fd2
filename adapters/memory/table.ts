/**
 * A table in memory that is no laxer than DynamoDB: its conditions, its limits, and values of its own. What it keeps is
 * frozen, so it can be read without a copy: a reader that writes to it throws, where a copy would hide the mistake.
 */
import { MAX_ITEMS_PER_COMMIT } from '../../core/ports/ledger.ts';
import { compareUtf8, keep } from './values.ts';

export type MemoryItem = Record<string, unknown>;
export interface Key {
  readonly pk: string;
  readonly sk: string;
}

/** One item of a transaction: what must hold of the item as it is (undefined: not there), and what becomes of it. */
export interface Operation extends Key {
  readonly condition?: (item: MemoryItem | undefined) => boolean;
  /** @returns the item as it shall be, undefined to delete it */
  readonly change: (item: MemoryItem | undefined) => MemoryItem | undefined;
}

const MAX_ITEM_BYTES = 400 * 1024;
const MAX_TRANSACTION_BYTES = 4 * 1024 * 1024;
/** DynamoDB's limits of a key's bytes. */
const MAX_PK_BYTES = 2048;
const MAX_SK_BYTES = 1024;

export interface MemoryTable {
  get(key: Key): MemoryItem | undefined;
  /** all items of a partition in order of their sort key, as UTF-8 sorts */
  query(pk: string): { sk: string; item: MemoryItem }[];
  /** every item, in order of the keys: what a test compares; or those whose partition key begins so */
  scan(prefix?: string): (Key & { item: MemoryItem })[];
  /**
   * All of it happens or nothing.
   * @returns positions of the operations whose condition did not hold; empty when all was written
   * @throws RangeError, TypeError for what DynamoDB refuses whatever is in the table
   */
  transact(operations: readonly Operation[]): number[];
}

interface Row {
  readonly sk: string;
  readonly item: MemoryItem;
}

export function createMemoryTable(): MemoryTable {
  /** rows in order of their sort keys */
  const partitions = new Map<string, Row[]>();
  let sorted: string[] | undefined = [];

  function find({ pk, sk }: Key): MemoryItem | undefined {
    const rows = partitions.get(pk);
    const row = rows?.[placeOf(rows, sk)];
    return row?.sk === sk ? row.item : undefined;
  }

  function write({ pk, sk }: Key, item: MemoryItem | undefined): void {
    let rows = partitions.get(pk);
    if (rows === undefined) {
      rows = [];
      partitions.set(pk, rows);
      sorted = undefined;
    }
    const at = placeOf(rows, sk);
    const there = rows[at]?.sk === sk ? 1 : 0;
    if (item === undefined) rows.splice(at, there);
    else if (there === 1) rows[at] = { sk, item };
    else rows.splice(at, 0, { sk, item });
  }

  function keysFrom(prefix: string): string[] {
    sorted ??= [...partitions.keys()].sort(compareUtf8);
    return prefix === '' ? sorted : sorted.filter((pk) => pk.startsWith(prefix));
  }

  return {
    get: find,
    query: (pk) => [...(partitions.get(pk) ?? [])],
    scan: (prefix = '') =>
      keysFrom(prefix).flatMap((pk) => (partitions.get(pk) ?? []).map(({ sk, item }) => ({ pk, sk, item }))),
    transact(operations) {
      requireSendable(operations);
      const failed = operations.flatMap(({ condition, ...key }, index) =>
        condition === undefined || condition(find(key)) ? [] : [index],
      );
      if (failed.length > 0) return failed;
      const changed = operations.map(({ change, pk, sk }) => {
        const item = change(find({ pk, sk }));
        if (item === undefined) return { pk, sk, item, bytes: 0 };
        const kept = keep(item);
        return { pk, sk, item: kept.value as MemoryItem, bytes: Buffer.byteLength(pk + sk) + kept.bytes };
      });
      if (changed.some(({ bytes }) => bytes > MAX_ITEM_BYTES))
        throw new RangeError(`an item over ${MAX_ITEM_BYTES} bytes`);
      if (changed.reduce((sum, { bytes }) => sum + bytes, 0) > MAX_TRANSACTION_BYTES)
        throw new RangeError(`a transaction over ${MAX_TRANSACTION_BYTES} bytes`);
      for (const { item, pk, sk } of changed) write({ pk, sk }, item);
      return [];
    },
  };
}

/** Where the sort key is among the rows, or would be. */
function placeOf(rows: readonly Row[], sk: string): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareUtf8((rows[middle] as Row).sk, sk) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

function requireSendable(operations: readonly Operation[]): void {
  if (operations.length === 0) throw new RangeError('a transaction of no items');
  if (operations.length > MAX_ITEMS_PER_COMMIT)
    throw new RangeError(`a commit of ${operations.length} items, at most ${MAX_ITEMS_PER_COMMIT}`);
  const keys = operations.map(({ pk, sk }) => JSON.stringify([pk, sk]));
  if (new Set(keys).size < keys.length) throw new RangeError('a transaction may not write an item twice');
  for (const { pk, sk } of operations)
    if (Buffer.byteLength(pk) > MAX_PK_BYTES || Buffer.byteLength(sk) > MAX_SK_BYTES)
      throw new RangeError('a key over 2048 and 1024 bytes');
}
