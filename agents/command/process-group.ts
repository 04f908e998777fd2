/** Starts a program in a process group of its own, and ends all of it; a guard does when the agent itself is killed. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { TicketFailure } from '../sdk/failures.ts';
import type { Exit } from './exit-status.ts';
import { watchOver } from './guard.ts';

const KILL_AFTER_MS = 5000;
/** After the program itself has ended, something it left running may hold its output open. */
const DRAIN_MS = 1000;

export interface Program {
  child: ChildProcessWithoutNullStreams;
  /** Resolves when the program has ended and its output is read. Rejects with a `TicketFailure` if it never started. */
  exit: Promise<Exit>;
}

/** When `signal` aborts: SIGTERM to the whole group, SIGKILL 5 s later. */
export function startProgram(
  command: readonly string[],
  options: { cwd?: string; env: Record<string, string>; signal: AbortSignal },
): Program {
  const [file = '', ...args] = command;
  const { cwd, env, signal } = options;
  const child = spawn(file, args, { env, detached: true, ...(cwd === undefined ? {} : { cwd }) });
  const forget = child.pid === undefined ? () => {} : watchOver(child.pid);
  let killTimer: NodeJS.Timeout | undefined;
  const end = () => {
    killGroup(child, 'SIGTERM');
    killTimer = setTimeout(() => killGroup(child, 'SIGKILL'), KILL_AFTER_MS);
  };
  const exit = new Promise<Exit>((resolve, reject) => {
    child.once('error', (error: NodeJS.ErrnoException) => reject(notStarted(file, cwd, error)));
    child.once('exit', (status, killedBy) => {
      const drained = setTimeout(() => {
        child.stdout.destroy();
        child.stderr.destroy();
      }, DRAIN_MS);
      child.once('close', () => {
        clearTimeout(drained);
        resolve(killedBy === null ? { status: status ?? 0 } : { signal: killedBy });
      });
    });
  }).finally(() => {
    signal.removeEventListener('abort', end);
    clearTimeout(killTimer);
    // What the group still runs must not outlive an aborted ticket; after a normal end it may (a service it started).
    if (signal.aborted) killGroup(child, 'SIGKILL');
    forget();
  });
  if (signal.aborted) end();
  else signal.addEventListener('abort', end, { once: true });
  return { child, exit };
}

function killGroup(child: ChildProcessWithoutNullStreams, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // ended meanwhile
  }
}

function notStarted(file: string, cwd: string | undefined, error: NodeJS.ErrnoException): TicketFailure {
  const where = cwd === undefined ? '' : ` in ${cwd}`;
  const missing = error.code === 'ENOENT' || error.code === 'EACCES';
  return new TicketFailure(`the program ${JSON.stringify(file)} cannot be started${where}: ${error.message}`, {
    code: missing ? 'COMMAND_NOT_FOUND' : 'COMMAND_NOT_STARTED',
    retryable: !missing,
    cause: error,
  });
}
