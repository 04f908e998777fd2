/** The processes of deployed functions, where local AWS runs as host processes of this machine. */
import { readFileSync } from 'node:fs';
import { runFolder } from '../../local/home.ts';
import { allProcesses, ownProcesses, programOf } from '../../local/own-processes.ts';

export const canKillFunctions = process.platform === 'linux' && process.env.HIVE_TEST_MODE === 'process';

/** Kills what runs a function now, as a crash of its sandbox would; returns how many processes that were. */
export async function killFunction(name: string): Promise<number> {
  const all = await allProcesses();
  const own = ownProcesses(
    all.filter(({ argv }) => programOf(argv) === 'node'),
    runFolder(process.env.HIVE_TEST_NAME ?? 'test'),
    undefined,
  );
  const mine = own.filter((pid) => environmentOf(pid).includes(`AWS_LAMBDA_FUNCTION_NAME=hive-test-${name}`));
  for (const pid of mine) process.kill(pid, 'SIGKILL');
  return mine.length;
}

function environmentOf(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
  } catch {
    return [];
  }
}
