/** What must be on this machine to run the local AWS without Docker, found by trying it, not by its name. */
import { readdirSync, realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { HiveError } from '../core/errors.ts';
import { run } from './command.ts';
import { howToInstall, type Prerequisite } from './prerequisite-help.ts';

export interface Prerequisites {
  /** An interpreter of Python 3.13: LocalStack's syntax needs it, and its pinned dependencies are built for it. */
  readonly python: string;
  /** Home of a JDK, 17 or newer: DynamoDB Local runs on it, `javac` and `jar` prepare it. */
  readonly javaHome: string;
  readonly maven: string;
}

type Env = Readonly<Record<string, string | undefined>>;

// A shim may hang or ask; nothing here takes long otherwise.
const TIMEOUT_MS = 20_000;
const OLDEST_JDK = 17;

/**
 * Finds Python 3.13, a JDK and Maven.
 * @throws HiveError LOCAL_PREREQUISITE_MISSING naming everything that is missing and how to install it
 */
export async function findPrerequisites(env: Env = process.env): Promise<Prerequisites> {
  const [python, javaHome, maven] = await Promise.all([findPython(env), findJdk(env), findMaven(env)]);
  const missing: Prerequisite[] = [];
  if (python === undefined) missing.push('python');
  if (javaHome === undefined) missing.push('jdk');
  if (maven === undefined) missing.push('maven');
  if (python === undefined || javaHome === undefined || maven === undefined) {
    throw new HiveError('LOCAL_PREREQUISITE_MISSING', howToInstall(missing), { detail: { missing } });
  }
  return { python, javaHome, maven };
}

/** `PYTHON`, then the PATH, then pyenv's versions. A pyenv shim exists for versions that are not active, and fails. */
export async function findPython(env: Env): Promise<string | undefined> {
  const check = 'import sys, venv, ensurepip; sys.exit(sys.version_info[:2] != (3, 13))';
  const candidates = [...(env.PYTHON ? [env.PYTHON] : []), 'python3.13', 'python3', ...pyenvPythons(env)];
  for (const candidate of candidates) {
    const { status } = await run(candidate, ['-c', check], { env, timeoutMs: TIMEOUT_MS });
    if (status === 0) return candidate;
  }
  return undefined;
}

function pyenvPythons(env: Env): string[] {
  const versions = join(env.PYENV_ROOT || join(env.HOME || homedir(), '.pyenv'), 'versions');
  try {
    const found = readdirSync(versions).filter((name) => /^3\.13(\.|$)/.test(name));
    return found.reverse().map((name) => join(versions, name, 'bin', 'python3.13'));
  } catch {
    return [];
  }
}

async function findJdk(env: Env): Promise<string | undefined> {
  const programs = env.JAVA_HOME ? [join(env.JAVA_HOME, 'bin', 'javac'), 'javac'] : ['javac'];
  for (const javac of programs) {
    // javac itself says where it lives: /usr/bin/javac is a link on Linux, a launcher on macOS, and `java` may be another.
    const args = ['-J-XshowSettings:properties', '-version'];
    const { status, stdout, stderr } = await run(javac, args, { env, timeoutMs: TIMEOUT_MS });
    const output = stdout + stderr;
    const major = Number(/^javac (\d+)/m.exec(output)?.[1]);
    const home = /^\s*java\.home = (.+)$/m.exec(output)?.[1]?.trim();
    if (status === 0 && major >= OLDEST_JDK && home !== undefined) return realpathSync(home);
  }
  return undefined;
}

async function findMaven(env: Env): Promise<string | undefined> {
  const { status } = await run('mvn', ['--version'], { env, timeoutMs: TIMEOUT_MS });
  return status === 0 ? 'mvn' : undefined;
}
