import { type ChildProcess, spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { afterEach, expect, it } from 'vitest';

const AGENT = resolve('test/agents/killed-agent.ts');
const started: ChildProcess[] = [];
const pids: number[] = [];
afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
  for (const pid of pids.splice(0)) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // gone, as it should be
    }
  }
});

/** An agent in a process of its own; resolves once its programs have printed this many process ids. */
async function agentWith(scripts: string[], count: number) {
  const agent = spawn(process.execPath, ['--import', 'tsx', AGENT, ...scripts], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  started.push(agent);
  let printed = '';
  const lines = () => printed.split('\n').slice(0, -1);
  await new Promise<void>((ready) => {
    agent.stdout.setEncoding('utf8').on('data', (text: string) => {
      printed += text;
      if (lines().length >= count) ready();
    });
  });
  const programs = lines().map(Number);
  pids.push(...programs);
  return { agent, programs };
}

const isAlive = async (pid: number) =>
  /\) [^ZX] /.test(await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => 'gone'));

async function untilGone(programs: readonly number[]): Promise<void> {
  for (const pid of programs) while (await isAlive(pid)) await new Promise((again) => setTimeout(again, 5));
}

it('ends a program, and what that started, when the agent is killed', async () => {
  const { agent, programs } = await agentWith(['echo $$; sleep 300 & echo $!; wait'], 2);
  expect(await Promise.all(programs.map(isAlive))).toEqual([true, true]);
  agent.kill('SIGKILL');
  await untilGone(programs);
}, 30_000);

it('kills a program that does not end when it is told to', async () => {
  const { agent, programs } = await agentWith(["trap '' TERM; echo $$; while :; do sleep 0.2; done"], 1);
  agent.kill('SIGKILL');
  await untilGone(programs);
}, 30_000);

it('leaves alone what a program that has ended left running', async () => {
  const { agent, programs } = await agentWith(['sleep 300 >/dev/null 2>&1 & echo $!', 'echo $$; exec sleep 300'], 2);
  const [service = 0, program = 0] = programs;
  agent.kill('SIGKILL');
  await untilGone([program]);
  expect(await isAlive(service)).toBe(true);
}, 30_000);

it('does not keep an agent from ending by itself', async () => {
  const { agent } = await agentWith(['echo $$'], 1);
  if (agent.exitCode === null) await new Promise((ended) => agent.once('exit', ended));
  expect(agent.exitCode).toBe(0);
}, 30_000);
