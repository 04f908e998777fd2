/**
 * Writes core/policy/default-set.ts, the policies that are in force where no others are, from policies/:
 * `npm run policies`. With `--check` it writes nothing and exits 1 when the file is not as the policies say.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readPolicyFolder } from './support/policy-folder.ts';

const ROOT = join(import.meta.dirname, '..');
export const POLICIES_FOLDER = join(ROOT, 'policies');
export const DEFAULT_SET_FILE = join(ROOT, 'core/policy/default-set.ts');

/** What the file is to say. */
export function defaultSetText(): string {
  const schema = readFileSync(join(POLICIES_FOLDER, 'schema.cedarschema'), 'utf8');
  const set = readPolicyFolder(POLICIES_FOLDER);
  const body = JSON.stringify(set, null, 2);
  return `/** Generated from policies/ by \`npm run policies\`: version 0, in force where no other is. Not to be edited. */
import type { PolicySet } from './policy-set.ts';

export const POLICY_SCHEMA = ${JSON.stringify(schema)};

export const DEFAULT_POLICY_SET: PolicySet = ${body};
`;
}

if (process.argv[1] === import.meta.filename) {
  const text = defaultSetText();
  if (!process.argv.includes('--check')) writeFileSync(DEFAULT_SET_FILE, text);
  else if (readFileSync(DEFAULT_SET_FILE, 'utf8') !== text) {
    console.error('core/policy/default-set.ts is not as policies/ says: run npm run policies');
    process.exitCode = 1;
  }
}
