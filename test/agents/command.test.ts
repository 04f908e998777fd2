import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runCommand } from '../../agents/command/run-command.ts';
import type { RunContext } from '../../agents/sdk/run-context.ts';
import type { ExecutionTicket } from '../../core/messages/execution-ticket.ts';
import { eventually } from './fake-clock.ts';
import { contextOf, ticketOf } from './tickets.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hive-command-test-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function start(
  command: string[],
  options: { ticket?: ExecutionTicket; env?: Record<string, string>; cwd?: string; context?: Partial<RunContext> } = {},
) {
  const lines: string[] = [];
  const controller = new AbortController();
  const context = contextOf({
    ...options.context,
    signal: controller.signal,
    attempt: 3,
    log: (line: string) => void lines.push(line),
  });
  const env = { PATH: process.env.PATH ?? '', HOME: '/home/nobody', ...options.env };
  const { ticket = ticketOf(), cwd } = options;
  const ended = runCommand(ticket, context, { command, env, ...(cwd === undefined ? {} : { cwd }) });
  ended.catch(() => {});
  return { lines, ended, controller };
}
const node = (script: string) => [process.execPath, '-e', script];
const sh = (script: string) => ['sh', '-c', script];

it('gives the program the ticket on standard input and its parameters and ids as environment', async () => {
  const ticket = ticketOf({ parameters: { 'target-stage': 'prüfung 🦊', 'a b': '1' } });
  const { ended } = start(
    node(`const ticket = JSON.parse(require('fs').readFileSync(0, 'utf8'));
      const { HIVE_PARAM_TARGET_STAGE: stage, HIVE_PARAM_A_B: ab, HIVE_TICKET_ID: id } = process.env;
      const { HIVE_PLAN_ID: plan, HIVE_TASK_ID: task, HIVE_TASK_TYPE: type, HIVE_ATTEMPT: attempt } = process.env;
      require('fs').writeFileSync(process.env.HIVE_OUTPUT,
        Object.entries({ stage, ab, id, plan, task, type, attempt, stdin: ticket.ticket_id }).map((pair) => pair.join('=')).join('\\n'))`),
    { ticket },
  );
  expect(await ended).toEqual({
    stage: 'prüfung 🦊',
    ab: '1',
    id: ticket.ticket_id,
    plan: 'plan-1',
    task: 'compile',
    type: 'BUILD',
    attempt: '3',
    stdin: ticket.ticket_id,
  });
});

it('passes on PATH, HOME and the operator’s HIVE_ settings, and no credentials', async () => {
  const { ended, lines } = start(['env'], {
    env: { AWS_SECRET_ACCESS_KEY: 'secret', AWS_SESSION_TOKEN: 'secret', OTHER: 'x', HIVE_WORK_DIR: '/work' },
  });
  await ended;
  const names = lines.map((line) => line.split('=')[0]);
  expect(names).toEqual(expect.arrayContaining(['PATH', 'HOME', 'HIVE_WORK_DIR', 'HIVE_TICKET_ID']));
  expect(names.filter((name) => name?.startsWith('AWS') || name === 'OTHER')).toEqual([]);
});

it('tells an undo what it undoes, and what that answered with', async () => {
  const ticket = ticketOf({ task_id: 'undo:deploy', task_type: 'COMPENSATE', parameters: { step: 'undo' } });
  const output = { release: 'größe "1"\n' };
  const print = sh('cat >/dev/null; env | grep ^HIVE_ | sort');
  const variables = async (compensates: RunContext['compensates'], env = {}) => {
    const { ended, lines } = start(print, { ticket, env, context: { idempotencyKey: 'key', compensates } });
    await ended;
    return Object.fromEntries(lines.filter((line) => line.startsWith('HIVE_')).map((line) => line.split(/=(.*)/)));
  };
  const told = await variables({ ticketId: ticket.ticket_id, taskId: 'deploy', output });
  expect(told).toMatchObject({
    HIVE_TASK_TYPE: 'COMPENSATE',
    HIVE_UNDO_OF: 'deploy',
    HIVE_IDEMPOTENCY_KEY: 'key',
    HIVE_PARAM_STEP: 'undo',
  });
  expect(JSON.parse(told.HIVE_UNDO_OUTPUT)).toEqual(output);
  expect(await variables({ ticketId: ticket.ticket_id, taskId: 'deploy', output: undefined })).not.toHaveProperty(
    'HIVE_UNDO_OUTPUT',
  );
  expect(await variables(undefined, { HIVE_UNDO_OF: 'of somebody else' })).not.toHaveProperty('HIVE_UNDO_OF');
});

it('says which parameters do not fit the environment, and starts all the same', async () => {
  const parameters = { 'a-b': 'first', a_b: 'second', nul: 'x\0y', huge: 'h'.repeat(200_000) };
  const { ended, lines } = start(sh('cat >/dev/null; echo "$HIVE_PARAM_A_B"'), { ticket: ticketOf({ parameters }) });
  expect(await ended).toMatchObject({ stdout_tail: 'first\n' });
  expect(lines.filter((line) => line.startsWith('not in the environment'))).toHaveLength(3);
});

it('answers with exit code and the tail of standard output when the program names no output', async () => {
  const { ended, lines } = start(sh('echo one; echo two >&2; printf three'));
  expect(await ended).toEqual({ exit_code: '0', stdout_tail: 'one\nthree\n' });
  expect([...lines].sort()).toEqual(['one', 'three', 'two']);
});

it('passes on lines while the program still runs', async () => {
  const { lines, controller, ended } = start(sh('echo early; exec sleep 60'));
  await eventually(() => lines.includes('early'));
  controller.abort();
  await expect(ended).rejects.toMatchObject({ code: 'COMMAND_KILLED' });
});

