/** What a route gets of a request, checked: the id in the path, the query, the body. */
import type { z } from 'zod';
import { parseStrictText } from '../../core/credential/token/strict-json.ts';
import { HiveError } from '../../core/errors.ts';
import { FORM_TYPE, isForm, parseForm } from './form.ts';

/** No id is longer: what is cannot name anything, and would not fit a key. */
const MAX_ID_CHARS = 256;
const MAX_BODY_BYTES = 1_000_000;
/** Faults told in one answer. */
const MAX_FAULTS = 20;

/**
 * The id that a path such as `/v1/plans/{id}/pause` has, percent-decoded once: it may be any text.
 * @throws HiveError MESSAGE_INVALID
 */
export function idOf(url: string, template: string): string {
  const encoded = new URL(url).pathname.split('/')[template.split('/').indexOf('{id}')] ?? '';
  try {
    const id = decodeURIComponent(encoded);
    if (id.length > 0 && id.length <= MAX_ID_CHARS) return id;
  } catch {
    // Not URL-encoded: told like any other id that cannot be one.
  }
  throw new HiveError('MESSAGE_INVALID', `The id in the path is not 1-${MAX_ID_CHARS} URL-encoded characters.`);
}

/** A parameter that is misspelt, or given twice, is told, not ignored. @throws HiveError MESSAGE_INVALID */
export function queryOf<Schema extends z.ZodObject>(url: string, schema: Schema): z.output<Schema> {
  const given = [...new URL(url).searchParams];
  for (const [name] of given) {
    if (!Object.hasOwn(schema.shape, name))
      throw invalid('query', [{ path: name, message: `is no parameter: ${Object.keys(schema.shape).join(', ')}` }]);
    if (given.filter(([other]) => other === name).length > 1)
      throw invalid('query', [{ path: name, message: 'is given more than once' }]);
  }
  return check('query', schema, Object.fromEntries(given));
}

/**
 * @param takesForm the body may be a form; then JSON must have no member twice either
 * @throws HiveError MESSAGE_INVALID, MESSAGE_TOO_LARGE (413), MEDIA_TYPE_UNSUPPORTED (415)
 */
export async function bodyOf<Schema extends z.ZodType>(
  request: Request,
  schema: Schema,
  takesForm = false,
): Promise<z.output<Schema>> {
  const type = request.headers.get('content-type');
  const form = takesForm && type !== null && isForm(type);
  if (!form && type !== null && !/^application\/([\w.-]+\+)?json\s*(;|$)/i.test(type))
    throw new HiveError(
      'MEDIA_TYPE_UNSUPPORTED',
      `The body is to be ${takesForm ? `a form or JSON: content-type ${FORM_TYPE} or` : 'JSON: content-type'} application/json.`,
      { status: 415 },
    );
  const bytes = await request.arrayBuffer();
  if (bytes.byteLength > MAX_BODY_BYTES)
    throw new HiveError('MESSAGE_TOO_LARGE', `The body is over ${MAX_BODY_BYTES} bytes.`, { status: 413 });
  if (form) return check('body', schema, parseForm(bytes));
  let value: unknown;
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes) || '{}';
    value = takesForm ? parseStrictText(text, 'body') : JSON.parse(text);
  } catch (cause) {
    const twice = cause instanceof HiveError && cause.detail.reason === 'duplicate_member';
    throw new HiveError('MESSAGE_INVALID', twice ? 'The body has a member twice.' : 'The body is not JSON in UTF-8.', {
      cause,
    });
  }
  return check('body', schema, value);
}

function check<Schema extends z.ZodType>(what: 'query' | 'body', schema: Schema, value: unknown): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw invalid(
    what,
    parsed.error.issues.map(({ path, message }) => ({ path: path.join('.'), message })),
  );
}

function invalid(what: string, issues: readonly { path: string; message: string }[]): HiveError {
  const faults = issues.slice(0, MAX_FAULTS).map(({ path, message }) => ({
    path: path.slice(0, MAX_ID_CHARS).toWellFormed(),
    message: message.slice(0, MAX_ID_CHARS).toWellFormed(),
  }));
  const told = faults.map(({ path, message }) => `${path || `(${what})`}: ${message}`).join('; ');
  return new HiveError('MESSAGE_INVALID', `The ${what} is not as the schema says: ${told}`, { detail: { faults } });
}
