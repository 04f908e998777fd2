/** What a request must be, checked with the schemas that the REST API checks with. */
import type { HandlerContext } from '@connectrpc/connect';
import { z } from 'zod';
import { HiveError } from '../../core/errors.ts';
import { type PageRequest, pageRequest, verbRequest } from '../../core/messages/monitoring-api.ts';
import type { By } from '../../core/operate/operations.ts';
import { admittedOf } from './caller.ts';

/** No id is longer: what is cannot name anything, and would not fit a key. */
const MAX_ID_CHARS = 256;
/** Faults told in one answer. */
const MAX_FAULTS = 20;

/** @throws HiveError MESSAGE_INVALID (400) */
export function parse<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues
    .slice(0, MAX_FAULTS)
    .map(({ path, message }) => ({ path: path.join('.').slice(0, MAX_ID_CHARS).toWellFormed(), message }));
  const told = faults.map(({ path, message }) => `${path}: ${message}`).join('; ');
  throw new HiveError('MESSAGE_INVALID', `The request is not as the protocol says: ${told}`, { detail: { faults } });
}

const idText = z.string().min(1).max(MAX_ID_CHARS);

/** @param name of the field, for the answer; @throws HiveError MESSAGE_INVALID (400) */
export const parseId = (name: string, id: string): string =>
  parse(z.object({ [name]: idText }), { [name]: id })[name] ?? '';

/** @throws HiveError MESSAGE_INVALID (400) */
export const parsePage = ({ limit, cursor }: Partial<Record<keyof PageRequest, unknown>>): PageRequest =>
  parse(pageRequest, { limit, cursor });

/** A verb's request with the caller's name; @throws HiveError MESSAGE_INVALID (400), CALLER_UNKNOWN (401) */
export const parseVerb = (
  { why, onBehalfOf }: { why: string; onBehalfOf?: string | undefined },
  context: HandlerContext,
): By<z.output<typeof verbRequest>> => {
  const { by, authorization } = admittedOf(context);
  return { ...parse(verbRequest, { why, on_behalf_of: onBehalfOf }), by, authorization };
};
