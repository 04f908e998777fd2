/** Operators' verbs from the command line, over HTTP, to the real API on a hive in memory. */

import { mkdtempSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getRequestListener } from '@hono/node-server';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { sha256 } from '../../adapters/system/digest.ts';
import { createRestApp } from '../../api/rest/app.ts';
import { EXIT } from '../../bin/support/exit-codes.ts';
import { writeStackRecord } from '../../bin/support/stack-record.ts';
import { HiveError } from '../../core/errors.ts';
import { createAccess } from '../support/access.ts';
import { enter, fenceOf, registration, reportOf, ticketId } from '../support/hive.ts';
import { createMonitoredHive, type MonitoredHive } from '../support/monitored-hive.ts';
import { NOW, plan, task } from '../support/plans.ts';
import { hasControls, hive as run } from './run-cli.ts';

const ENV = [
  'AWS_ENDPOINT_URL',
  'AWS_PROFILE',
  'AWS_REGION',
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'HIVE_HOME',
];
const CALLER = 'arn:aws:iam::1:user/ada';
const ID = 'release/№ 7';

let server: Server;
let hive: MonitoredHive;

beforeEach(async () => {
  for (const name of ENV) vi.stubEnv(name, undefined);
  vi.stubEnv('HIVE_HOME', mkdtempSync(join(tmpdir(), 'hive-home-')));
  hive = createMonitoredHive();
  const app = createRestApp({
    ...{ ...hive.served, sha256, streaming: false },
    ...createAccess(hive),
    identityOf: (c) => {
      if (c.req.header('authorization')?.startsWith('AWS4-HMAC-SHA256 ')) return { kind: 'local', key: CALLER };
      throw new HiveError('CALLER_UNKNOWN', 'Nobody signed this.', { status: 403 });
    },
  });
  server = createServer(getRequestListener(app.fetch)).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  told({ MonitoringApiUrl: urlOf(server) });
  await hive.acceptPlan(
    plan({ plan_id: ID, on_failure: 'halt', tasks: [task('a', { required_capabilities: ['build'] })] }),
  );
});
afterEach(async () => {
  vi.unstubAllEnvs();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const urlOf = (of: Server) => `http://127.0.0.1:${(of.address() as AddressInfo).port}/`;

/** What the stack says of itself. */
function told(outputs: Record<string, string>): void {
  const own = { LedgerTable: 't', EventBusName: 'b', ApiUrl: 'http://api', Region: 'us-east-1', ...outputs };
  writeStackRecord(undefined, { endpoint: urlOf(server), stage: 'test', outputs: own, deployed_at_ms: NOW });
}

const json = async (...args: string[]) => {
  const { stdout, status } = await run([...args, '--json']);
  return { status, answer: JSON.parse(stdout) };
};

async function failed(): Promise<void> {
  await hive.registerAgent(registration('x'));
  await enter(hive, 'a', ID);
  const id = ticketId('a', ID);
  await hive.claimTicket(id, fenceOf('x'));
  const outcome = { status: 'FAILED', error_message: 'no', error: { retryable: false } };
  await hive.reportTicket(id, reportOf(id, fenceOf('x'), outcome));
  await hive.failPlan(ID, { reason: 'a failed' });
}

describe('verbs of a plan', () => {
  it('pause and resume it, and say so where it stood there already', async () => {
    expect(await run(['pause', ID, '--why', 'upgrade'])).toMatchObject({
      status: EXIT.ok,
      stdout: `${ID} is paused\n`,
    });
    expect((await run(['pause', ID, '--why', 'again'])).stdout).toBe(`${ID} was paused already: nothing changed\n`);
    expect(await json('resume', ID, '--why', 'done')).toEqual({
      status: EXIT.ok,
      answer: { id: ID, phase: 'running', changed: true },
    });
    expect((await json('resume', ID, '--why', 'done')).answer.changed).toBe(false);
  });

  it('are recorded with whose credentials they came, for whom, and why', async () => {
    await run(['pause', ID, '--why', 'upgrade', '--as', 'grace']);
    expect(await hive.ledger.loadPlanState(ID)).toMatchObject({
      phase: 'paused',
      by: `${CALLER} for grace`,
      why: 'upgrade',
    });
  });

  it('approve and reject one that waits, but not by its author', async () => {
    const waiting = { requires_approval: true, metadata: { author: 'grace' } };
    for (const plan_id of ['p', 'q']) await hive.acceptPlan(plan({ plan_id, ...waiting }));
    const own = await run(['approve', 'p', '--why', 'mine', '--as', 'grace']);
    expect(own.status).toBe(EXIT.refused);
    expect(own.stderr).toContain('APPROVER_IS_AUTHOR');
    expect((await json('approve', 'p', '--why', 'read it', '--as', 'alan')).answer).toMatchObject({ phase: 'running' });
    expect((await json('reject', 'q', '--why', 'no', '--as', 'alan')).answer).toMatchObject({ phase: 'rejected' });
  });

  it('redrive and cancel one that has halted', async () => {
    await failed();
    expect((await json('redrive', ID, '--why', 'mended')).answer).toMatchObject({ phase: 'running', changed: true });
    expect((await run(['redrive', ID, '--why', 'mended'])).stdout).toContain('was running already');
    expect((await run(['cancel', ID, '--why', 'off'])).stdout).toBe(`${ID} is cancelled\n`);
  });

  it('are refused where the plan does not stand for it, with where to look', async () => {
    const { status, stderr } = await run(['approve', ID, '--why', 'x']).then(() => run(['reject', ID, '--why', 'x']));
    expect(status).toBe(EXIT.refused);
    expect(stderr).toContain('PLAN_PHASE_WRONG');
    expect(stderr).toContain('is running: one can reject a plan that is awaiting approval.');
    const refused = plan({ plan_id: 'gone', requires_approval: true });
    await hive.acceptPlan(refused);
    await run(['reject', 'gone', '--why', 'x']);
    expect((await run(['redrive', 'gone', '--why', 'x'])).stderr).toContain(
      'was rejected: one can redrive a plan that has halted or has failed.',
    );
    expect(stderr).toContain(`try: hive watch '${ID}' --once`);
    const gone = await json('pause', 'nobody', '--why', 'x');
    expect(gone).toMatchObject({ status: EXIT.refused, answer: { error: { code: 'PLAN_UNKNOWN' } } });
  });

  it.each([
    [['pause', 'p'], '--why'],
    [['pause', 'p', '--why', ' '], 'give 1-1000 characters'],
    [['retry', 'p', 'a', '--why', 'x', '--as', ''], 'give 1-256 characters'],
    [['skip', 'p', 'a', '--why', 'x', '--output', '=x'], 'give name=value'],
    [['replay', 'p', '--at', 'yesterday'], 'give a time such as'],
  ])('%j is not understood', async (args, said) => {
    const { status, stderr } = await run(args);
    expect(status).toBe(EXIT.usage);
    expect(stderr).toContain(said);
  });
});

describe('the scheduling strategy', () => {
  it('is said for a while, and handed back, by whose credentials came', async () => {
    const said = await json('strategy', 'critical-first', '--why', 'release night', '--for', '2h', '--as', 'grace');
    expect(said).toEqual({ status: EXIT.ok, answer: { id: 'strategy', phase: 'critical-first', changed: true } });
    expect((await hive.ledger.loadStrategy())?.state.override).toEqual({
      ...{ by: `${CALLER} for grace`, why: 'release night', until: NOW + 2 * 3_600_000 },
    });
    expect((await run(['strategy', 'auto', '--why', 'out'])).stdout).toBe('the strategy is critical-first\n');
    expect((await json('strategy', 'auto', '--why', 'out')).answer.changed).toBe(false);
  });

  it.each([
    [['strategy', 'fastest', '--why', 'x'], 'give one of round-robin, weighted-fair, critical-first, auto'],
    [['strategy', 'round-robin'], 'say why'],
    [['strategy', 'auto', '--why', 'x', '--for', '2h'], 'leave --for out'],
    [['strategy', '--why', 'x'], 'are for saying which strategy'],
    [['strategy', 'auto', '--why', 'x', '--for', 'long'], 'give a length of time'],
  ])('%j is not understood', async (args, said) => {
    const { status, stderr } = await run(args);
    expect(status).toBe(EXIT.usage);
    expect(stderr).toContain(said);
  });

  it('is not overridden for longer than a week', async () => {
    const { status, stderr } = await run(['strategy', 'round-robin', '--why', 'x', '--for', '8d']);
    expect(status).toBe(EXIT.usage);
    expect(stderr).toContain('OVERRIDE_TOO_LONG');
  });
});

describe('verbs of a ticket', () => {
  it('skip it, named by plan and task or by its id, with an output', async () => {
    await enter(hive, 'a', ID);
    const id = ticketId('a', ID);
    const { answer } = await json(
      'skip',
      ID,
      'a',
      '--why',
      'by hand',
      '--output',
      'url=x=y',
      '--output',
      '__proto__=z',
    );
    expect(answer).toEqual({ id, phase: 'skipped', changed: true });
    expect((await run(['skip', id, '--why', 'by hand'])).stdout).toBe(`${id} was skipped already: nothing changed\n`);
    const skipped = (await hive.ledger.loadTicket(id))?.records.at(-1)?.event;
    expect(Object.entries(skipped?.type === 'TicketSkipped' ? skipped.output : {})).toEqual(
      expect.arrayContaining([['url', 'x=y']]),
    );
  });

  it('retry it: taken from its agent', async () => {
    await hive.registerAgent(registration('x'));
    await enter(hive, 'a', ID);
    await hive.claimTicket(ticketId('a', ID), fenceOf('x'));
    expect((await run(['retry', ID, 'a', '--why', 'it hangs'])).stdout).toBe(`a of ${ID} is ready\n`);
  });

  it('are refused where it has ended, or is not there', async () => {
    await failed();
    const { status, stderr } = await run(['retry', ID, 'a', '--why', 'x']);
    expect(status).toBe(EXIT.refused);
    expect(stderr).toContain('redrive the plan');
    expect(stderr).toContain(`try: hive explain '${ID}' a`);
    const gone = await run(['retry', ID, 'b\u001b[2J', '--why', 'x']);
    expect(gone.status).toBe(EXIT.refused);
    expect(gone.stderr).toContain('there is no task b');
    expect(hasControls(gone.stderr)).toBe(false);
  });
});

describe('verbs of an agent', () => {
  it('drain it and undo that, and know it by its id alone', async () => {
    await hive.registerAgent(registration('x'));
    expect((await run(['agent', 'drain', 'x', '--why', 'disk'])).stdout).toBe('agent x is draining\n');
    expect((await run(['agent', 'drain', 'x', '--why', 'disk'])).stdout).toContain('was draining already');
    expect((await json('agent', 'undrain', 'x', '--why', 'mended')).answer).toMatchObject({
      phase: 'active',
      changed: true,
    });
    const gone = await json('agent', 'drain', 'nobody', '--why', 'x');
    expect(gone).toMatchObject({ status: EXIT.refused, answer: { error: { code: 'AGENT_UNKNOWN' } } });
  });
});

describe('what security says of an agent', () => {
  it('is that it is set apart, and released', async () => {
    await hive.registerAgent(registration('x'));
    await enter(hive, 'a', ID);
    await hive.claimTicket(ticketId('a', ID), fenceOf('x'));
    const why = ['--why', 'odd calls'];
    expect((await run(['agent', 'quarantine', 'x', ...why])).stdout).toBe('agent x is quarantined\n');
    expect((await run(['agent', 'quarantine', 'x', ...why])).stdout).toContain('was quarantined already');
    expect((await hive.agents.load('x'))?.held).toEqual({});
    expect((await json('agent', 'release', 'x', ...why)).answer).toEqual({ id: 'x', phase: 'released', changed: true });
    expect((await json('agent', 'release', 'x', ...why)).answer).toMatchObject({ changed: false });
    const gone = await json('agent', 'quarantine', 'nobody', ...why);
    expect(gone).toMatchObject({ status: EXIT.refused, answer: { error: { code: 'AGENT_UNKNOWN' } } });
  });

  it('is whose it is from now on', async () => {
    await hive.registerAgent(registration('x'), 'arn:aws:iam::123456789012:role/old');
    const [verb, why] = [
      ['agent', 'hand-over', 'x'],
      ['--why', 'renamed'],
    ];
    const to = ['--to', 'arn:aws:iam::123456789012:role/new_one'];
    expect((await run([...verb, ...to, ...why])).stdout).toBe(
      'agent x is handed over: it is of arn:aws:iam::123456789012:role/new_one\n',
    );
    expect((await run([...verb, ...to, ...why])).stdout).toContain('was handed over already');
    expect(await json(...verb, ...why)).toMatchObject({ answer: { phase: 'without_owner', changed: true } });
    expect(await json(...verb, '--to', 'credential:y', ...why)).toMatchObject({
      ...{ status: EXIT.usage, answer: { error: { code: 'OWNER_INVALID' } } },
    });
    expect(await json(...verb, '--to', 'arn:typo', ...why)).toMatchObject({
      ...{ status: EXIT.usage, answer: { error: { code: 'OWNER_INVALID' } } },
    });
    const gone = await json('agent', 'hand-over', 'nobody', ...why);
    expect(gone).toMatchObject({ status: EXIT.refused, answer: { error: { code: 'AGENT_UNKNOWN' } } });
  });
});

describe('an enrolment', () => {
  it('is made, listed and withdrawn, and then withdrawn already', async () => {
    const { answer: made } = await json(
      'agent',
      'enrol',
      'y',
      '--capability',
      'build',
      '--tenants',
      'acme',
      '--why',
      'new',
    );
    const { enrolment_id } = made;
    expect((await run(['agent', 'enrolments'])).stdout).toMatch(/y +open/);
    const withdraw = ['agent', 'withdraw', enrolment_id, '--why', 'wrong chat'];
    expect((await run(withdraw)).stdout).toBe(`enrolment ${enrolment_id} is withdrawn\n`);
    expect((await run(withdraw)).stdout).toContain('was withdrawn already');
    expect((await json('agent', 'enrolments')).answer).toMatchObject([{ enrolment_id, phase: 'withdrawn' }]);
    expect(await json('agent', 'withdraw', 'none', '--why', 'x')).toMatchObject({
      ...{ status: EXIT.refused, answer: { error: { code: 'ENROLMENT_UNKNOWN' } } },
    });
  });
});

describe('an incident', () => {
  it('is resolved by its id', async () => {
    await failed();
    const state = await hive.ledger.loadPlanState(ID);
    const id = state?.phase === 'halted' ? state.incident_id : '';
    expect((await run(['resolve', id, '--why', 'seen'])).stdout).toBe(`incident ${id} is resolved\n`);
    expect((await run(['resolve', id, '--why', 'seen'])).stdout).toContain('was resolved already');
    expect((await json('resolve', 'none', '--why', 'x')).answer.error.code).toBe('INCIDENT_UNKNOWN');
  });
});

describe('an API that does not answer as it should', () => {
  it('is told when the stack has none', async () => {
    told({});
    const { status, answer } = await json('pause', ID, '--why', 'x');
    expect(status).toBe(EXIT.unreachable);
    expect(answer.error).toMatchObject({
      code: 'STACK_NOT_FOUND',
      message: expect.stringContaining('MonitoringApiUrl'),
    });
  });

  it('is told when nobody is there, or something else is', async () => {
    told({ MonitoringApiUrl: 'http://127.0.0.1:1' });
    expect(await json('pause', ID, '--why', 'x')).toMatchObject({
      status: EXIT.unreachable,
      answer: { error: { code: 'API_UNREACHABLE' } },
    });
    told({ MonitoringApiUrl: `${urlOf(server)}elsewhere` });
    expect((await json('pause', ID, '--why', 'x')).answer.error.code).toBe('ROUTE_UNKNOWN');
  });
});
