/** Reads a JSON document from a file or, for `-`, from standard input. */
import { readFile } from 'node:fs/promises';
import { refuse } from './errors.ts';
import type { Io } from './io.ts';

/**
 * @returns what the document says; nothing about it is checked but that it is JSON
 * @throws HiveError FILE_UNREADABLE, JSON_INVALID
 */
export const readDocument = async (file: string, io: Io): Promise<unknown> =>
  parseDocument(await readText(file, io), file);

/** @throws HiveError JSON_INVALID */
export function parseDocument(text: string, file: string): unknown {
  const name = file === '-' ? 'standard input' : file;
  try {
    return JSON.parse(text);
  } catch (error) {
    const reason = text.trim() === '' ? 'it is empty' : error instanceof Error ? error.message : String(error);
    throw refuse('JSON_INVALID', `${name} is not JSON: ${reason}`, { detail: { file: name }, cause: error });
  }
}

/** @throws HiveError FILE_UNREADABLE */
export async function readText(file: string, io: Io): Promise<string> {
  try {
    return (file === '-' ? await io.readStdin() : await readFile(file, 'utf8')).replace(/^\ufeff/, '');
  } catch (error) {
    const reason = fileReason(error, 'there is no such file');
    throw refuse('FILE_UNREADABLE', `cannot read ${file}: ${reason}`, { detail: { file }, cause: error });
  }
}

/** What the file system says, in words; `missing` is what ENOENT means here. */
export function fileReason(error: unknown, missing: string): string {
  const { code = '' } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return missing;
  return REASONS[code] ?? (error instanceof Error ? error.message : String(error));
}

const REASONS: Readonly<Record<string, string>> = {
  EISDIR: 'it is a folder',
  ENOTDIR: 'a part of its path is no folder',
  EACCES: 'no permission',
  EPERM: 'no permission',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
};
