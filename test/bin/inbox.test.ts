/** `hive inbox` over HTTP, to the agents' API on a hive in memory. */
import { existsSync, mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import picocolors from 'picocolors';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CLEARANCES } from '../../bin/commands/inbox/membership.ts';
import { EXIT } from '../../bin/support/exit-codes.ts';
import { claimIdOf, inboxKeyFile } from '../../bin/support/inbox-key.ts';
import { inboxLines } from '../../bin/support/inbox-view.ts';
import { writeStackRecord } from '../../bin/support/stack-record.ts';
import { agentInbox } from '../../core/messages/agent-api.ts';
import { SECURITY_LEVELS } from '../../core/messages/primitives.ts';
import { type AgentApiServer, serveAgentApi } from '../support/agent-api-server.ts';
import { createHive, elapse, enter, type Hive, registration, ticketId } from '../support/hive.ts';
import { NOW, plan, task } from '../support/plans.ts';
import { hasControls, hive as run } from './run-cli.ts';

const ENV = [
  'AWS_ENDPOINT_URL',
  'AWS_PROFILE',
  'AWS_REGION',
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'HIVE_AGENT',
];
const PLAN = 'release-7';
const ID = ticketId('approve', PLAN);
const MINUTE = 60_000;

let server: AgentApiServer;
let hive: Hive;

const newHome = () => vi.stubEnv('HIVE_HOME', mkdtempSync(join(tmpdir(), 'hive-home-')));
function tellStack(): void {
  const outputs = { LedgerTable: 't', EventBusName: 'b', ApiUrl: server.url, Region: 'us-east-1' };
  writeStackRecord(undefined, { endpoint: server.url, stage: 'test', outputs, deployed_at_ms: NOW });
}
beforeEach(async () => {
  for (const name of ENV) vi.stubEnv(name, undefined);
  newHome();
  hive = createHive();
  server = await serveAgentApi(() => hive);
  tellStack();
  const approve = task('approve', {
    required_capabilities: ['approve'],
    description: 'look at the release\u001b[31m',
    estimated_duration_ms: 4 * MINUTE,
    parameters: { version: '7.1' },
  });
  await hive.acceptPlan(plan({ plan_id: PLAN, tasks: [approve] }));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await server.close();
});

const inbox = (...args: string[]) => run(['inbox', ...args, '--agent', 'anna']);
const json = async (...args: string[]) => {
  const { stdout, status } = await inbox(...args, '--json');
  return { status, answer: JSON.parse(stdout) };
};
const join3 = () => inbox('join', '--capability', 'approve', '--capacity', '3');
const given = async () => {
  await join3();
  await enter(hive, 'approve', PLAN);
};
const state = async () => (await hive.ledger.loadTicket(ID))?.state;

describe('joining', () => {
  it('registers a person, who gets tickets from then on without a sign of life', async () => {
    const joined = await join3();
    expect(joined).toMatchObject({ status: EXIT.ok, stderr: '' });
    expect(joined.stdout).toBe('anna takes up to 3 tickets for approve\nhive inbox --agent anna shows them\n');
    expect(await hive.agents.load('anna')).toMatchObject({ kind: 'human', capacity: 3, clearance: 'INTERNAL' });
    hive.clock.advance(86_400_000);
    await hive.acceptPlan(
      plan({
        plan_id: 'later',
        created_at: NOW + 86_400_000,
        tasks: [task('x', { required_capabilities: ['approve'] })],
      }),
    );
    await enter(hive, 'x', 'later');
    expect((await hive.ledger.loadTicket(ticketId('x', 'later')))?.state).toMatchObject({ agent_id: 'anna' });
  });

  it('again changes what they take, and keeps what they have', async () => {
    await given();
    const again = ['--capability', 'approve', '--capability', 'review', '--clearance', 'RESTRICTED'];
    expect((await inbox('join', ...again)).stdout).toContain('up to 1 ticket for approve, review');
    expect(await hive.agents.load('anna')).toMatchObject({ clearance: 'RESTRICTED', held: { [ID]: { attempt: 1 } } });
  });

  it('knows the clearances that there are', () => {
    expect(CLEARANCES).toEqual([...SECURITY_LEVELS]);
  });
});

