/** A lock between processes: a file that names its holder. A lock whose holder is dead is taken over. */
import { randomUUID } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isAlive, processStart } from './process-start.ts';

export interface LockOptions {
  /** Called once if somebody else holds the lock, with the holder's process id. */
  readonly onWait?: (pid: number) => void;
  /** Milliseconds between two looks. Default 250. */
  readonly intervalMs?: number;
}

/** What a lock file says. */
interface Holder {
  readonly pid: number;
  /** When that process began (`processStart`): its id may be another's by now. */
  readonly start?: string | undefined;
}

/** Runs `work` while no other process runs under the same lock. Waits as long as the holder lives. */
export async function withLock<T>(file: string, work: () => Promise<T>, options: LockOptions = {}): Promise<T> {
  mkdirSync(dirname(file), { recursive: true });
  let waited = false;
  while (!tryLock(file)) {
    const holder = holderOf(file);
    if (holder === undefined || (!lives(holder) && removeDead(file))) continue;
    if (lives(holder) && !waited) {
      options.onWait?.(holder.pid);
      waited = true;
    }
    await sleep(options.intervalMs ?? 250);
  }
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}

/** The file is written aside and then linked: nobody ever sees a lock that does not say yet whose it is. */
function tryLock(file: string): boolean {
  const aside = `${file}.${randomUUID()}`;
  const { pid } = process;
  writeFileSync(aside, JSON.stringify({ pid, start: processStart(pid) } satisfies Holder));
  try {
    linkSync(aside, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(aside, { force: true });
  }
}

/** What a lock file says; undefined if there is none any more. */
function holderOf(file: string): Holder | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    const { pid, start } = JSON.parse(text) as Partial<Holder>;
    return typeof pid === 'number' ? { pid, start } : NOBODY;
  } catch {
    return NOBODY;
  }
}

/** Of a file that no lock of ours can be. */
const NOBODY: Holder = { pid: 0 };

function lives({ pid, start }: Holder): boolean {
  return pid > 0 && isAlive(pid) && (start === undefined || start === processStart(pid));
}

/** Only a file that is there can be a dead one's: what comes where there was none is somebody's new lock. */
function isDead(file: string): boolean {
  const holder = holderOf(file);
  return holder !== undefined && !lives(holder);
}

/**
 * Removes a dead holder's lock, unless another process is about to. Between a look at the file and its removal another
 * could take it over, and would lose it: only who holds the lock's own lock may look and remove, which takes no time.
 * @returns whether to try for the lock again at once
 */
function removeDead(file: string): boolean {
  const guard = `${file}.guard`;
  if (!tryLock(guard)) {
    if (isDead(guard)) rmSync(guard, { force: true });
    return false;
  }
  try {
    if (isDead(file)) rmSync(file, { force: true });
    return true;
  } finally {
    rmSync(guard, { force: true });
  }
}
