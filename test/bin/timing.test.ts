import { describe, expect, it } from 'vitest';
import { changeLine, changesBetween } from '../../bin/support/plan-changes.ts';
import { assignedIn, eventsOfPath, neededHelpFor, stoodFor } from '../../bin/support/run-history.ts';
import { reportLines } from '../../bin/support/run-report.ts';
import type { Target } from '../../bin/support/target.ts';
import { timingOf } from '../../bin/support/timing.ts';
import type { PlanEvent } from '../../core/plan/events.ts';
import type { PlanState } from '../../core/plan/state.ts';
import type { TicketEvent } from '../../core/ticket/events.ts';
import { dependent as follows, NOW, task } from '../support/plans.ts';
import { memoryOut } from './run-cli.ts';
import { view } from './views.ts';

const DIAMOND = [task('a'), follows('b', 'a'), follows('c', 'a'), follows('d', 'b', 'c')];
const RAN = {
  a: { phase: 'completed', ready: 500, ran: 1000 },
  b: { phase: 'completed', ready: 2000, ran: 200 },
  c: { phase: 'completed', ready: 2000, ran: 3000 },
  d: { phase: 'completed', ready: 5500, ran: 500 },
} as const;
const ended = { phase: 'completed', ended_at: NOW + 6500 } as const;
const target = (endpoint?: string): Target => ({
  kind: endpoint === undefined ? 'aws' : 'local',
  endpoint,
  stage: 'dev',
  flags: '',
  outputs: { LedgerTable: 't', EventBusName: 'b', ApiUrl: 'u', Region: 'eu-west-1' },
});

describe('the time of a run against its critical path', () => {
  it('is the longest chain by the time its tickets really ran', () => {
    const timing = timingOf(view(DIAMOND, RAN, ended));
    expect(timing.critical_path).toEqual(['a', 'c', 'd']);
    expect(timing).toMatchObject({ wall_ms: 6500, critical_path_ms: 4500, overhead_ms: 2000 });
    expect(timing.overhead_per_ticket_ms).toBeCloseTo(2000 / 3);
  });

  it('leaves of the rest what waited for an agent, and what the orchestrator took', async () => {
    const ran = view(DIAMOND, RAN, ended);
    const late: Record<string, number> = { a: 100, b: 10_000, c: 700 };
    const loadTicketEvents = async (id: string) => {
      const row = ran.tickets.find(({ ticket_id }) => ticket_id === id);
      const at = NOW + (RAN[row?.task_id as 'a']?.ready ?? 0) + (late[row?.task_id ?? ''] ?? 0);
      return [{ at, event: { type: 'TicketAssigned' } }] as never;
    };
    const timing = timingOf(ran, { assignedAt: assignedIn(await eventsOfPath(ran, { loadTicketEvents })) });
    expect(timing).toMatchObject({ overhead_ms: 2000, overhead: { waiting_for_agent_ms: 800, orchestrator_ms: 1200 } });
    expect(timingOf(ran).overhead).toBeUndefined();
  });

  it('counts tickets that never ran as nothing', () => {
    const timing = timingOf(view(DIAMOND, { a: RAN.a, b: { phase: 'failed', ready: 2000, ran: 100 } }));
    expect(timing.critical_path_ms).toBe(1100);
    expect(timing.critical_path.slice(0, 2)).toEqual(['a', 'b']);
  });

  it('leaves out the time that the plan stood, but not more than there is', () => {
    const ran = view(DIAMOND, RAN, ended);
    expect(timingOf(ran, { stoodMs: 1500 })).toMatchObject({ wall_ms: 6500, stood_ms: 1500, overhead_ms: 500 });
    expect(timingOf(ran, { stoodMs: 9000 })).toMatchObject({ stood_ms: 2000, overhead_ms: 0 });
    expect(timingOf(ran)).not.toHaveProperty('stood_ms');
  });

  it('takes the undoing as work that comes after the rest', () => {
    const undoable = { compensation: { parameters: {} } };
    const tasks = [task('a', undoable), { ...follows('b', 'a'), ...undoable }, follows('c', 'b')];
    const timing = timingOf(
      view(tasks, {
        a: { phase: 'compensated', ran: 100 },
        b: { phase: 'compensated', ran: 200 },
        c: { phase: 'failed', ran: 50 },
        'undo:b': { phase: 'completed', ran: 10 },
        'undo:a': { phase: 'completed', ran: 20 },
      }),
    );
    expect(timing.critical_path).toEqual(['a', 'b', 'c', 'undo:b', 'undo:a']);
    expect(timing.critical_path_ms).toBe(380);
  });

  it('is nothing for a plan whose tickets are not minted', () => {
    expect(timingOf({ ...view(DIAMOND), tickets: [] })).toMatchObject({ critical_path: [], overhead_per_ticket_ms: 0 });
  });
});