describe('the list', () => {
  it('shows what is to be done, with what, and how much time is left; hive inbox alone is the same', async () => {
    await given();
    await elapse(hive, 7 * MINUTE);
    const { stdout, status } = await inbox('list');
    expect(status).toBe(EXIT.ok);
    expect(stdout.split('\n')).toEqual([
      'anna: 1 of 3 tickets',
      'TASK     PLAN       STATE     TIME LEFT',
      'approve  release-7  to claim  5 m 00 s left',
      '    look at the release\\u001b[31m',
      '    version=7.1',
      '    reminded once',
      '',
    ]);
    expect(hasControls(stdout)).toBe(false);
    expect((await inbox()).stdout).toBe(stdout);
  });

  it('as JSON is what the API says', async () => {
    await given();
    const { answer } = await json();
    expect(agentInbox.parse(answer)).toEqual(await hive.readInbox('anna'));
  });

  it('says that there is nothing to do, and who is leaving', async () => {
    await join3();
    expect((await inbox()).stdout).toBe('anna: nothing to do (takes up to 3 tickets)\n');
    await enter(hive, 'approve', PLAN);
    expect((await inbox('leave')).stdout).toContain('anna: leaving: gets no more, and has 1 left');
  });

  it('takes the person from HIVE_AGENT, and asks for one', async () => {
    await join3();
    vi.stubEnv('HIVE_AGENT', 'anna');
    expect((await run(['inbox'])).stdout).toContain('anna: nothing');
    vi.stubEnv('HIVE_AGENT', undefined);
    expect(await run(['inbox'])).toMatchObject({ status: EXIT.usage, stderr: expect.stringContaining('--agent') });
  });

  it('of somebody who has not joined says how to', async () => {
    const { status, stderr } = await inbox();
    expect(status).toBe(EXIT.refused);
    expect(stderr).toContain('AGENT_UNKNOWN');
    expect(stderr).toContain('hive inbox join --agent anna --capability');
  });

  it('is green, yellow from the first reminder on, and red from the last', async () => {
    await given();
    const color = picocolors.createColors(true);
    const colours = [];
    for (const part of [0, 0.49, 0.5, 0.79, 0.8, 1]) {
      const read = await hive.readInbox('anna');
      const [item] = read.items;
      if (item === undefined) throw new Error('nothing there');
      const remaining_ms = (1 - part) * 12 * MINUTE;
      const [, , row = ''] = inboxLines({ ...read, items: [{ ...item, remaining_ms }] }, { color, columns: 80 });
      colours.push(
        ['green', 'yellow', 'red'].find((name) => row.includes(color[name as 'red']('·').split('·')[0] ?? '?')),
      );
    }
    expect(colours).toEqual(['green', 'green', 'yellow', 'yellow', 'red', 'red']);
  });
});

describe('a ticket', () => {
  it('is claimed, and claimed again without a change, by commands that share nothing but the home', async () => {
    await given();
    const claimed = await inbox('claim', PLAN, 'approve');
    expect(claimed.stdout).toContain('approve of release-7 is yours: 12 m 00 s left');
    const version = (await hive.ledger.loadTicket(ID))?.head.version;
    expect((await json('claim', ID)).answer).toMatchObject({ attempt: 1, timeout_at: NOW + 12 * MINUTE });
    expect((await hive.ledger.loadTicket(ID))?.head.version).toBe(version);
  });

  it('is done with an output and a note, claimed before or not', async () => {
    await given();
    const done = await inbox('done', PLAN, 'approve', '--output', 'approved=yes', '--note', 'fine by me');
    expect(done).toMatchObject({ status: EXIT.ok, stdout: 'approve of release-7 is done\n' });
    const last = (await hive.ledger.loadTicket(ID))?.records.at(-1)?.event;
    const result = { success: true, output: { approved: 'yes' }, metadata: { note: 'fine by me' } };
    expect(last).toMatchObject({ type: 'TicketCompleted', agent_id: 'anna', result });
    expect([...hive.machines.answers.values()]).toEqual([{ kind: 'completed' }]);
  });

  it('fails, to be tried again or for good', async () => {
    await given();
    expect((await inbox('fail', ID, '--why', 'red tests')).stdout).toBe(`${ID} has failed\n`);
    expect(await state()).toMatchObject({ phase: 'backing_off', error_message: 'red tests', failures: 1 });
    await elapse(hive, 60_000);
    await inbox('fail', ID, '--why', 'never', '--for-good');
    expect(await state()).toMatchObject({ phase: 'failed', error_code: 'PERSON_REPORTED_FAILURE' });
  });

  it('is handed back, claimed or not, and goes to another person', async () => {
    await given();
    await hive.registerAgent({ ...registration('ben', ['approve']), kind: 'human' });
    await inbox('claim', ID);
    expect(await inbox('hand-back', PLAN, 'approve', '--why', 'it is my own work')).toMatchObject({
      status: EXIT.ok,
      stdout: 'approve of release-7 is handed back: somebody else gets it\n',
    });
    await elapse(hive, 1000);
    expect(await state()).toMatchObject({ agent_id: 'ben', attempt: 2, handed_back: 1 });
    expect((await run(['inbox', 'hand-back', ID, '--why', 'no', '--agent', 'ben', '--json'])).stdout).toBe(
      `${JSON.stringify({ ticket_id: ID, attempt: 2, duplicate: false })}\n`,
    );
  });

  it('that is not there (any more) is refused, with where to look', async () => {
    await given();
    await inbox('done', ID);
    const { status, stderr } = await inbox('done', PLAN, 'approve');
    expect(status).toBe(EXIT.refused);
    expect(stderr).toContain('error NOT_IN_INBOX: anna does not have approve of release-7 (any more)');
    expect(stderr).toContain('hive explain release-7 approve');
    expect((await json('claim', 'nothing')).answer.error.code).toBe('NOT_IN_INBOX');
  });

  it('claimed on another machine is refused, with what to do', async () => {
    await given();
    await inbox('claim', ID);
    newHome();
    tellStack();
    for (const verb of [['claim'], ['done'], ['hand-back', '--why', 'w']]) {
      const [name = '', ...more] = verb;
      const { status, stderr } = await inbox(name, PLAN, 'approve', ...more);
      expect(status).toBe(EXIT.refused);
      expect(stderr).toContain('TICKET_ALREADY_CLAIMED');
      expect(stderr).toContain("hive retry release-7 approve --why '…'");
    }
  });
});

