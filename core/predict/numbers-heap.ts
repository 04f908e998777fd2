/** A binary heap of whole numbers, the one with the least key first: what a hundred thousand draws are ordered by, without an object each. */
export interface NumbersHeap {
  readonly size: () => number;
  readonly clear: () => void;
  readonly push: (key: number, value: number) => void;
  /** the first one's; only while there is one */
  readonly firstKey: () => number;
  /** takes the first one out; only while there is one */
  readonly pop: () => number;
}

export function createNumbersHeap(): NumbersHeap {
  const keys: number[] = [];
  const values: number[] = [];
  let size = 0;

  function put(at: number, key: number, value: number): void {
    keys[at] = key;
    values[at] = value;
  }

  return {
    size: () => size,
    clear: () => {
      size = 0;
    },
    push(key, value) {
      let at = size++;
      while (at > 0) {
        const parent = (at - 1) >> 1;
        if ((keys[parent] as number) <= key) break;
        put(at, keys[parent] as number, values[parent] as number);
        at = parent;
      }
      put(at, key, value);
    },
    firstKey: () => keys[0] as number,
    pop() {
      const first = values[0] as number;
      size -= 1;
      const [key, value] = [keys[size] as number, values[size] as number];
      let at = 0;
      for (;;) {
        let child = 2 * at + 1;
        if (child >= size) break;
        if (child + 1 < size && (keys[child + 1] as number) < (keys[child] as number)) child += 1;
        if ((keys[child] as number) >= key) break;
        put(at, keys[child] as number, values[child] as number);
        at = child;
      }
      if (size > 0) put(at, key, value);
      return first;
    },
  };
}
