/** Documents come from outside: what refers to itself, is nested too deep or grows when it is written out is refused. */
import { documentInvalid } from './notes.ts';

export const MAX_DEPTH = 64;
/** Members and elements, those behind aliases counted each time: a few bytes of YAML can stand for billions. */
export const MAX_NODES = 500_000;

/** Without recursion. @throws HiveError ASSET_DOCUMENT_INVALID (422) */
export function requireTree(value: unknown): void {
  const pending: { readonly value: unknown; readonly depth: number }[] = [{ value, depth: 0 }];
  let nodes = 0;
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (next.value === null || typeof next.value !== 'object') continue;
    if (next.depth >= MAX_DEPTH)
      throw refuse('DOCUMENT_TOO_DEEP', `is nested deeper than ${MAX_DEPTH} levels, or refers to itself`);
    for (const member of Object.values(next.value)) {
      if (++nodes > MAX_NODES) throw refuse('DOCUMENT_TOO_LARGE', `has more than ${MAX_NODES} members`);
      pending.push({ value: member, depth: next.depth + 1 });
    }
  }
}

const refuse = (code: string, message: string) => documentInvalid([{ code, path: '', message }]);