describe('the time that a plan stood', () => {
  const stood = (...events: [number, PlanEvent['type']][]) =>
    stoodFor(
      events.map(([at, type]) => ({ at, event: { type } }) as never),
      1000,
    );

  it('is that in which it waited for a person', () => {
    expect(stood([0, 'PlanReceived'], [10, 'PlanAwaitingApproval'], [50, 'PlanAccepted'], [60, 'PlanStarted'])).toBe(
      40,
    );
    expect(stood([0, 'PlanPaused'], [5, 'PlanResumed'], [10, 'PlanHalted'], [30, 'PlanRedriven'])).toBe(25);
    expect(stood([0, 'PlanPaused'], [5, 'PlanHalted'], [9, 'PlanCompensating'], [50, 'PlanCompensated'])).toBe(9);
  });

  it('goes on while it waits, and ends with it', () => {
    expect(stood([600, 'PlanHalted'])).toBe(400);
    expect(stood([600, 'PlanHalted'], [700, 'PlanCancelled'])).toBe(100);
  });

  it('is also that in which a compensation needed help', () => {
    const needed = (...events: [number, TicketEvent['type']][]) =>
      neededHelpFor(
        events.map(([at, type]) => ({ at, event: { type } }) as never),
        1000,
      );
    expect(needed([10, 'TicketEscalated'], [20, 'ReportRefused'], [50, 'TicketReady'], [90, 'TicketEscalated'])).toBe(
      40 + 910,
    );
    expect(needed([10, 'TicketStarted'], [90, 'TicketCompleted'])).toBe(0);
  });

  it('is also that between its failure and its being redriven', () => {
    expect(stood([600, 'PlanFailed'])).toBe(0);
    expect(stood([600, 'PlanFailed'], [650, 'PlanRedriven'], [700, 'PlanCompleted'])).toBe(50);
  });
});

describe('the report of a run', () => {
  const lines = (endpoint?: string) => {
    const ran = view(DIAMOND, RAN, ended);
    const assignedAt = new Map(
      ran.tickets.map(({ ticket_id, task_id }) => [ticket_id, NOW + RAN[task_id as 'a'].ready + 50]),
    );
    return reportLines(ran, target(endpoint), memoryOut().color, { assignedAt }).join('\n');
  };

  it('tells outcome, times and the execution', () => {
    expect(lines()).toContain('completed plan-1: 4 of 4 tickets completed');
    expect(lines()).toContain('critical path  4.5 s of work in 3 tickets (*)');
    expect(lines()).toContain('waiting        150 ms on the critical path');
    expect(lines()).toContain('orchestrator   1.9 s');
    expect(lines()).toContain('overhead       2.0 s, both of them: 667 ms per ticket of the critical path');
    expect(lines()).toMatch(/\* c +completed +0 ms +3\.0 s/);
  });

  it('opens the graph in the console on AWS, by a command on a local AWS', () => {
    expect(lines()).toContain(
      'https://eu-west-1.console.aws.amazon.com/states/home?region=eu-west-1#/v2/executions/details/arn:aws:states',
    );
    expect(lines('http://127.0.0.1:4566')).toContain(
      'Step Functions AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test aws --endpoint-url http://127.0.0.1:4566',
    );
    expect(lines()).toContain('its graph      hive watch plan-1');
  });

  it('says of a plan that waits for approval only what it waits for, and how that ends', () => {
    const waiting = view(DIAMOND, {}, { phase: 'awaiting_approval', reasons: ['it destroys something'] });
    for (const tickets of [waiting.tickets, []])
      expect(reportLines({ ...waiting, tickets }, { ...target(), flags: ' --aws' }, memoryOut().color)).toEqual([
        'awaiting approval plan-1: 0 of 4 tickets completed',
        '  needs approval: it destroys something',
        '  to let it run  hive approve plan-1 --aws --why …',
        '  to refuse it   hive reject plan-1 --aws --why …',
      ]);
  });

  it('tells the time that the plan stood as a figure of its own', () => {
    const report = reportLines(view(DIAMOND, RAN, ended), target(), memoryOut().color, { stoodMs: 1500 }).join('\n');
    expect(report).toContain('  stood          1.5 s, waiting for a person\n  the rest       500 ms: ');
    expect(lines()).not.toContain('stood');
  });

  it('says of a halted plan once why, and how it goes on', () => {
    const halted = { phase: 'halted', incident_id: 'i', halted_at: NOW, failed_tasks: ['a'] } as const;
    const state = { ...halted, reason: 'a: COMMAND_FAILED: exit 1' };
    const report = reportLines(view(DIAMOND, { a: { phase: 'failed' } }, state), target(), memoryOut().color).join(
      '\n',
    );
    expect(report).toContain(
      [
        '  a COMMAND_FAILED: exit 1',
        '  incident       i',
        '  once mended    hive redrive plan-1 --why …',
        '  to give it up  hive cancel plan-1 --why …',
      ].join('\n'),
    );
    expect(report.split('exit 1')).toHaveLength(2);
  });

  it('names the tickets that failed and why', () => {
    const failed = view(
      DIAMOND,
      { a: { phase: 'failed' } },
      { phase: 'failed', ended_at: NOW + 1, reason: 'a failed', failed_tasks: ['a'] },
    );
    expect(reportLines(failed, target(), memoryOut().color).join('\n')).toContain('a COMMAND_FAILED: exit 1');
  });

  it('says of a plan that was undone how much of it, and of one that was cancelled by whom', () => {
    const report = (state: Partial<PlanState>) =>
      reportLines(view(DIAMOND, { ...RAN, a: { phase: 'compensated' } }, state), target(), memoryOut().color).join(
        '\n',
      );
    const ending = { ended_at: NOW + 1, reason: 'the agent gave up', failed_tasks: ['d'], compensations: 1 };
    expect(report({ phase: 'compensated', ...ending })).toContain(
      'compensated plan-1: 4 of 4 tickets completed, 1 of them undone\n  reason         the agent gave up',
    );
    expect(report({ phase: 'cancelled', ended_at: NOW + 1, by: 'ada', why: 'no need' })).toContain(
      'reason         by ada: no need',
    );
    expect(report({ phase: 'halted', incident_id: 'i', halted_at: NOW, reason: 'r', failed_tasks: [] })).toContain(
      'reason         r\n  incident       i\n',
    );
  });

  it('tells the reason of a failed plan once', () => {
    const report = (reason: string) => {
      const state = { phase: 'failed', ended_at: NOW + 1, reason, failed_tasks: ['a'] } as const;
      return reportLines(view(DIAMOND, { a: { phase: 'failed' } }, state), target(), memoryOut().color).join('\n');
    };
    expect(report('COMMAND_FAILED: exit 1').split('exit 1')).toHaveLength(2);
    expect(report('States.Timeout: late')).toContain('reason         States.Timeout: late');
  });
});

