/** A ticket's story as a page. */
import { describe, expect, it } from 'vitest';
import { createMemoryPlanReader } from '../../adapters/memory/plan-reader.ts';
import { choiceWords } from '../../bin/support/choice-words.ts';
import { explanationLines } from '../../bin/support/explanation-view.ts';
import { width } from '../../bin/support/text.ts';
import { timeBars } from '../../bin/support/time-bars.ts';
import { whichTicket } from '../../bin/support/which-ticket.ts';
import type { TicketExplanation } from '../../core/messages/ticket-explanation.ts';
import { createExplainTicket } from '../../core/monitor/explain.ts';
import { createHive, enter, fenceOf, registration, reportOf, ticketId } from '../support/hive.ts';
import { plan, task } from '../support/plans.ts';
import { hasControls, memoryOut } from './run-cli.ts';

const TASK = 'deploy';

/** Waited for an agent, failed once, and runs again on another. */
async function story(): Promise<TicketExplanation> {
  const hive = createHive();
  const id = ticketId(TASK);
  await hive.acceptPlan(plan({ tasks: [task(TASK, { required_capabilities: ['build'] })] }));
  await enter(hive, TASK);
  hive.clock.advance(4000);
  await hive.registerAgent(registration('x'));
  const { pool } = (await hive.ledger.loadTicket(id))?.spec ?? { pool: '' };
  await hive.round(pool);
  await hive.claimTicket(id, fenceOf('x'));
  hive.clock.advance(2000);
  const failed = { status: 'FAILED', error_message: 'disk\u001b[2J full' };
  await hive.reportTicket(id, reportOf(id, fenceOf('x'), failed));
  hive.clock.advance(5000);
  await hive.registerAgent(registration('y'));
  await hive.heartbeatAgent('x');
  await hive.lookAtTicket(id);
  await hive.round(pool);
  await hive.reportTicket(id, reportOf(id, fenceOf('x'))).catch(() => undefined);
  await hive.claimTicket(id, fenceOf('y', 'other', 2));
  hive.clock.advance(1000);
  return createExplainTicket({ ...hive, reader: createMemoryPlanReader(hive.table) })(id);
}

const page = async (size: { columns?: number; isTTY?: boolean } = {}) =>
  explanationLines(await story(), memoryOut(size));

