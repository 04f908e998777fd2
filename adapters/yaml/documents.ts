/** YAML, and JSON, which is YAML too, as the documents that it has. The text comes from outside. */
import { Composer, CST, Parser } from 'yaml';
import { HiveError } from '../../core/errors.ts';

/** Characters; a parsed document takes many times as much memory. */
export const MAX_CHARS = 4_000_000;
/** Collections in one another; the catalogue itself takes fewer. */
const MAX_NESTING = 128;
/** Aliases may be written out this many times as often as they stand there. */
const MAX_ALIASES = 100;

/**
 * Names that stand twice in one object are an error: which of the two is meant, readers do not agree on.
 * @returns empty documents left out
 * @throws HiveError DOCUMENT_TOO_LARGE (413) · DOCUMENT_MALFORMED (422), saying where
 */
export function parseDocuments(text: string): unknown[] {
  if (text.length > MAX_CHARS)
    throw new HiveError(
      'DOCUMENT_TOO_LARGE',
      `The document has ${text.length} characters, at most ${MAX_CHARS} are read: split it.`,
      { status: 413 },
    );
  try {
    const tokens = [...new Parser().parse(text)];
    requireShallow(tokens);
    // Looked at already, in one go; the composer compares each name with each.
    const composer = new Composer({ uniqueKeys: false, logLevel: 'error', stringKeys: true });
    return [...composer.compose(tokens)].flatMap((document) => {
      const [error] = document.errors;
      if (error) throw error;
      const value: unknown = document.toJS({ maxAliasCount: MAX_ALIASES });
      return value === null || value === undefined ? [] : [value];
    });
  } catch (cause) {
    const why = (cause as Error).message.split('\n')[0];
    throw new HiveError('DOCUMENT_MALFORMED', `The document is neither YAML nor JSON: ${why}`, { status: 422, cause });
  }
}

/**
 * Composing goes down into each collection by a call: far enough, and the process dies of it, past any catching. Tokens
 * are made without recursion, and walked so.
 */
function requireShallow(tokens: readonly CST.Token[]): void {
  const pending = tokens.map((token) => ({ token, depth: 0 }));
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { token, depth } = next;
    if (depth > MAX_NESTING) throw new RangeError(`it is nested deeper than ${MAX_NESTING} levels`);
    if ('value' in token && token.value) pending.push({ token: token.value, depth });
    if (!('items' in token)) continue;
    const names = new Set<string>();
    for (const { key, value } of token.items) {
      if (key) requireNew(key, names);
      if (key) pending.push({ token: key, depth: depth + 1 });
      if (value) pending.push({ token: value, depth: depth + 1 });
    }
  }
}

function requireNew(key: CST.Token, names: Set<string>): void {
  if (key.type === 'alias') throw new SyntaxError('an alias stands for a name: write the name out');
  const name = CST.resolveAsScalar(key)?.value;
  if (name === undefined) return;
  if (names.has(name))
    throw new SyntaxError(`the name ${JSON.stringify(name.slice(0, 100))} stands twice in one object`);
  names.add(name);
}
