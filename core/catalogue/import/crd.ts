/**
 * ApiAsset and DataAsset as Kubernetes objects (`catalog.neural-hive.io/v1alpha1`): the name is the asset's id, the spec
 * has the fields by the names that they have here. Objects of other kinds in the same file are told and passed over.
 */
import { assetId } from '../../messages/asset-use.ts';
import type { Asset } from '../../messages/catalogue-api.ts';
import { quoted } from '../../plan/faults.ts';
import { readFields } from './fields.ts';
import {
  type DocumentFault,
  type ImportedAsset,
  type ImportNote,
  isMembers,
  type Members,
  own,
  pointerTo,
  textOf,
} from './notes.ts';

const KINDS: Readonly<Record<string, Asset['kind']>> = { ApiAsset: 'api', DataAsset: 'data' };
/** `neuralhive.io/v1` is the same to us: names of fields never differed. */
const GROUP = /^(catalog\.neural-hive\.io|neuralhive\.io)\/v[0-9]+((alpha|beta)[0-9]+)?$/;
const MEMBERS = ['apiVersion', 'kind', 'metadata', 'spec', 'status'];

export const isKubernetesObject = (document: unknown): document is Members =>
  isMembers(document) && typeof own(document, 'apiVersion') === 'string';

export interface ReadObject {
  readonly imported?: ImportedAsset;
  readonly faults: readonly DocumentFault[];
  /** of an object that is passed over */
  readonly notes: readonly ImportNote[];
}

/** @param at place of the document in its file: where paths begin */
export function readKubernetesObject(document: Members, at: number): ReadObject {
  const nothing = { faults: [], notes: [] };
  const [apiVersion, kindName] = [textOf(own(document, 'apiVersion')), own(document, 'kind')];
  const kind = typeof kindName === 'string' ? own(KINDS, kindName) : undefined;
  if (kind === undefined || !GROUP.test(apiVersion)) {
    const what = `${quoted(textOf(kindName))} of ${quoted(apiVersion)}`;
    const message = `${what} is no ApiAsset or DataAsset of catalog.neural-hive.io: it is passed over`;
    return { ...nothing, notes: [{ code: 'KIND_UNKNOWN', path: pointerTo(at, 'kind'), message }] };
  }
  const metadata = own(document, 'metadata');
  const name = isMembers(metadata) ? own(metadata, 'name') : undefined;
  const id = assetId.safeParse(name);
  const spec = own(document, 'spec');
  const faults: DocumentFault[] = [];
  if (!id.success) {
    const message = typeof name === 'string' ? `${quoted(name)} ${id.error.issues[0]?.message}` : 'is not given';
    faults.push({ code: 'ASSET_NAME_INVALID', path: pointerTo(at, 'metadata', 'name'), message });
  }
  if (!isMembers(spec)) faults.push({ code: 'SPEC_MISSING', path: pointerTo(at, 'spec'), message: 'is no object' });
  if (!id.success || !isMembers(spec)) return { ...nothing, faults };
  const notes: ImportNote[] = Object.keys(document)
    .filter((member) => !MEMBERS.includes(member))
    .map((member) => ({
      code: 'FIELD_UNKNOWN' as const,
      path: pointerTo(at, member),
      message: `${quoted(member)} is no field of it: it is left out`,
    }));
  return {
    ...nothing,
    imported: { asset: readFields(kind as Asset['kind'], id.data, spec, [at, 'spec'], notes), notes },
  };
}
