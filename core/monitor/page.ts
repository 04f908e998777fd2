/** Pages of lists: a cursor is the place where the page before ended, opaque to whoever hands it back. */
import { HiveError } from '../errors.ts';
import { jsonBytes } from '../json-bytes.ts';
import type { Page, PageRequest } from '../messages/monitoring-api.ts';
import type { Slice, SliceRequest } from '../ports/plan-reader.ts';
import { fromBase64Url, toBase64Url } from './base64url.ts';

/** A gateway's answer holds a few megabytes: a page ends before it is over this, but always has one item. */
const MAX_PAGE_BYTES = 3_000_000;
/** The longest key that a store sorts by. */
const MAX_PLACE_BYTES = 1024;

export const cursorInvalid = (): HiveError =>
  new HiveError('CURSOR_INVALID', 'The cursor is not one that this list has answered with: begin without one.');

/** @throws HiveError CURSOR_INVALID */
export function placeOf(list: string, cursor: string | undefined): string | undefined {
  if (cursor === undefined) return undefined;
  const bytes = fromBase64Url(cursor);
  if (bytes === undefined || bytes.length > list.length + 1 + MAX_PLACE_BYTES) throw cursorInvalid();
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw cursorInvalid();
  }
  if (!text.startsWith(`${list}:`) || text.length === list.length + 1) throw cursorInvalid();
  return text.slice(list.length + 1);
}

/**
 * One page of the list that `read` reads, with each item as it is shown.
 * @param list names the list, so that one list's cursor is refused by another
 * @param keyOf where the list goes on behind an item, should the page end there for its size
 * @throws HiveError CURSOR_INVALID
 */
export async function pageOf<T, V>(
  { list, limit, cursor }: PageRequest & { list: string },
  read: (request: SliceRequest) => Promise<Slice<T>>,
  show: (item: T) => V,
  keyOf: (item: T) => string,
): Promise<Page<V>> {
  const { items, next } = await read({ limit, after: placeOf(list, cursor) });
  const shown: V[] = [];
  let bytes = 0;
  for (const item of items) {
    const view = show(item);
    bytes += jsonBytes(view);
    if (shown.length > 0 && bytes > MAX_PAGE_BYTES) {
      const last = items[shown.length - 1] as T;
      return { items: shown, next_cursor: cursorOf(list, keyOf(last)) };
    }
    shown.push(view);
  }
  return { items: shown, ...(next === undefined ? {} : { next_cursor: cursorOf(list, next) }) };
}

const cursorOf = (list: string, place: string): string => toBase64Url(new TextEncoder().encode(`${list}:${place}`));
