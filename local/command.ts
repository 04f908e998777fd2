/** Running a program to its end and reading what it said. */
import { spawn } from 'node:child_process';

export interface CommandResult {
  /** Exit status; null if it was killed (timeout) or could not be started. */
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CommandOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Milliseconds until the program is killed. Default: never. */
  readonly timeoutMs?: number;
  /** Called with each line of either stream as it comes. */
  readonly onLine?: (line: string) => void;
}

/** Runs a program. Never throws: a program that is missing or fails has a status other than 0. */
export function run(program: string, args: readonly string[], options: CommandOptions = {}): Promise<CommandResult> {
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      cwd: options.cwd,
      env: options.env ?? process.env,
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(options.timeoutMs === undefined ? {} : { timeout: options.timeoutMs, killSignal: 'SIGKILL' as const }),
    });
    const output = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const) {
      const stream = child[name].setEncoding('utf8');
      let partial = '';
      stream.on('data', (chunk: string) => {
        output[name] += chunk;
        const lines = (partial + chunk).split('\n');
        partial = lines.pop() ?? '';
        for (const line of lines) options.onLine?.(line);
      });
      stream.on('end', () => {
        if (partial) options.onLine?.(partial);
      });
    }
    child.on('error', (error) => resolve({ status: null, stdout: output.stdout, stderr: error.message }));
    child.on('close', (status) => resolve({ status, ...output }));
  });
}
