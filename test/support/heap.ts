/** What is to happen later, the earliest first; of two at the same time the one that was put in first. */
export interface Heap<Item extends { readonly at: number }> {
  readonly size: number;
  put(item: Item): void;
  earliest(): number | undefined;
  take(): Item | undefined;
}

export function createHeap<Item extends { readonly at: number }>(): Heap<Item> {
  interface Entry {
    readonly item: Item;
    readonly order: number;
  }
  const entries: Entry[] = [];
  let order = 0;
  const before = (a: Entry, b: Entry): boolean =>
    a.item.at < b.item.at || (a.item.at === b.item.at && a.order < b.order);

  return {
    get size() {
      return entries.length;
    },
    earliest: () => entries[0]?.item.at,
    put(item) {
      const entry = { item, order: order++ };
      let place = entries.push(entry) - 1;
      while (place > 0) {
        const parent = (place - 1) >> 1;
        const above = entries[parent] as Entry;
        if (!before(entry, above)) break;
        entries[place] = above;
        place = parent;
      }
      entries[place] = entry;
    },
    take() {
      const [first] = entries;
      const last = entries.pop();
      if (first === undefined || last === undefined || first === last) return first?.item;
      let place = 0;
      for (;;) {
        let child = 2 * place + 1;
        if (child >= entries.length) break;
        if (child + 1 < entries.length && before(entries[child + 1] as Entry, entries[child] as Entry)) child++;
        if (!before(entries[child] as Entry, last)) break;
        entries[place] = entries[child] as Entry;
        place = child;
      }
      entries[place] = last;
      return first.item;
    },
  };
}
