/** Tools from PyPI, each in an environment of its own below the machine's cache: installed by whoever needs it first. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hiveHome } from '../../local/home.ts';
import { must } from '../../local/install-command.ts';
import { withLock } from '../../local/lock.ts';
import { findPrerequisites } from '../../local/prerequisites.ts';

export interface PythonTool {
  readonly name: string;
  /** file of all that is installed, pinned */
  readonly requirements: string;
  /** what it is started by */
  readonly program: string;
}

/**
 * @returns the program, installed if it is not there: about ten seconds
 * @throws HiveError LOCAL_PREREQUISITE_MISSING, LOCAL_INSTALL_FAILED
 */
export async function installPythonTool({ name, requirements, program }: PythonTool): Promise<string> {
  const version = createHash('sha256').update(readFileSync(requirements)).digest('hex').slice(0, 12);
  const folder = join(hiveHome(), `${name}-${version}`);
  const complete = join(folder, '.installed');
  mkdirSync(folder, { recursive: true });
  await withLock(join(folder, 'lock'), async () => {
    if (existsSync(complete)) return;
    const { python } = await findPrerequisites();
    const venv = join(folder, 'venv');
    await must(python, ['-m', 'venv', '--clear', venv], 'python -m venv');
    const pip = ['-m', 'pip', 'install', '--quiet', '--no-deps', '--requirement', requirements];
    await must(join(venv, 'bin', 'python'), pip, 'pip install');
    writeFileSync(complete, '');
  });
  return join(folder, 'venv', 'bin', program);
}
