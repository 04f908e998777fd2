/**
 * JSON as tokens and sets of keys have to have it: UTF-8, and no member twice, at any depth. Parsers differ in which of two
 * they take, so that what one checks another may not use (RFC 8725, 2.4; RFC 7515, 4).
 */
import { invalid } from './refusal.ts';

/** Deeper than anything that a token says; a bound for what is read by recursion elsewhere. */
const MAX_DEPTH = 16;

/** @throws HiveError TOKEN_INVALID: utf8 · json · duplicate_member */
export function parseStrict(bytes: Uint8Array, what: string): unknown {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw invalid('utf8', `The ${what} is not UTF-8.`);
  }
  return parseStrictText(text, what);
}

/** @throws HiveError TOKEN_INVALID: json · duplicate_member */
export function parseStrictText(text: string, what: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw invalid('json', `The ${what} is not JSON.`);
  }
  refuseDuplicates(text, what);
  return value;
}

const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],:]/g;

/** `text` is JSON: its brackets match, and a string before a colon names a member. */
function refuseDuplicates(text: string, what: string): void {
  const open: (Set<string> | undefined)[] = [];
  let last = '';
  for (const [token] of text.matchAll(TOKEN)) {
    if (token === '{' || token === '[') {
      open.push(token === '{' ? new Set() : undefined);
      if (open.length > MAX_DEPTH) throw invalid('json', `The ${what} is nested deeper than ${MAX_DEPTH}.`);
    } else if (token === '}' || token === ']') open.pop();
    else if (token === ':') {
      const name = JSON.parse(last) as string;
      const names = open.at(-1);
      // Written with escapes or without, it is the same name.
      if (names?.has(name)) throw invalid('duplicate_member', `The ${what} has a member twice.`);
      names?.add(name);
    }
    last = token;
  }
}

/** An object that is no array and not null. */
export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