it.each([
  [1, true, 'COMMAND_FAILED'],
  [64, false, 'COMMAND_FAILED'],
  [65, false, 'COMMAND_FAILED'],
  [69, true, 'COMMAND_FAILED'],
  [75, true, 'COMMAND_FAILED'],
  [78, false, 'COMMAND_FAILED'],
  [127, false, 'COMMAND_NOT_FOUND'],
  [255, true, 'COMMAND_FAILED'],
])('fails the ticket at exit status %i, retryable %s', async (status, retryable, code) => {
  const { ended } = start(sh(`echo noise; echo 'disk full' >&2; exit ${status}`));
  await expect(ended).rejects.toMatchObject({
    code,
    retryable,
    message: expect.stringMatching(new RegExp(`exit status ${status}\\b.*disk full`)),
    output: { exit_code: String(status) },
  });
});

it('names the signal that killed the program', async () => {
  const { ended } = start(sh('kill -SEGV $$'));
  await expect(ended).rejects.toMatchObject({
    code: 'COMMAND_KILLED',
    retryable: true,
    message: expect.stringContaining('SIGSEGV'),
  });
});

it('fails for good, naming the program, when there is no such program', async () => {
  const { ended } = start(['no-such-program-here', '--flag']);
  await expect(ended).rejects.toMatchObject({
    code: 'COMMAND_NOT_FOUND',
    retryable: false,
    message: expect.stringContaining('no-such-program-here'),
  });
});

it('ends the whole process group when told to stop', async () => {
  const pids = join(folder, 'pids');
  const { ended, controller, lines } = start(sh(`sleep 300 & echo $! > ${pids}; echo up; wait`));
  await eventually(() => lines.includes('up'));
  controller.abort();
  await expect(ended).rejects.toMatchObject({ code: 'COMMAND_KILLED', message: expect.stringContaining('SIGTERM') });
  const pid = Number(await readFile(pids, 'utf8'));
  const state = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => 'gone');
  expect(state).toMatch(/^gone$|\) Z /);
});

it('kills a program that ignores SIGTERM', async () => {
  const { ended, controller, lines } = start(sh("trap '' TERM; echo up; while :; do sleep 0.2; done"));
  await eventually(() => lines.includes('up'));
  controller.abort();
  await expect(ended).rejects.toMatchObject({ message: expect.stringContaining('SIGKILL') });
}, 15_000);

it('does not wait for a service that the program left running', async () => {
  const pids = join(folder, 'service');
  const { ended } = start(sh(`sleep 300 & echo $! > ${pids}; echo started`));
  expect(await ended).toMatchObject({ exit_code: '0' });
  process.kill(Number(await readFile(pids, 'utf8')));
});

it('takes 200 MB of output without keeping it', async () => {
  const script = `const line = 'x'.repeat(99) + '\\n'; const block = Buffer.from(line.repeat(10000));
    let left = 200; (function more() { while (left-- > 0) if (!process.stdout.write(block)) return process.stdout.once('drain', more) })()`;
  let seen = 0;
  const context = contextOf({ log: () => void seen++ });
  const before = process.memoryUsage().rss;
  const output = await runCommand(ticketOf(), context, { command: node(script) });
  expect(seen).toBe(2_000_000);
  expect(output.stdout_tail?.length).toBeLessThanOrEqual(8192);
  expect(process.memoryUsage().rss - before).toBeLessThan(150_000_000);
}, 60_000);

it('takes binary output and lines without an end in bounded pieces', async () => {
  const { ended, lines } = start(sh('head -c 3000000 /dev/urandom; head -c 3000000 /dev/zero'));
  const output = await ended;
  expect(output.stdout_tail?.isWellFormed()).toBe(true);
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(4096);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: none may be left
  expect(lines.some((line) => /[\u0000-\u0008\u001b]/.test(line))).toBe(false);
});

it('keeps characters whole that arrive in two pieces, and drops colours', async () => {
  const { ended } = start(
    node(`const all = Buffer.from('\\x1b[31m🦊 größe\\x1b[0m\\r\\n');
    process.stdout.write(all.subarray(0, 7)); setTimeout(() => process.stdout.write(all.subarray(7)), 50)`),
  );
  expect(await ended).toMatchObject({ stdout_tail: '🦊 größe\n' });
});

it('reads an output of several lines', async () => {
  const { ended } = start(sh('printf "notes<<END\\n- a\\n- b=c\\nEND\\nversion=1=2\\n" >> "$HIVE_OUTPUT"'));
  expect(await ended).toEqual({ notes: '- a\n- b=c', version: '1=2' });
});

it.each([
  ['a line without a name', 'printf "=x\\n" >> "$HIVE_OUTPUT"', 'OUTPUT_INVALID'],
  ['an end that never comes', 'printf "a<<END\\nx\\n" >> "$HIVE_OUTPUT"', 'OUTPUT_INVALID'],
  ['more than 1 MB', 'head -c 2000000 /dev/zero >> "$HIVE_OUTPUT"', 'RESULT_TOO_LARGE'],
])('fails the ticket, not retryable, for an output file with %s', async (_case, script, code) => {
  await expect(start(sh(script)).ended).rejects.toMatchObject({ code, retryable: false });
});

it('runs in the folder it is told to, and says so when that is missing', async () => {
  expect(await start(['pwd'], { cwd: folder }).ended).toMatchObject({ stdout_tail: `${folder}\n` });
  const missing = join(folder, 'missing');
  await expect(start(['pwd'], { cwd: missing }).ended).rejects.toMatchObject({
    message: expect.stringContaining(missing),
  });
});
