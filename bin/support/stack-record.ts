/** What `hive up` leaves beside the local AWS it deployed to, so that the other commands find it. */
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runFolder } from '../../local/home.ts';

export interface StackRecord {
  readonly endpoint: string;
  readonly stage: string;
  /** outputs of the stack by name */
  readonly outputs: Readonly<Record<string, string>>;
  readonly deployed_at_ms: number;
}

const fileOf = (name?: string): string => join(runFolder(name), 'stack.json');

/** @throws HiveError LOCAL_NAME_INVALID */
export function readStackRecord(name?: string): StackRecord | undefined {
  const file = fileOf(name);
  try {
    const record = JSON.parse(readFileSync(file, 'utf8')) as Partial<StackRecord>;
    return typeof record.endpoint === 'string' && record.outputs ? (record as StackRecord) : undefined;
  } catch {
    return undefined;
  }
}

export function writeStackRecord(name: string | undefined, record: StackRecord): void {
  const file = fileOf(name);
  mkdirSync(runFolder(name), { recursive: true });
  writeFileSync(`${file}.new`, `${JSON.stringify(record, null, 2)}\n`);
  renameSync(`${file}.new`, file);
}

export function forgetStackRecord(name?: string): void {
  rmSync(fileOf(name), { force: true });
}
