/** When a process began: with its id, what names one process for good. An id alone is given again to another. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

/**
 * A text that differs between two processes that have had the same id, to be compared only: on Linux ticks since the
 * machine started (proc(5), `stat`, field 22), elsewhere date and time.
 * @returns undefined if there is no such process, or nothing tells
 */
export function processStart(pid: number): string | undefined {
  if (existsSync('/proc/self/stat')) return fromStat(pid);
  // The same text whatever language and time zone the asking process has.
  const env = { ...process.env, LC_ALL: 'C', TZ: 'UTC' };
  const { stdout } = spawnSync('ps', ['-o', 'lstart=', '-p', String(pid)], { env, encoding: 'utf8' });
  return stdout?.trim() || undefined;
}

function fromStat(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // Field 2 is the program's name in parentheses, which may contain spaces and parentheses itself.
    const fromField3 = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fromField3[22 - 3];
  } catch {
    return undefined;
  }
}

/** Whether a process with this id exists (also one that belongs to somebody else). */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
