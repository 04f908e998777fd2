/**
 * Where the local AWS keeps what it needs, outside the repository:
 *
 *     <home>/localstack-4.14.0-<hash>/   the installation, shared by all runs; <hash> = what it was built from
 *     <home>/run/<name>/                 one running local AWS: state.json, log, its file system, cdk.out
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { HiveError } from '../core/errors.ts';

/** The last release that runs without an account. Also the tag of the container image. */
export const LOCALSTACK_VERSION = '4.14.0';
export const DEFAULT_NAME = 'default';

/** What is installed: the pinned requirements and the executor's sources. */
export const SOURCES = fileURLToPath(new URL('./localstack/', import.meta.url));

type Env = Readonly<Record<string, string | undefined>>;

/** `HIVE_HOME`, else `neural-hive` in the user's cache folder. */
export function hiveHome(env: Env = process.env): string {
  if (env.HIVE_HOME) return env.HIVE_HOME;
  return join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'neural-hive');
}

/** The installation's folder. Its name changes when anything that is installed changes. */
export function installationFolder(env: Env = process.env, sources: string = SOURCES): string {
  return join(hiveHome(env), `localstack-${LOCALSTACK_VERSION}-${fingerprint(sources)}`);
}

/**
 * The folder of one run.
 * @param name which local AWS; several run side by side under different names and ports
 * @throws HiveError LOCAL_NAME_INVALID
 */
export function runFolder(name: string = DEFAULT_NAME, env: Env = process.env): string {
  if (!/^[a-z0-9][a-z0-9-]{0,39}$/.test(name)) {
    const message = `The local AWS cannot be named ${JSON.stringify(name)}: use 1 to 40 of a-z, 0-9 and "-".`;
    throw new HiveError('LOCAL_NAME_INVALID', message, { detail: { name } });
  }
  return join(hiveHome(env), 'run', name);
}

function fingerprint(folder: string): string {
  const hash = createHash('sha256');
  for (const file of sourceFiles(folder))
    hash
      .update(`${file}\0`)
      .update(readFileSync(join(folder, file)))
      .update('\0');
  return hash.digest('hex').slice(0, 12);
}

/** Relative paths, sorted. What Python leaves behind (caches, egg-info) is not source. */
export function sourceFiles(folder: string = SOURCES, below = ''): string[] {
  const entries = readdirSync(join(folder, below), { withFileTypes: true });
  const kept = entries.filter(({ name }) => !/^(__pycache__|build|\..*|.*\.egg-info|.*\.pyc)$/.test(name));
  return kept
    .flatMap((entry) => {
      const path = below ? `${below}/${entry.name}` : entry.name;
      return entry.isDirectory() ? sourceFiles(folder, path) : [path];
    })
    .sort();
}
