/**
 * JSON as tokens and sets of keys have to have it: UTF-8, and no member twice, at any depth. Parsers differ in which of two
 * they take, so that what one checks another may not use (RFC 8725, 2.4; RFC 7515, 4).
 */
import { invalid } from './refusal.ts';

/** Deeper than anything that a token says; a bound for what is read by recursion elsewhere. */
const MAX_DEPTH = 16;

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** @throws HiveError TOKEN_INVALID: utf8 · json · duplicate_member */
export function parseStrict(bytes: Uint8Array, what: string): unknown {
  let text: string;
  try {
    text = UTF8.decode(bytes);
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
  const { colons, depth } = structureOf(text);
  if (depth > MAX_DEPTH) throw invalid('json', `The ${what} is nested deeper than ${MAX_DEPTH}.`);
  // Of two members with one name only one is left, whether it was written with escapes or without.
  if (membersOf(value) < colons) throw invalid('duplicate_member', `The ${what} has a member twice.`);
  return value;
}

const [QUOTE, BACKSLASH, COLON] = [34, 92, 58];

/** Of JSON: how deep it goes, and how many members it was written with, which is colons outside of strings. */
function structureOf(text: string): { colons: number; depth: number } {
  let colons = 0;
  let open = 0;
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = endOfString(text, at);
    else if (code === COLON) colons++;
    else if (code === 91 || code === 123) depth = Math.max(depth, ++open);
    else if (code === 93 || code === 125) open--;
  }
  return { colons, depth };
}

/** Where the string ends that begins there: at the first quote that no odd number of backslashes stands before. */
function endOfString(text: string, begin: number): number {
  for (let end = text.indexOf('"', begin + 1); ; end = text.indexOf('"', end + 1)) {
    let before = end - 1;
    while (text.charCodeAt(before) === BACKSLASH) before--;
    if ((end - before) % 2 === 1) return end;
  }
}

/** Members of all objects in a value that is no deeper than is taken. */
function membersOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  const within: readonly unknown[] = Array.isArray(value) ? value : Object.values(value);
  let members = Array.isArray(value) ? 0 : within.length;
  for (const member of within) if (typeof member === 'object') members += membersOf(member);
  return members;
}

/** An object that is no array and not null. */
export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
