/** Installs LocalStack as plain host software: once a machine and version, whoever asks first. */
import { cpSync, existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { installDynamoDbLocal } from './dynamodb-local.ts';
import { hiveHome, installationFolder, SOURCES } from './home.ts';
import { must } from './install-command.ts';
import jars from './localstack/jars.json' with { type: 'json' };
import { withLock } from './lock.ts';
import { copyFromMaven } from './maven.ts';
import { findPrerequisites, type Prerequisites } from './prerequisites.ts';

export interface Installation {
  readonly folder: string;
  readonly python: string;
  /** LocalStack's folder of third-party software (`var/lib/localstack/lib` of its file system). */
  readonly libraries: string;
}

type OnProgress = (step: string) => void;
interface Step {
  /** Names the file that records the step as done. */
  readonly id: string;
  readonly title: string;
  readonly run: () => Promise<void>;
}

/**
 * The installation, made if it is not there: about a minute, 0.5 GB. Steps that are done are not done again, so an
 * interrupted installation goes on where it stopped; of several at once one works and the others wait for it.
 * @throws HiveError LOCAL_PREREQUISITE_MISSING, LOCAL_INSTALL_FAILED
 */
export async function installLocalStack(onProgress: OnProgress = () => {}): Promise<Installation> {
  const folder = installationFolder();
  const installation = {
    folder,
    python: join(folder, 'venv', 'bin', 'python'),
    libraries: join(folder, 'lib'),
  };
  const complete = join(folder, '.installed');
  if (existsSync(complete)) return installation;
  const onWait = (pid: number) => onProgress(`waiting for another installation (process ${pid})`);
  await withLock(
    join(hiveHome(), 'install.lock'),
    async () => {
      if (existsSync(complete)) return;
      const prerequisites = await findPrerequisites();
      mkdirSync(folder, { recursive: true });
      const lanes = [pythonSteps(installation, prerequisites), javaSteps(installation, prerequisites)];
      const ends = await Promise.allSettled(lanes.map((steps) => inOrder(folder, steps, onProgress)));
      // Both lanes have ended when the lock is given back, also if one failed.
      for (const end of ends) if (end.status === 'rejected') throw end.reason;
      writeFileSync(complete, '');
    },
    { onWait },
  );
  return installation;
}

function pythonSteps(installation: Installation, { python }: Prerequisites): Step[] {
  const { folder } = installation;
  // Compiling all modules takes as long as installing them; Python compiles the few that are used when it loads them.
  const pip = (args: string[]) =>
    must(installation.python, ['-m', 'pip', 'install', '--quiet', '--no-compile', ...args], 'pip install');
  return [
    {
      id: 'venv',
      title: 'creating a Python environment',
      run: () => must(python, ['-m', 'venv', '--clear', join(folder, 'venv')], 'python -m venv'),
    },
    {
      id: 'localstack',
      title: 'installing LocalStack',
      // The list is complete and pinned: resolving dependencies again would only let newer ones in, which break it.
      run: () => pip(['--no-deps', '--requirement', join(SOURCES, 'requirements.lock')]),
    },
    {
      id: 'executor',
      title: 'installing the process executor',
      run: async () => {
        // pip builds inside the folder it is given, and the repository is not the place for that.
        const copy = join(folder, 'executor');
        rmSync(copy, { recursive: true, force: true });
        cpSync(join(SOURCES, 'executor'), copy, { recursive: true });
        await pip(['--no-build-isolation', '--no-deps', '--force-reinstall', copy]);
      },
    },
  ];
}

function javaSteps({ libraries }: Installation, { javaHome, maven }: Prerequisites): Step[] {
  return [
    {
      id: 'dynamodb',
      title: 'installing DynamoDB Local',
      run: () => {
        const artifacts = jars.dynamodb;
        return installDynamoDbLocal({ folder: join(libraries, 'dynamodb-local', '2'), artifacts, javaHome, maven });
      },
    },
    {
      id: 'jsonata',
      title: 'installing JSONata',
      run: async () => {
        const artifacts = jars.jsonata;
        await copyFromMaven({ folder: join(libraries, 'jsonata', '0.9.7'), artifacts, javaHome, maven });
        linkJdk(libraries, javaHome);
      },
    },
  ];
}

/** LocalStack looks for the Java it would have downloaded itself, by these version numbers. */
function linkJdk(libraries: string, javaHome: string): void {
  mkdirSync(join(libraries, 'java'), { recursive: true });
  for (const version of ['11', '21']) {
    const link = join(libraries, 'java', version);
    rmSync(link, { force: true, recursive: true });
    // On macOS LocalStack expects Apple's layout, Contents/Home, which a JDK's home there is the inner part of.
    symlinkSync(javaHome.replace(/\/Contents\/Home$/, ''), link);
  }
}

async function inOrder(folder: string, steps: readonly Step[], onProgress: OnProgress): Promise<void> {
  for (const step of steps) {
    const done = join(folder, `.done-${step.id}`);
    if (existsSync(done)) continue;
    onProgress(step.title);
    await step.run();
    writeFileSync(done, '');
  }
}
