import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { docPages } from '../../bin/docs.ts';
import { EXIT, EXIT_MEANINGS } from '../../bin/support/exit-codes.ts';
import { lifecycleDocs } from '../../bin/support/lifecycle-docs.ts';
import { STATUS_CHOICES } from '../../bin/support/options.ts';
import { TICKET_STATUSES } from '../../core/messages/execution-ticket.ts';
import { PLAN_TRANSITIONS } from '../../core/plan/transitions.ts';
import { TICKET_TRANSITIONS } from '../../core/ticket/transitions.ts';
import { STATUS_OF_PHASE } from '../../core/ticket/view.ts';
import { hasControls, hive } from './run-cli.ts';

describe('what is said of the command line', () => {
  it.each([...docPages()])('docs/%s is as the code says (if not: npm run docs)', (name, text) => {
    expect(readFileSync(join(import.meta.dirname, '../../docs', name), 'utf8')).toBe(text);
  });

  it('draws every transition of tickets and plans, and tells every phase', () => {
    const page = lifecycleDocs();
    for (const transitions of [TICKET_TRANSITIONS, PLAN_TRANSITIONS])
      for (const [event, { from, to }] of Object.entries(transitions))
        for (const phase of from)
          if (to === 'same') expect(page).toMatch(new RegExp(`- \`${event}\`:.* \`${phase}\``));
          else expect(page).toMatch(new RegExp(`^  ${phase} --> ${to}: .*\\b${event}\\b`, 'm'));
    for (const [phase, status] of Object.entries(STATUS_OF_PHASE))
      expect(page).toContain(`| \`${phase}\` | ${status} |`);
  });

  it('every exit code has one meaning, and help tells them all', async () => {
    expect(EXIT_MEANINGS.map(([code]) => code)).toEqual(Object.values(EXIT));
    const { stdout, status } = await hive(['--help']);
    expect(status).toBe(EXIT.ok);
    for (const [code, meaning] of EXIT_MEANINGS) expect(stdout).toContain(`${String(code).padStart(3)}  ${meaning}`);
  });

  it('offers the statuses that tickets have', () => {
    expect(STATUS_CHOICES).toEqual([...TICKET_STATUSES]);
  });

  it.each([
    'up',
    'down',
    'status',
    'submit',
    'watch',
    'plans',
    'tickets',
    'ticket',
    'explain',
    'replay',
    'pause',
    'resume',
    'cancel',
    'redrive',
    'approve',
    'reject',
    'retry',
    'skip',
    'incidents',
    'incident',
    'resolve',
    'agents',
    'plan check',
    'plan compile',
    'plan compensation',
    'plan graph',
    'plan import',
    'agent run',
    'agent replay',
  ])('hive %s --help has examples and --json', async (command) => {
    const { stdout, status } = await hive([...command.split(' '), '--help']);
    expect(status).toBe(EXIT.ok);
    expect(stdout).toContain(`Examples:\n  $ hive ${command}`);
    expect(stdout).toContain('--json');
  });
});

describe('an option that has to be given', () => {
  it('stands in the usage, and is called required', async () => {
    const { stdout } = await hive(['pause', '--help']);
    expect(stdout).toContain('Usage: hive pause --why <text> [options] <plan-id>');
    expect(stdout).toMatch(/--why <text> .*\(required\)/);
  });
});

describe('the order of words', () => {
  it('may ask for help of a command of a group', async () => {
    const { stdout, status } = await hive(['help', 'plan', 'compile']);
    expect(status).toBe(EXIT.ok);
    expect(stdout).toContain('Usage: hive plan compile');
  });

  it('may have --json first', async () => {
    const { stdout, status } = await hive(['--json', 'foo']);
    expect(status).toBe(EXIT.usage);
    expect(JSON.parse(stdout).error.message).toContain("unknown command 'foo'");
    const run = await hive(['--json', 'plan', 'check', '/no/such/file']);
    expect(JSON.parse(run.stdout).error.code).toBe('FILE_UNREADABLE');
  });
});

describe('a wrong command line', () => {
  it.each([
    ['pause', 'p', '--why', 'y'.repeat(10_000)],
    ['pause', 'p', `--why=${'y'.repeat(10_000)}`],
    ['y'.repeat(10_000)],
    ['pause', 'p', '--why', 'w', '--as', '\u001b[2J'.repeat(1000)],
  ])('is not said back at length, nor as more than text', async (...args) => {
    const { status, stderr } = await hive(args);
    expect(status).toBe(EXIT.usage);
    expect(stderr).toMatch(/'.{59}…'/);
    expect(stderr.length).toBeLessThan(1000);
    expect(hasControls(stderr)).toBe(false);
    const json = await hive(['--json', ...args]);
    expect(JSON.parse(json.stdout).error.message).toMatch(/'.{59}…'/);
  });

  it.each([
    [['nonsense'], "unknown command 'nonsense'"],
    [['plan', 'check', 'x', '--loud'], "unknown option '--loud'"],
    [['submit'], "missing required argument 'file'"],
    [['tickets', 'p', '--status', 'LATE'], 'give one of PENDING'],
    [['up', '--port', '70000'], 'from 1 to 65535'],
    [['up', '--stage', 'Prod!'], 'lower-case'],
    [['agent', 'run', '--capability', 'a b', '--', 'true'], 'letters, digits'],
    [['agent', 'run', '--', 'true'], '--capability'],
  ])('%j exits with 2 and says why, as text and as JSON', async (args, said) => {
    const text = await hive(args);
    expect(text.status).toBe(EXIT.usage);
    expect(text.stderr).toContain(said);
    const end = args.includes('--') ? args.indexOf('--') : args.length;
    const json = await hive([...args.slice(0, end), '--json', ...args.slice(end)]);
    expect(json.status).toBe(EXIT.usage);
    expect(json.stderr).toBe('');
    const { error } = JSON.parse(json.stdout);
    expect(error.code).toBe('USAGE');
    expect(error.message).toContain(said);
  });
});