describe('leaving', () => {
  it('is at once where nothing is left, and takes what is left to be done first', async () => {
    await given();
    expect((await json('leave')).answer).toEqual({ agent_id: 'anna', status: 'draining' });
    await inbox('done', ID);
    expect((await inbox('leave')).stdout).toBe('anna has left\n');
    expect(await hive.agents.load('anna')).toMatchObject({ status: 'removed' });
  });
});

describe('the key of claims', () => {
  const claim = { agent_id: 'anna', ticket_id: ID, attempt: 1 };

  it('is made once, for its owner alone, and gives each attempt a claim_id of its own', () => {
    const first = claimIdOf(claim);
    expect(first).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(statSync(inboxKeyFile()).mode & 0o777).toBe(0o600);
    expect(claimIdOf(claim)).toBe(first);
    const others = [
      { ...claim, attempt: 2 },
      { ...claim, agent_id: 'ben' },
      { ...claim, ticket_id: 'x' },
    ];
    expect(new Set([first, ...others.map((other) => claimIdOf(other))]).size).toBe(4);
  });

  it('of another home gives another claim_id, unless the file is copied there', () => {
    const first = claimIdOf(claim);
    const key = readFileSync(inboxKeyFile(), 'utf8');
    newHome();
    expect(claimIdOf(claim)).not.toBe(first);
    writeFileSync(inboxKeyFile(), key);
    expect(claimIdOf(claim)).toBe(first);
  });

  it('is refused when it is none', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'hive-key-')), 'inbox.key');
    writeFileSync(file, 'short\n');
    expect(() => claimIdOf(claim, file)).toThrow(expect.objectContaining({ code: 'FILE_UNREADABLE' }));
    expect(existsSync(file)).toBe(true);
  });
});

describe('watching', () => {
  it('tells what has changed, and ends well with Ctrl-C', async () => {
    await given();
    const interrupt = new AbortController();
    const watching = run(['inbox', '--agent', 'anna', '--watch', '--json'], { interrupt: interrupt.signal });
    await vi.waitFor(() => expect(server.calls).toContain('GET /agents/anna/inbox'));
    await inbox('claim', ID);
    await vi.waitFor(() => expect(server.calls.filter((call) => call.startsWith('GET')).length).toBeGreaterThan(3), {
      timeout: 8000,
    });
    interrupt.abort();
    const { status, stdout } = await watching;
    expect(status).toBe(EXIT.ok);
    const phases = stdout
      .trim()
      .split('\n')
      .map((line) => agentInbox.parse(JSON.parse(line)).items[0]?.phase);
    expect(phases).toEqual(['assigned', 'running']);
  });
});
