/** `hive …` as a person starts it, against the stack of the tests, whose endpoint is in the environment. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const ROOT = join(import.meta.dirname, '../..');
const HIVE = join(ROOT, 'bin/hive.mjs');

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
}

const ended = (child: ChildProcess): Promise<void> =>
  new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve();
    child.on('close', () => resolve());
  });

/** Commands that share a folder to work in, and end with their test. */
export function createHiveCommands() {
  const work = mkdtempSync(join(tmpdir(), 'neural-hive-system-'));
  const children: ChildProcess[] = [];

  function start(args: readonly string[], env: Record<string, string> = {}) {
    const child = spawn(process.execPath, [HIVE, ...args, '--stage', 'test'], {
      cwd: ROOT,
      env: { ...process.env, HIVE_WORK_DIR: work, ...env },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    children.push(child);
    let stdout = '';
    child.stdout?.on('data', (data) => {
      stdout += String(data);
    });
    const end = new Promise<Ended>((resolve) => child.on('close', (code) => resolve({ code, stdout })));
    return { child, end };
  }

  /** An agent that runs a program; `after` are the options before it. */
  const agent = (options: readonly string[], program: readonly string[], env: Record<string, string> = {}) => {
    const child = spawn(process.execPath, [HIVE, 'agent', 'run', ...options, '--stage', 'test', '--', ...program], {
      cwd: ROOT,
      env: { ...process.env, HIVE_WORK_DIR: work, ...env },
      stdio: 'ignore',
    });
    children.push(child);
    return child;
  };

  return {
    work,
    agent,
    /** Resolves to the exit status and what it printed as JSON. */
    async hive(...args: string[]) {
      const { code, stdout } = await start([...args, '--json']).end;
      return { code, answer: JSON.parse(stdout || 'null') };
    },
    /** Whoever does the steps of the release train. */
    stepAgent(capabilities: readonly string[] = ['build', 'test', 'release']) {
      const offered = capabilities.flatMap((name) => ['--capability', name]);
      return agent([...offered, '--capacity', '3'], [process.execPath, 'samples/release-train/step.mjs']);
    },
    async stop(child: ChildProcess) {
      child.kill('SIGTERM');
      await ended(child);
    },
    /** Whatever still runs is killed. */
    end() {
      for (const child of children) if (child.exitCode === null) child.kill('SIGKILL');
      rmSync(work, { recursive: true, force: true });
    },
  };
}