describe('what changed between two looks', () => {
  it('is told once, in the order in which it happened', () => {
    const before = view(DIAMOND, { a: { phase: 'running' } });
    const later = view(DIAMOND, RAN, ended);
    const told = changesBetween(before, later).map(({ kind, ...change }) =>
      'task_id' in change ? change.task_id : kind,
    );
    expect(told).toEqual(['a', 'b', 'c', 'd', 'plan']);
    expect(changesBetween(later, later)).toEqual([]);
  });

  it('reads as time, task, status and agent', () => {
    const [, change] = changesBetween(
      undefined,
      view(DIAMOND, { a: { phase: 'running', ready: 1234, agent_id: 'x' } }),
    );
    expect(change && changeLine(change)).toBe('12:00:01.234 a running x');
  });

  it('says when and by whom a plan was paused, and that it goes on', () => {
    const paused = { phase: 'paused', by: 'ada', why: 'upgrade', paused_at: NOW + 5000 } as const;
    const [before, held] = [view(DIAMOND), view(DIAMOND, {}, paused)];
    expect(changesBetween(before, held).map(changeLine)).toEqual(['12:00:05.000 plan plan-1 paused by ada: upgrade']);
    expect(changesBetween(held, before).map(changeLine)).toEqual(['12:00:00.000 plan plan-1 running']);
  });

  it('tells when a ticket backed off, why, and when it was undone', () => {
    const told = { a: { phase: 'backing_off', ran: 7 }, b: { phase: 'compensated', ran: 10 } } as const;
    const [, ...changes] = changesBetween(undefined, view([task('a'), task('b')], told));
    expect(changes.map(changeLine)).toEqual([
      '12:00:00.007 a backing off COMMAND_FAILED: exit 1',
      '12:00:01.010 b undone',
    ]);
  });

  it('names as the agent of what is undone the one that undid it', () => {
    const undoable = [task('a', { compensation: { parameters: {} } })];
    const undone = view(undoable, {
      a: { phase: 'compensated', ran: 10 },
      'undo:a': { phase: 'completed', agent_id: 'other', ran: 5 },
    });
    const [a, undo] = undone.tickets;
    const tickets = undone.tickets.map((row) =>
      row === a ? { ...row, state: { ...row.state, compensation_ticket_id: undo?.ticket_id } as never } : row,
    );
    const changes = changesBetween(undefined, { ...undone, tickets });
    expect(changes.find((change) => 'task_id' in change && change.task_id === 'a')).toMatchObject({
      phase: 'compensated',
      agent_id: 'other',
    });
  });

  it('says why a ticket failed', () => {
    const [, change] = changesBetween(undefined, view(DIAMOND, { a: { phase: 'failed', ready: 0, ran: 10 } }));
    expect(change && changeLine(change)).toBe('12:00:00.010 a failed agent-1 COMMAND_FAILED: exit 1');
    expect(change).toMatchObject({ status: 'FAILED', error_code: 'COMMAND_FAILED' });
  });
});
