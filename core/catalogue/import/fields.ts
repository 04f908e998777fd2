/** An asset's fields from an object that somebody wrote: each is taken over or told, none is invented. */
import type { z } from 'zod';
import { type Asset, apiAsset, assetEndpoint, dataAsset } from '../../messages/catalogue-api.ts';
import { quoted } from '../../plan/faults.ts';
import { type ImportNote, isMembers, type Members, own, pointerTo } from './notes.ts';

const SHAPES: Readonly<Record<Asset['kind'], Readonly<Record<string, z.ZodType>>>> = {
  api: apiAsset.shape,
  data: dataAsset.shape,
};

/**
 * @param under path of the object in its document
 * @param names how fields are called there; default: as here
 */
export function readFields(
  kind: Asset['kind'],
  assetId: string,
  given: Members,
  under: readonly (string | number)[],
  notes: ImportNote[],
): Asset {
  const fields: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(given)) {
    const path = pointerTo(...under, name);
    const schema = name === 'kind' || name === 'asset_id' ? undefined : own(SHAPES[kind], name);
    if (schema === undefined)
      notes.push({ code: 'FIELD_UNKNOWN', path, message: `${quoted(name)} is no field of it: it is left out` });
    else if (name === 'endpoints' && Array.isArray(value)) fields[name] = readEndpoints(value, [...under, name], notes);
    else readInto(fields, name, value, schema as z.ZodType, path, notes);
  }
  return (kind === 'api' ? apiAsset : dataAsset).parse({ ...fields, kind, asset_id: assetId });
}

/** Text may have half a surrogate pair, lists be too long: the schema says. */
function readInto(
  fields: Record<string, unknown>,
  name: string,
  value: unknown,
  schema: z.ZodType,
  path: string,
  notes: ImportNote[],
): void {
  const parsed = schema.safeParse(value);
  if (parsed.success) fields[name] = parsed.data;
  else {
    const [issue] = parsed.error.issues;
    const at = path + pointerTo(...(issue?.path.map(String) ?? []));
    notes.push({ code: 'FIELD_INVALID', path: at, message: `${issue?.message ?? 'is invalid'}: it is left out` });
  }
}

function readEndpoints(list: readonly unknown[], under: readonly (string | number)[], notes: ImportNote[]): unknown[] {
  return list.flatMap((given, at) => {
    const path = [...under, at];
    if (!isMembers(given)) {
      notes.push({ code: 'FIELD_INVALID', path: pointerTo(...path), message: 'is no object: it is left out' });
      return [];
    }
    for (const name of Object.keys(given))
      if (!Object.hasOwn(assetEndpoint.shape, name))
        notes.push({
          code: 'FIELD_UNKNOWN',
          path: pointerTo(...path, name),
          message: `${quoted(name)} is no field of an endpoint: it is left out`,
        });
    const method = own(given, 'method');
    const read: Record<string, unknown> = {};
    const whole = { ...given, method: typeof method === 'string' ? method.toUpperCase() : method };
    readInto(read, 'endpoint', whole, assetEndpoint, pointerTo(...path), notes);
    return 'endpoint' in read ? [read.endpoint] : [];
  });
}
