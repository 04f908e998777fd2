/**
 * An OpenAPI document (3.0, 3.1) as an ApiAsset: its paths and methods are the endpoints, its security says which of them
 * require authentication. What OpenAPI has no field for stands in extensions, in `info` or beside it: `x-asset-id`,
 * `x-owner`, `x-classification`, `x-pii-fields`, `x-retention-policy`, `x-sla-tier`, `x-tenant-id`, `x-tenants`,
 * `x-regions`; and `x-sensitive-data` on an operation or its path. What is not there is not made up.
 */
import { assetId } from '../../messages/asset-use.ts';
import { quoted } from '../../plan/faults.ts';
import { readFields } from './fields.ts';
import {
  documentInvalid,
  type ImportedAsset,
  type ImportNote,
  isMembers,
  type Members,
  own,
  pointerTo,
  textOf,
} from './notes.ts';
import { endpointsOf } from './openapi-endpoints.ts';

/** Extensions by the field that they are. */
const EXTENSIONS = {
  owner: 'x-owner',
  classification: 'x-classification',
  pii_fields: 'x-pii-fields',
  retention_policy: 'x-retention-policy',
  sla_tier: 'x-sla-tier',
  tenant_id: 'x-tenant-id',
  tenants: 'x-tenants',
  regions: 'x-regions',
} as const;

export const isOpenApi = (document: unknown): document is Members =>
  isMembers(document) && (Object.hasOwn(document, 'openapi') || Object.hasOwn(document, 'swagger'));

/**
 * @param id the asset's; default: `x-asset-id`, else made of the title
 * @throws HiveError ASSET_DOCUMENT_INVALID (422)
 */
export function importOpenApi(document: Members, id?: string): ImportedAsset {
  const version = own(document, 'openapi');
  if (typeof version !== 'string' || !/^3\.[01]\.\d+/.test(version)) {
    const told = own(document, 'swagger') === undefined ? quoted(textOf(version)) : 'Swagger 2';
    const message = `${told} is not read: give a document of OpenAPI 3.0 or 3.1`;
    throw documentInvalid([{ code: 'OPENAPI_VERSION_UNKNOWN', path: '/openapi', message }]);
  }
  const notes: ImportNote[] = [];
  const given = own(document, 'info');
  const info = isMembers(given) ? given : {};
  const fields: Record<string, unknown> = { endpoints: endpointsOf(document, notes) };
  for (const [field, name] of Object.entries(EXTENSIONS)) {
    const value = own(info, name) ?? own(document, name);
    if (value !== undefined) fields[field] = value;
  }
  const description = own(info, 'description');
  if (typeof description === 'string') fields.description = description.slice(0, 4096).toWellFormed();
  const tags = own(document, 'tags');
  if (Array.isArray(tags)) fields.tags = tags.flatMap((tag) => (isMembers(tag) ? (own(tag, 'name') ?? []) : []));
  const major = majorOf(own(info, 'version'), notes);
  if (major !== undefined) fields.version = major;
  const name = nameOf(id ?? own(info, 'x-asset-id') ?? own(document, 'x-asset-id'), own(info, 'title'), notes);
  return { asset: readFields('api', name, fields, [], notes), notes };
}

/** `2.1.0` is v2: callers rely on the major version. */
function majorOf(version: unknown, notes: ImportNote[]): string | undefined {
  const [, major] = /^v?([0-9]{1,9})(\.[0-9]+)*([-+].*)?$/.exec(textOf(version)) ?? [];
  if (major !== undefined) return `v${Number(major)}`;
  if (version !== undefined)
    notes.push({
      code: 'VERSION_UNREADABLE',
      path: '/info/version',
      message: `${quoted(textOf(version))} does not begin with a number: the version is left out`,
    });
  return undefined;
}

function nameOf(given: unknown, title: unknown, notes: ImportNote[]): string {
  const invalid = (path: string, message: string) => documentInvalid([{ code: 'ASSET_NAME_INVALID', path, message }]);
  if (given !== undefined) {
    const id = assetId.safeParse(given);
    if (id.success) return id.data;
    throw invalid('/info/x-asset-id', `${quoted(textOf(given))} ${id.error.issues[0]?.message}`);
  }
  const slug = textOf(title)
    .normalize('NFKD')
    .toLowerCase()
    .replace(/\p{M}/gu, '')
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 63)
    .replace(/^-+|-+$/g, '');
  if (!assetId.safeParse(slug).success)
    throw invalid('/info/title', 'no name for the asset can be made of the title: give one with x-asset-id');
  const message = `the asset is called ${slug} after its title: say it with x-asset-id`;
  notes.push({ code: 'NAME_FROM_TITLE', path: pointerTo('info', 'title'), message });
  return slug;
}
