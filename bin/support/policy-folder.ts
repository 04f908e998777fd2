/** A folder of policies, as people write them: `*.cedar` and `tenants.json`. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { faultsOfPolicySet, splitPolicies } from '../../adapters/cedar/policy-set.ts';
import { HiveError } from '../../core/errors.ts';
import { POLICY_SCHEMA } from '../../core/policy/default-set.ts';
import { type PolicySet, tenantData } from '../../core/policy/policy-set.ts';
import { refuse } from './errors.ts';

/** Those that come with this hive. */
export const BUNDLED_POLICIES = join(import.meta.dirname, '../../policies');

/** @throws HiveError FILE_UNREADABLE · POLICIES_INVALID */
export function readPolicyFolder(folder: string): PolicySet {
  const names = filesIn(folder);
  const policies = splitPolicies(Object.fromEntries(names.map((name) => [name, read(join(folder, name))])));
  return { policies, tenants: readTenants(join(folder, 'tenants.json')) };
}

/** @throws HiveError as `readPolicyFolder`; POLICIES_INVALID where they do not fit the schema */
export function readFitPolicies(folder: string, hint: { readonly try?: string } = {}): PolicySet {
  const set = readPolicyFolder(folder);
  const faults = faultsOfPolicySet(set, POLICY_SCHEMA);
  if (faults.length === 0) return set;
  throw refuse('POLICIES_INVALID', `the policies do not fit the schema: ${faults.slice(0, 10).join('; ')}`, {
    ...hint,
    detail: { faults },
  });
}

function filesIn(folder: string): string[] {
  let names: string[];
  try {
    names = readdirSync(folder).filter((name) => name.endsWith('.cedar'));
  } catch (cause) {
    throw new HiveError('FILE_UNREADABLE', `The folder ${folder} cannot be read.`, { cause });
  }
  if (names.length === 0) throw new HiveError('FILE_UNREADABLE', `There are no *.cedar files in ${folder}.`);
  return names.sort();
}

export function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new HiveError('FILE_UNREADABLE', `${path} cannot be read.`, { cause });
  }
}

function readTenants(path: string): PolicySet['tenants'] {
  let value: unknown;
  try {
    value = JSON.parse(read(path));
  } catch (cause) {
    if (cause instanceof HiveError) throw cause;
    throw new HiveError('POLICIES_INVALID', `${path} is not JSON.`, { status: 422, cause });
  }
  const parsed = tenantData.safeParse(value);
  if (parsed.success) return parsed.data;
  const told = parsed.error.issues.map(({ path: at, message }) => `${at.join('.') || '(all)'}: ${message}`).join('; ');
  throw new HiveError('POLICIES_INVALID', `${path} is not as it should be: ${told}`, { status: 422 });
}
