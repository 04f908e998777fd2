/**
 * Bodies of `application/x-www-form-urlencoded`, as OAuth has them (RFC 6749, 3.2 and appendix B): UTF-8, no parameter twice,
 * one without a value is none. Whatever readers could differ in is refused: what one checks another may not use.
 */
import { HiveError } from '../../core/errors.ts';

export const FORM_TYPE = 'application/x-www-form-urlencoded';

/** The type itself, and nothing about it but that it is UTF-8. */
export const isForm = (contentType: string): boolean =>
  /^application\/x-www-form-urlencoded[ \t]*(;[ \t]*charset=("utf-8"|utf-8)[ \t]*)?$/i.test(contentType);

/** A token of 8 192 characters with all of them escaped, and whatever else a client sends of itself. */
export const MAX_FORM_BYTES = 32_768;
const MAX_PARAMETERS = 32;

/** @throws HiveError MESSAGE_TOO_LARGE (413), MESSAGE_INVALID (400) */
export function parseForm(bytes: ArrayBuffer): Record<string, string> {
  if (bytes.byteLength > MAX_FORM_BYTES)
    throw new HiveError('MESSAGE_TOO_LARGE', `The form is over ${MAX_FORM_BYTES} bytes.`, { status: 413 });
  let pairs: string[][];
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    pairs = text.split('&').flatMap((piece) => (piece === '' ? [] : [pairOf(piece)]));
  } catch (cause) {
    throw invalid('is not URL-encoded UTF-8', cause);
  }
  if (pairs.length > MAX_PARAMETERS) throw invalid(`has over ${MAX_PARAMETERS} parameters`);
  const values = new Map<string, string>();
  for (const [name = '', value = ''] of pairs) {
    if (values.has(name)) throw invalid('has a parameter twice');
    values.set(name, value);
  }
  return Object.fromEntries([...values].filter(([, value]) => value !== ''));
}

/** @throws URIError */
function pairOf(piece: string): [name: string, value: string] {
  const at = piece.indexOf('=');
  const [name, value] = at < 0 ? [piece, ''] : [piece.slice(0, at), piece.slice(at + 1)];
  return [decode(name), decode(value)];
}

const decode = (text: string): string => decodeURIComponent(text.replaceAll('+', ' '));

const invalid = (why: string, cause?: unknown): HiveError =>
  new HiveError('MESSAGE_INVALID', `The form ${why}.`, { ...(cause !== undefined && { cause }) });
