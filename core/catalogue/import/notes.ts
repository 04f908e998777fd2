/** What is told of a document while it is read: what was not taken over, and what made it of no use at all. */
import { HiveError } from '../../errors.ts';
import type { Asset } from '../../messages/catalogue-api.ts';

/** What was left out; what the asset then lacks is a finding when it is judged. */
export interface ImportNote {
  readonly code:
    | 'FIELD_UNKNOWN'
    | 'FIELD_INVALID'
    | 'KIND_UNKNOWN'
    | 'NAME_FROM_TITLE'
    | 'VERSION_UNREADABLE'
    | 'SECURITY_UNREADABLE'
    | 'SECURITY_SCHEME_UNKNOWN'
    | 'REFERENCE_NOT_FOLLOWED';
  /** JSON Pointer into the document */
  readonly path: string;
  readonly message: string;
}

export interface ImportedAsset {
  readonly asset: Asset;
  readonly notes: readonly ImportNote[];
}

export interface DocumentFault {
  readonly code: string;
  readonly path: string;
  readonly message: string;
}

const MAX_TOLD = 50;

/** @returns HiveError ASSET_DOCUMENT_INVALID (422), naming each fault */
export function documentInvalid(faults: readonly DocumentFault[]): HiveError {
  const told = faults.slice(0, 3).map(({ path, message }) => `${path || '(document)'}: ${message}`);
  return new HiveError(
    'ASSET_DOCUMENT_INVALID',
    `The document describes no asset that can be taken over: ${told.join('; ')}`,
    {
      status: 422,
      detail: { faults: faults.slice(0, MAX_TOLD) },
    },
  );
}

/** RFC 6901. Names come from outside: cut, and made well-formed. */
export const pointerTo = (...parts: readonly (string | number)[]): string =>
  parts
    .map((part) => `/${String(part).slice(0, 128).toWellFormed().replaceAll('~', '~0').replaceAll('/', '~1')}`)
    .join('');

export type Members = Readonly<Record<string, unknown>>;
export const isMembers = (value: unknown): value is Members =>
  value !== null && typeof value === 'object' && !Array.isArray(value);

/** A member of its own, never one that the object inherits. */
export const own = (of: Members, name: string): unknown => (Object.hasOwn(of, name) ? of[name] : undefined);

/** As text, whatever it is: an object from outside may have no way to become one. */
export function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  return value === undefined || value === null ? '' : typeof value === 'object' ? 'an object' : `${value as number}`;
}
