/** What a command sees of the process it runs in, so that tests can run one without a process. */
import picocolors from 'picocolors';

export interface Out {
  write(text: string): void;
  readonly isTTY: boolean;
  /** size of the terminal in characters; 80 × 24 when there is none */
  readonly columns: number;
  readonly rows: number;
  readonly color: ReturnType<typeof picocolors.createColors>;
}

export interface Io {
  readonly stdout: Out;
  readonly stderr: Out;
  readonly env: NodeJS.ProcessEnv;
  /** all of standard input, as text */
  readStdin(): Promise<string>;
  /** epoch ms */
  now(): number;
  /** aborted by Ctrl-C or SIGTERM once a command has asked for it; before that they end the process as ever */
  interrupt(): AbortSignal;
}

export function processIo(): Io {
  const { stdout, stderr, stdin, env } = process;
  return {
    stdout: outOf(stdout, env),
    stderr: outOf(stderr, env),
    env,
    async readStdin() {
      const chunks: Buffer[] = [];
      for await (const chunk of stdin) chunks.push(chunk as Buffer);
      return Buffer.concat(chunks).toString('utf8');
    },
    now: () => Date.now(),
    interrupt: () => interruptSignal(),
  };
}

function outOf(stream: NodeJS.WriteStream, env: NodeJS.ProcessEnv): Out {
  return {
    write: (text) => void stream.write(text),
    isTTY: stream.isTTY === true,
    get columns() {
      return stream.columns || 80;
    },
    get rows() {
      return stream.rows || 24;
    },
    color: picocolors.createColors(hasColor(env, stream.isTTY === true)),
  };
}

/** https://no-color.org: set and not empty means no colour, whatever else is said. */
export function hasColor(env: NodeJS.ProcessEnv, isTTY: boolean): boolean {
  if (env.NO_COLOR) return false;
  if (env.FORCE_COLOR !== undefined) return env.FORCE_COLOR !== '0';
  return isTTY && env.TERM !== 'dumb';
}

let interrupted: AbortController | undefined;

function interruptSignal(): AbortSignal {
  if (interrupted) return interrupted.signal;
  const controller = new AbortController();
  interrupted = controller;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => controller.abort());
  return controller.signal;
}
