/** Which processes of this machine belong to a run. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { HiveError } from '../core/errors.ts';
import { run } from './command.ts';

export interface Process {
  readonly pid: number;
  /** The program as it was called, then its arguments. Where only `ps` tells, they are parted at each space. */
  readonly argv: readonly string[];
}

/**
 * The processes that belong to a run: LocalStack itself, known by its recorded id, and Java and Node processes, whose
 * command lines name the run's folder. A recorded id alone proves nothing: after a restart of the machine it is
 * somebody else's.
 */
export function ownProcesses(all: readonly Process[], folder: string, pid: number | undefined): number[] {
  const own = all.filter(({ pid: id, argv }) => {
    const isServer = id === pid && argv.includes('localstack.runtime.main');
    return isServer || (RUNTIMES.includes(programOf(argv)) && mentions(argv.join(' '), folder));
  });
  return own.map(({ pid: id }) => id);
}

const RUNTIMES = ['java', 'node'];

/** Name of the program alone: a home may be called node, and an editor be given a file in it. */
export function programOf(argv: readonly string[]): string {
  return basename(argv[0] ?? '');
}

/** The folder itself or something in it; not a sibling whose name begins the same. */
function mentions(args: string, folder: string): boolean {
  const at = args.indexOf(folder);
  return at >= 0 && (/^(\/|\s|$)/.test(args.slice(at + folder.length)) || mentions(args.slice(at + 1), folder));
}

/** All processes that have not ended. From /proc where there is one: small Linux images have no `ps`. */
export async function allProcesses(): Promise<Process[]> {
  if (existsSync('/proc/self/cmdline')) return fromProc();
  const { status, stdout, stderr } = await run('ps', ['-A', '-ww', '-o', 'pid=,stat=,args=']);
  if (status === 0) return fromPs(stdout);
  throw new HiveError('LOCAL_PROCESSES_UNKNOWN', `The processes of this machine cannot be listed (ps): ${stderr}`);
}

function fromProc(): Process[] {
  const ids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return ids.flatMap((id) => {
    try {
      // Empty for zombies and for threads of the kernel.
      const command = readFileSync(`/proc/${id}/cmdline`, 'utf8').replace(/\0$/, '');
      return command ? [{ pid: Number(id), argv: command.split('\0') }] : [];
    } catch {
      return []; // ended in the meantime
    }
  });
}

/** Reads `ps -o pid=,stat=,args=`. */
export function fromPs(output: string): Process[] {
  return output.split('\n').flatMap((line) => {
    const [, pid, stat = '', args = ''] = /^\s*(\d+)\s+(\S+)\s+(.*)$/.exec(line) ?? [];
    return pid === undefined || stat.startsWith('Z') ? [] : [{ pid: Number(pid), argv: args.split(' ') }];
  });
}
