/** Schemathesis in an environment of its own below the machine's cache: installed by whoever needs it first. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hiveHome } from '../../local/home.ts';
import { must } from '../../local/install-command.ts';
import { withLock } from '../../local/lock.ts';
import { findPrerequisites } from '../../local/prerequisites.ts';

/** Complete and pinned: the same checks on every machine. */
const REQUIREMENTS = join(import.meta.dirname, 'requirements.lock');

/**
 * @returns the program, installed if it is not there: about ten seconds
 * @throws HiveError LOCAL_PREREQUISITE_MISSING, LOCAL_INSTALL_FAILED
 */
export async function installSchemathesis(): Promise<string> {
  const version = createHash('sha256').update(readFileSync(REQUIREMENTS)).digest('hex').slice(0, 12);
  const folder = join(hiveHome(), `schemathesis-${version}`);
  const complete = join(folder, '.installed');
  mkdirSync(folder, { recursive: true });
  await withLock(join(folder, 'lock'), async () => {
    if (existsSync(complete)) return;
    const { python } = await findPrerequisites();
    const venv = join(folder, 'venv');
    await must(python, ['-m', 'venv', '--clear', venv], 'python -m venv');
    const pip = ['-m', 'pip', 'install', '--quiet', '--no-deps', '--requirement', REQUIREMENTS];
    await must(join(venv, 'bin', 'python'), pip, 'pip install');
    writeFileSync(complete, '');
  });
  return join(folder, 'venv', 'bin', 'st');
}
