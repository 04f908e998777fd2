/** `hive replay` as it tells what it found; which AWS it reads is told elsewhere. */
import { describe, expect, it } from 'vitest';
import { createMemoryLedgerHistory } from '../../adapters/memory/ledger-history.ts';
import { createMemoryPlanReader } from '../../adapters/memory/plan-reader.ts';
import { type ReplayOptions, tellReplay, tellThen } from '../../bin/commands/replay-plan.ts';
import { EXIT } from '../../bin/support/exit-codes.ts';
import type { Io } from '../../bin/support/io.ts';
import { moment } from '../../bin/support/options.ts';
import { createLoadPlanKept, type PlanKept } from '../../core/ledger/replay-plan.ts';
import { createHive, enter, registration, work } from '../support/hive.ts';
import { dependent, NOW, plan, task } from '../support/plans.ts';
import { hasControls, memoryOut } from './run-cli.ts';

async function kept(): Promise<PlanKept> {
  const hive = createHive();
  const build = { required_capabilities: ['build'] };
  await hive.registerAgent(registration('x'));
  await hive.acceptPlan(plan({ tasks: [task('a', build), { ...dependent('b', 'a'), ...build }] }));
  await enter(hive, 'a');
  hive.clock.advance(2000);
  await work(hive, 'x', 'a');
  const deps = { history: createMemoryLedgerHistory(hive.table), reader: createMemoryPlanReader(hive.table) };
  return (await createLoadPlanKept(deps)('plan-1')) as PlanKept;
}

function tell(told: (io: Io) => number) {
  const stdout = memoryOut();
  const status = told({ stdout, stderr: memoryOut() } as unknown as Io);
  return { status, text: stdout.text() };
}

const replay = (of: PlanKept, options: ReplayOptions = {}) => tell((io) => tellReplay('plan-1', of, options, io));
const then = (of: PlanKept, at: number, options: ReplayOptions = {}) =>
  tell((io) => tellThen('plan-1', of, at, options, io));

/** The stored states say that every ticket was assigned seven times. */
const tampered = (of: PlanKept): PlanKept => ({
  ...of,
  tickets: of.tickets.map((ticket) =>
    ticket.stood === undefined
      ? ticket
      : { ...ticket, stood: { ...ticket.stood, state: { ...ticket.stood.state, attempts: 7 } } },
  ),
});

describe('hive replay', () => {
  it('says that all adds up', async () => {
    const { status, text } = replay(await kept());
    expect(status).toBe(EXIT.ok);
    expect(text).toBe('plan-1  2 tickets, 9 events: every chain is whole, every state is what its events lead to\n');
    expect(JSON.parse(replay(await kept(), { json: true }).text)).toEqual({
      ...{ plan_id: 'plan-1', tickets: 2, incidents: 0, events: 9, differences: [] },
    });
  });

  it('lists differences by aggregate, and exits with 8', async () => {
    const { status, text } = replay(tampered(await kept()));
    expect(status).toBe(EXIT.differs);
    expect(status).toBe(8);
    expect(text).toContain('2 differences');
    expect(text).toMatch(
      /^ {2}a {2}TICKET#.*\n {4}state .*\/attempts is not what the events lead to: stored 7, rebuilt 1$/m,
    );
    expect(hasControls(text)).toBe(false);
    const { differences } = JSON.parse(replay(tampered(await kept()), { json: true }).text);
    expect(differences).toHaveLength(2);
    expect(differences[0]).toMatchObject({ kind: 'state', path: '/attempts', kept: 7 });
  });

  it('draws the plan as it stood, as watch draws it', async () => {
    const { status, text } = then(await kept(), NOW + 1000);
    expect(status).toBe(EXIT.ok);
    expect(text).toContain('as it stood at 2026-06-01T12:00:01.000Z');
    expect(text).toMatch(/a +assigned +1\.0 s +x/);
    expect(text).toMatch(/b +waiting/);
    expect(then(await kept(), NOW + 5000).text).toMatch(/a +completed/);
  });

  it('gives it as JSON, at its time', async () => {
    const { text } = then(await kept(), NOW + 1000, { json: true });
    expect(JSON.parse(text)).toMatchObject({
      at: NOW + 1000,
      outcome: 'running',
      tickets: [{ phase: 'assigned' }, {}],
    });
  });

  it('refuses a time before there was a plan', async () => {
    const early = await kept();
    expect(() => then(early, NOW - 1)).toThrow(/there was no plan plan-1 yet; it was received at 2026-06-01T12:00:00/);
    expect(() => then(early, -1e300)).toThrow(/there was no plan/);
  });
});

describe('a moment', () => {
  it.each([
    ['2026-06-01T12:00:00Z', NOW],
    ['2026-06-01T14:00:00+02:00', NOW],
    ['2026-06-01T12:00', NOW],
    ['2026-06-01', NOW - 12 * 3_600_000],
    [String(NOW), NOW],
    ['-90s', NOW - 90_000],
    ['-1.5m', NOW - 90_000],
    ['-2h', NOW - 7_200_000],
    ['-1d', NOW - 86_400_000],
    ['-250ms', NOW - 250],
  ])('may be said as %s', (text, at) => {
    expect(moment(text)(NOW)).toBe(at);
  });

  it.each(['', 'now', '5m', '-5', '-5y', '12:00', '2026-13-01', '2026-06-01T25:00', '1e12', 'June'])(
    'is not %j',
    (text) => {
      expect(() => moment(text)).toThrow('give a time such as');
    },
  );
});
