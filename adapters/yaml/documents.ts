/** YAML, and JSON, which is YAML too, as the documents that it has. The text comes from outside. */
import { parseAllDocuments } from 'yaml';
import { HiveError } from '../../core/errors.ts';

/** Characters; a parsed document takes many times as much memory. */
export const MAX_CHARS = 4_000_000;
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
    const documents = parseAllDocuments(text, { uniqueKeys: true, logLevel: 'error', stringKeys: true });
    // A text of comments alone is an empty list with properties of its own.
    return [...(Array.isArray(documents) ? documents : [])].flatMap((document) => {
      const [error] = document.errors;
      if (error) throw error;
      const value: unknown = document.toJS({ maxAliasCount: MAX_ALIASES });
      return value === null || value === undefined ? [] : [value];
    });
  } catch (cause) {
    // Nested deep enough, any parser runs out of stack.
    const why = cause instanceof RangeError ? 'it is nested too deep' : (cause as Error).message.split('\n')[0];
    throw new HiveError('DOCUMENT_MALFORMED', `The document is neither YAML nor JSON: ${why}`, { status: 422, cause });
  }
}
