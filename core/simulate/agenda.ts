/** What is to happen later: a binary heap, the earliest first, of two at the same time the one that was put in first. */
export interface Agenda<T> {
  /** ms of the earliest; undefined: nothing is to happen any more */
  next(): number | undefined;
  put(at: number, what: T): void;
  take(): T | undefined;
}

interface Entry<T> {
  readonly at: number;
  readonly number: number;
  readonly what: T;
}

export function createAgenda<T>(): Agenda<T> {
  const heap: Entry<T>[] = [];
  let count = 0;
  const isBefore = (a: Entry<T>, b: Entry<T>): boolean => a.at < b.at || (a.at === b.at && a.number < b.number);

  function put(at: number, what: T): void {
    const entry = { at, number: count++, what };
    let place = heap.push(entry) - 1;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (!isBefore(entry, heap[parent] as Entry<T>)) break;
      heap[place] = heap[parent] as Entry<T>;
      place = parent;
    }
    heap[place] = entry;
  }

  function take(): T | undefined {
    const [first] = heap;
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first?.what;
    let place = 0;
    for (let child = 1; child < heap.length; child = 2 * place + 1) {
      if (child + 1 < heap.length && isBefore(heap[child + 1] as Entry<T>, heap[child] as Entry<T>)) child += 1;
      if (!isBefore(heap[child] as Entry<T>, last)) break;
      heap[place] = heap[child] as Entry<T>;
      place = child;
    }
    heap[place] = last;
    return first.what;
  }

  return { next: () => heap[0]?.at, put, take };
}
