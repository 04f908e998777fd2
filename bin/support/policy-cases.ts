/** The table of cases of a folder of policies: `cases.json`. */
import { join } from 'node:path';
import { HiveError } from '../../core/errors.ts';
import { type PolicyCase, policyCases } from '../../core/policy/cases.ts';
import { read } from './policy-folder.ts';

/** @throws HiveError FILE_UNREADABLE · JSON_INVALID */
export function readPolicyCases(folder: string): readonly PolicyCase[] {
  const path = join(folder, 'cases.json');
  let value: unknown;
  const text = read(path);
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new HiveError('JSON_INVALID', `${path} is not JSON.`, { cause });
  }
  const parsed = policyCases.safeParse(value);
  if (parsed.success) return parsed.data.cases;
  const [first] = parsed.error.issues;
  throw new HiveError('JSON_INVALID', `${path}: ${first?.path.join('.')}: ${first?.message}`);
}
