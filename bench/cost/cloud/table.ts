/** The ledger's table as the bench has it: items by key and by the index's key, and what a write bills. */
import { itemBytes, writeUnits } from '../units.ts';
import type { Item } from './expressions.ts';

export interface Index {
  readonly name: string;
  readonly partition: string;
  readonly sort: string;
}

export interface Change {
  readonly before: Item | undefined;
  readonly after: Item | undefined;
}

export function createTable(index: Index, onChange: (change: Change) => void) {
  const partitions = new Map<string, Map<string, Item>>();
  const indexed = new Map<string, Map<string, Item>>();
  let bytes = 0;

  const group = (groups: Map<string, Map<string, Item>>, key: string): Map<string, Item> => {
    const found = groups.get(key) ?? new Map<string, Item>();
    groups.set(key, found);
    return found;
  };
  const placeInIndex = (item: Item | undefined): string | undefined =>
    item?.[index.partition] === undefined ? undefined : `${item[index.partition]}\n${item[index.sort]}`;
  const idOf = (item: Item): string => `${item.pk}\n${item.sk}`;

  return {
    get: (key: Item): Item | undefined => partitions.get(String(key.pk))?.get(String(key.sk)),
    /** items of a partition of the table, or of the index, in order of the sort key */
    partition(value: string, ofIndex: boolean): Item[] {
      const items = [...((ofIndex ? indexed : partitions).get(value)?.values() ?? [])];
      const sort = ofIndex ? index.sort : 'sk';
      return items.sort((a, b) => (String(a[sort]) < String(b[sort]) ? -1 : 1));
    },
    /**
     * Replaces, adds or removes the item.
     * @returns write units: of the table (twice in a transaction), and of the index, which holds keys alone and is
     *   written afterwards, outside of the transaction: 1 for an entry that comes or goes, 2 for one that moves
     */
    put(key: Item, after: Item | undefined, transactional: boolean): number {
      const before = this.get(key);
      const partition = group(partitions, String(key.pk));
      if (after === undefined) partition.delete(String(key.sk));
      else partition.set(String(key.sk), after);
      const [from, to] = [placeInIndex(before), placeInIndex(after)];
      if (before !== undefined && from !== undefined)
        group(indexed, String(before[index.partition])).delete(idOf(before));
      if (after !== undefined && to !== undefined)
        group(indexed, String(after[index.partition])).set(idOf(after), after);
      const entries = from === to ? 0 : (from === undefined ? 0 : 1) + (to === undefined ? 0 : 1);
      const [was, is] = [before ? itemBytes(before) : 0, after ? itemBytes(after) : 0];
      bytes += is - was;
      onChange({ before, after });
      return writeUnits(was, is, transactional) + entries;
    },
    /** bytes of all items */
    size: () => bytes,
  };
}

export type Table = ReturnType<typeof createTable>;
