/** LocalStack as processes of this machine: started so that it outlives the caller, stopped without remains. */
import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { run } from './command.ts';
import type { Installation } from './install.ts';
import type { RunState } from './run-state.ts';
import { hostSettings } from './settings.ts';

/** Starts LocalStack in a process group of its own. Returns at once; it is not ready yet. */
export function spawnLocalStack(installation: Installation, folder: string, port: number): RunState {
  const log = join(folder, 'localstack.log');
  const fileSystem = freshFileSystem(folder, installation);
  const temporary = join(fileSystem, 'temporary');
  mkdirSync(temporary);
  const output = openSync(log, 'w');
  try {
    const child = spawn(installation.python, ['-m', 'localstack.runtime.main'], {
      cwd: folder,
      detached: true,
      stdio: ['ignore', output, output],
      // TMPDIR: LocalStack unpacks functions there, and would leave them behind.
      env: { ...environment(), ...hostSettings({ port, fileSystem, owner: folder }), TMPDIR: temporary },
    });
    child.on('error', () => {}); // no such program: seen as a process that is not there
    child.unref();
    return { mode: 'process', port, pid: child.pid ?? 0, log, started_at_ms: Date.now() };
  } finally {
    closeSync(output);
  }
}

/** The caller's environment without what LocalStack or boto would take for its own settings. */
function environment(): Record<string, string | undefined> {
  const foreign = /^(AWS_|LOCALSTACK_|LAMBDA_|SQS_|DYNAMODB_|PROVIDER_OVERRIDE_|PYTHON|DEBUG$|SERVICES$|PERSISTENCE$)/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !foreign.test(name)));
}

/** State is in memory; what an earlier run left on disk would only grow. The shared libraries are linked in. */
function freshFileSystem(folder: string, installation: Installation): string {
  const root = join(folder, 'fs');
  const libraries = join(root, 'var', 'lib', 'localstack', 'lib');
  rmSync(root, { recursive: true, force: true });
  mkdirSync(dirname(libraries), { recursive: true });
  symlinkSync(installation.libraries, libraries);
  return root;
}

/**
 * Ends LocalStack and everything it started, also what is left of one that died, and waits until nothing is there.
 * Killed, not asked: its state is in memory only, and an orderly shutdown takes 10 s to save nothing.
 */
export async function endLocalStack(folder: string, pid: number | undefined): Promise<void> {
  for (let round = 0; round < 100; round += 1) {
    const left = await remains(folder, pid);
    if (left.length === 0) break;
    for (const id of left) kill(id);
    await sleep(20);
  }
  rmSync(join(folder, 'fs'), { recursive: true, force: true });
}

/**
 * Processes that belong to the run: LocalStack, which works in the run's folder, and Java and Node processes, whose
 * command lines name it. A recorded id alone proves nothing: after a restart of the machine it is somebody else's.
 */
export async function remains(folder: string, pid: number | undefined): Promise<number[]> {
  const { stdout } = await run('ps', ['-A', '-ww', '-o', 'pid=,stat=,args=']);
  return ownProcesses(stdout, folder, pid);
}

/** Reads `ps -o pid=,stat=,args=`. Zombies have ended already. */
export function ownProcesses(ps: string, folder: string, pid: number | undefined): number[] {
  const own: number[] = [];
  for (const line of ps.split('\n')) {
    const [, id, stat = '', args = ''] = /^\s*(\d+)\s+(\S+)\s+(.*)$/.exec(line) ?? [];
    if (id === undefined || stat.startsWith('Z')) continue;
    const isServer = Number(id) === pid && args.includes('localstack.runtime.main');
    const isHelper = /(^|\/)(java|node)\b/.test(args) && mentions(args, folder);
    if (isServer || isHelper) own.push(Number(id));
  }
  return own;
}

/** The folder itself or something in it; not a sibling whose name begins the same. */
function mentions(args: string, folder: string): boolean {
  const at = args.indexOf(folder);
  return at >= 0 && (/^(\/|\s|$)/.test(args.slice(at + folder.length)) || mentions(args.slice(at + 1), folder));
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // ended in the meantime
  }
}
