/** LocalStack as processes of this machine: started so that it outlives the caller, stopped without remains. */
import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Installation } from './install.ts';
import { allProcesses, ownProcesses } from './own-processes.ts';
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
    const left = ownProcesses(await allProcesses(), folder, pid);
    if (left.length === 0) break;
    for (const id of left) kill(id);
    await sleep(20);
  }
  rmSync(join(folder, 'fs'), { recursive: true, force: true });
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // ended in the meantime
  }
}