describe('hive explain', () => {
  it('has a part for each thing there is to tell', async () => {
    const text = (await page()).join('\n');
    for (const part of ['Life', 'Attempts', 'Refused reports', 'Cost', 'Next'])
      expect(text).toMatch(new RegExp(`^${part}$`, 'm'));
    expect(text).not.toContain('Operators');
    expect(text).toContain('RUNNING: runs on y, attempt 2; its plan is running');
    expect(text).toMatch(/queue +4\.0 s .*no agent took it until x registered/);
    expect(text).toMatch(/runs +2\.0 s .*x: .*disk/);
    expect(text).toMatch(/backs off +5\.0 s/);
    expect(text).toMatch(
      /^ {2}1 {2}x: AttemptFailed; assigned 12:00:04\.000, claimed 12:00:04\.000, ended 12:00:06\.000$/m,
    );
    expect(text).toContain('an earlier attempt had failed on x: another agent was better');
    expect(text).toMatch(/its turn by weighted-fair: place 1 of 1, priority 0\.\d\d \(risk 0\.\d\d \+ qos/);
    expect(text).toMatch(/chosen: expected done in .*, success \d+ %.*; no other was free for it$/m);
    expect(text).toMatch(/x, attempt 1, said COMPLETED: [A-Z_]+/);
    expect(text).toMatch(/^ {2}in 14\.0 s \(12:00:26\.000\) {2}its lease ends/m);
    expect(text).toMatch(/^ {2}\$0\.000\d+ at the list prices of/m);
  });

  it('lays its time out as bars, each where it lies in the whole', async () => {
    const bars = (await page()).flatMap((line) => /[█▏]+/.exec(line) ?? []);
    expect(bars.join('').replaceAll('▏', '')).toHaveLength(24);
  });

  it('fits a terminal, and lets no name do more than be read', async () => {
    const lines = await page({ isTTY: true, columns: 90 });
    for (const line of lines.slice(7).filter((one) => !one.includes(' × ') && !one.includes('$0.')))
      expect(width(line)).toBeLessThanOrEqual(90);
    expect(hasControls(lines.join('\n'))).toBe(false);
  });

  it('breaks lines between words on a terminal, and keeps them whole elsewhere: nothing is cut', async () => {
    const whole = await page();
    const broken = await page({ isTTY: true, columns: 60 });
    const words = (lines: readonly string[]) =>
      lines
        .join(' ')
        .replaceAll(/[█▏]| +/g, ' ')
        .split(/ +/);
    expect(words(broken)).toEqual(words(whole));
    expect(broken.length).toBeGreaterThan(whole.length);
    expect(whole.join('\n')).not.toContain('…');
  });
});

describe('why an agent was chosen', () => {
  const turn = { strategy: 'critical-first', waited_ms: 5, queue_position: 2, queue_length: 9 };
  const cost = (agent_id: string, duration_ms: number) => ({
    ...{ agent_id, free_slots: 1, cost_ms: duration_ms, wait_ms: 0, duration_ms, success: 0.98 },
  });

  it('is what it is expected to be done in, how sure, and how much better than the next best', () => {
    const choice = {
      ...{ ...turn, method: 'near_optimal' as const, margin_ms: 6000 },
      candidates: [{ ...cost('x', 6000), avoid_ms: 2000 }, cost('y', 12_000)],
      predicted: { p50_ms: 5000, p90_ms: 9000, failure: 0.02 },
    };
    expect(choiceWords(choice)).toEqual([
      'its turn by critical-first: place 2 of 9',
      'chosen: expected done in 6.0 s, success 98 %, 2.0 s since an attempt failed on it; in 9.0 s with 90 %; next best y (expected done in 12.0 s, success 98 %): better by 6.0 s; the round was solved near its optimum',
    ]);
  });

  it('is that the round gains by it, where the next best was better for the ticket alone', () => {
    const choice = { ...turn, margin_ms: -1000, candidates: [cost('x', 6000), cost('y', 5000)] };
    expect(choiceWords(choice)[1]).toContain('1.0 s better for this ticket, and worse for the round');
  });

  it('is who was free, of an assignment of before costs were kept', () => {
    const old = { ...turn, candidates: ['x', 'y'].map((agent_id) => ({ agent_id, free_slots: 2 })) };
    expect(choiceWords(old)[1]).toBe('chosen from x (2 slots free), y (2 slots free)');
  });
});

describe('bars of time', () => {
  it('stand below one another as the stretches follow on another', () => {
    const stretches = [{ from: 0, to: 50 }, { from: 50, to: 50 }, { from: 50, to: 75 }, { from: 75 }];
    expect(timeBars(stretches, 100, 8)).toEqual(['████    ', '    ▏   ', '    ██  ', '      ██']);
  });

  it('are there for a life of no length, and for none', () => {
    expect(timeBars([{ from: 5 }], 5, 4)).toEqual(['▏   ']);
    expect(timeBars([], 5, 4)).toEqual([]);
  });
});

describe('the name of a ticket', () => {
  it('is its id, or its plan and task: whatever characters those have', () => {
    expect(whichTicket(['abc']).ticket_id).toBe('abc');
    expect(whichTicket(['p/1', 'a/b']).ticket_id).toBe(ticketId('a/b', 'p/1'));
    expect(whichTicket(['p', 'undo:a']).ticket_id).not.toBe(ticketId('undo:a', 'p'));
    expect(whichTicket(['p q', 'a']).words).toBe("'p q' a");
  });
});
