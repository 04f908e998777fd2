/** Recorded workflows to test with, where a folder of them is at hand: HIVE_WFFORMAT_DIR, or shared/wfformat beside the repository. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CompilerTask } from '../../core/plan/compile/index.ts';

export function wfformatDir(): string | undefined {
  const dir = process.env['HIVE_WFFORMAT_DIR'] ?? join(import.meta.dirname, '../../../shared/wfformat');
  return existsSync(dir) ? dir : undefined;
}

/** Paths of the .json files; none where the folder is missing. */
export function wfformatFiles(): string[] {
  const dir = wfformatDir();
  if (dir === undefined) return [];
  const files = readdirSync(dir).filter((name) => name.endsWith('.json'));
  return files.sort().map((name) => join(dir, name));
}

export const readJson = (file: string): unknown => JSON.parse(readFileSync(file, 'utf8'));

/** Tasks and parents, read without the importer. */
export function wfformatTasks(file: string): CompilerTask[] {
  const document = readJson(file) as {
    workflow: { specification: { tasks: { id: string; parents: string[] }[] } };
  };
  return document.workflow.specification.tasks.map(({ id, parents }) => ({
    task_id: id,
    dependencies: parents,
    required_capabilities: [],
  }));
}
