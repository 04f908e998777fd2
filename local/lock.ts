/** A lock between processes: a file that names its holder. A lock whose holder is dead is taken over. */
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export interface LockOptions {
  /** Called once if somebody else holds the lock, with the holder's process id. */
  readonly onWait?: (pid: number) => void;
  /** Milliseconds between two looks. Default 250. */
  readonly intervalMs?: number;
}

/** Runs `work` while no other process runs under the same lock. Waits as long as the holder lives. */
export async function withLock<T>(file: string, work: () => Promise<T>, options: LockOptions = {}): Promise<T> {
  mkdirSync(dirname(file), { recursive: true });
  let waited = false;
  while (!tryLock(file)) {
    const holder = holderOf(file);
    if (holder === undefined || !isAlive(holder)) {
      breakLock(file, holder);
      continue;
    }
    if (!waited) options.onWait?.(holder);
    waited = true;
    await sleep(options.intervalMs ?? 250);
  }
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
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

function tryLock(file: string): boolean {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function holderOf(file: string): number | undefined {
  try {
    const pid = Number(readFileSync(file, 'utf8'));
    return Number.isInteger(pid) && pid > 0 ? pid : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Removes a dead holder's lock. Two that find the same dead lock must not remove each other's new one: the file is
 * first moved aside under a name of our own, and put back if it turns out to be another than the one looked at.
 */
function breakLock(file: string, seen: number | undefined): void {
  const aside = `${file}.${process.pid}.stale`;
  try {
    renameSync(file, aside);
  } catch {
    return; // somebody else was quicker
  }
  if (holderOf(aside) !== seen) renameSync(aside, file);
  else rmSync(aside, { force: true });
}
