/** Agents as processes of their own, as somebody would start them; what they say goes into one log. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runFolder } from '../../local/home.ts';
import { refuse } from './errors.ts';

export interface AgentProcess {
  readonly capability: string;
  readonly capacity: number;
  readonly program: readonly string[];
}

export interface AgentProcesses {
  /** the file */
  readonly log: string;
  /** Lets them finish and sign off. */
  stop(): Promise<void>;
}

const HIVE = fileURLToPath(new URL('../hive.mjs', import.meta.url));
/** An agent that has not signed off by then is ended. */
const STOP_WITHIN_MS = 15_000;

/**
 * Resolves when all have registered.
 * @throws HiveError AGENT_NOT_STARTED when one ends before, INTERRUPTED; none is left running then
 */
export async function startAgentProcesses(
  agents: readonly AgentProcess[],
  signal: AbortSignal,
): Promise<AgentProcesses> {
  const log = join(runFolder(), 'agents.log');
  mkdirSync(dirname(log), { recursive: true });
  const file = createWriteStream(log, { flags: 'a' });
  const children = agents.map(({ capability, capacity, program }) => {
    const args = [
      'agent',
      'run',
      '--json',
      '--capability',
      capability,
      '--capacity',
      String(capacity),
      '--',
      ...program,
    ];
    const child = spawn(process.execPath, [HIVE, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    child.stdout.pipe(file, { end: false });
    child.stderr.pipe(file, { end: false });
    return child;
  });
  const stop = async () => {
    await Promise.all(children.map(end));
    file.end();
  };
  try {
    await Promise.all(children.map((child) => registered(child, log, signal)));
  } catch (error) {
    await stop();
    throw error;
  }
  return { log, stop };
}

/** The agent's first line on stdout says that it has registered. */
function registered(child: ChildProcess, log: string, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    child.stdout?.once('data', () => resolve());
    child.once('exit', (status) =>
      reject(refuse('AGENT_NOT_STARTED', `an agent ended with ${status} before it had registered; its log: ${log}`)),
    );
    signal.addEventListener('abort', () => reject(refuse('INTERRUPTED', 'interrupted')), { once: true });
  });
}

function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    const hard = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS);
    child.once('exit', () => {
      clearTimeout(hard);
      resolve();
    });
    child.kill('SIGTERM');
  });
}
