/** Assets from a file or from standard input: OpenAPI, the CRDs, or what `hive assets export` wrote. */
import { parseDocuments } from '../../adapters/yaml/documents.ts';
import { type Imported, importAssets } from '../../core/catalogue/import/assets.ts';
import { HiveError } from '../../core/errors.ts';
import type { Io } from './io.ts';
import { readText } from './read-document.ts';

/** @throws HiveError FILE_UNREADABLE · DOCUMENT_TOO_LARGE · DOCUMENT_MALFORMED · ASSET_DOCUMENT_INVALID, every fault a line */
export async function readAssets(file: string, io: Io, id?: string): Promise<Imported> {
  const text = await readText(file, io);
  try {
    return importAssets(parseDocuments(text), id);
  } catch (error) {
    if (!(error instanceof HiveError && error.code === 'ASSET_DOCUMENT_INVALID')) throw error;
    const faults = error.detail.faults as readonly { code: string; path: string; message: string }[];
    const lines = faults.map(({ code, path, message }) => `${code} ${path}: ${message}`);
    throw new HiveError(error.code, ['nothing can be taken over:', ...lines].join('\n'), {
      detail: { ...error.detail },
      cause: error,
    });
  }
}
