/** Writes the pages of docs/ that are made from the code: `npm run docs`. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cliDocs } from './support/cli-docs.ts';
import { lifecycleDocs } from './support/lifecycle-docs.ts';

/** Every such page by its name, with its text. */
export const docPages = (): ReadonlyMap<string, string> =>
  new Map([
    ['cli.md', cliDocs()],
    ['lifecycle.md', lifecycleDocs()],
  ]);

if (process.argv[1] === import.meta.filename)
  for (const [name, text] of docPages()) writeFileSync(join(import.meta.dirname, '../docs', name), text);
