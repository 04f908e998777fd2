/** Assets from documents of any kind that is read: OpenAPI, the CRDs' objects, and what the catalogue itself exports. */
import { asset as assetSchema } from '../../messages/catalogue-api.ts';
import { isKubernetesObject, readKubernetesObject } from './crd.ts';
import {
  type DocumentFault,
  documentInvalid,
  type ImportedAsset,
  type ImportNote,
  isMembers,
  pointerTo,
} from './notes.ts';
import { importOpenApi, isOpenApi } from './openapi.ts';
import { requireTree } from './tree.ts';

export interface Imported {
  readonly assets: readonly ImportedAsset[];
  /** of what was passed over */
  readonly notes: readonly ImportNote[];
}

/**
 * All or none: one document that is of no use is a fault of the whole file.
 * @param documents as they were parsed, not checked in any way
 * @param id of the asset that an OpenAPI document describes
 * @throws HiveError ASSET_DOCUMENT_INVALID (422), with every fault
 */
export function importAssets(documents: readonly unknown[], id?: string): Imported {
  requireTree(documents);
  const assets: ImportedAsset[] = [];
  const notes: ImportNote[] = [];
  const faults: DocumentFault[] = [];
  documents.flat(1).forEach((document, at) => {
    if (isOpenApi(document)) assets.push(importOpenApi(document, id));
    else if (isKubernetesObject(document)) {
      const read = readKubernetesObject(document, at);
      if (read.imported) assets.push(read.imported);
      faults.push(...read.faults);
      notes.push(...read.notes);
    } else if (isMembers(document) && Object.hasOwn(document, 'asset_id')) {
      const parsed = assetSchema.safeParse(document);
      if (parsed.success) assets.push({ asset: parsed.data, notes: [] });
      else
        for (const { path, message } of parsed.error.issues)
          faults.push({ code: 'FIELD_INVALID', path: pointerTo(at, ...path.map(String)), message });
    } else {
      const message = 'is no OpenAPI document, no ApiAsset or DataAsset, and no asset as the catalogue has it';
      faults.push({ code: 'DOCUMENT_UNKNOWN', path: pointerTo(at), message });
    }
  });
  const names = new Set<string>();
  for (const { asset } of assets) {
    if (names.has(asset.asset_id))
      faults.push({ code: 'ASSET_TWICE', path: '', message: `${asset.asset_id} is described twice` });
    names.add(asset.asset_id);
  }
  if (faults.length === 0 && assets.length === 0)
    faults.push({ code: 'DOCUMENT_EMPTY', path: '', message: 'there is no asset in it' });
  if (faults.length > 0) throw documentInvalid(faults);
  return { assets, notes };
}
