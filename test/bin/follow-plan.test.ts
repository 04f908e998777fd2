import picocolors from 'picocolors';
import { describe, expect, it } from 'vitest';
import { sha256 } from '../../adapters/system/digest.ts';
import { untilSeen, wasRejected } from '../../bin/support/arrival.ts';
import { EXIT } from '../../bin/support/exit-codes.ts';
import { followPlan } from '../../bin/support/follow-plan.ts';
import { reissue } from '../../bin/support/new-id.ts';
import { exitCodeOfPlan, summaryOf } from '../../bin/support/outcome.ts';
import { createLook, type PlanView } from '../../bin/support/plan-view.ts';
import { predictionWords } from '../../bin/support/prediction-words.ts';
import { approvedEntry, MAX_ENTRY_BYTES } from '../../bin/support/put-plan.ts';
import { renderPlan } from '../../bin/support/render-plan.ts';
import { timingOf } from '../../bin/support/timing.ts';
import type { HiveError } from '../../core/errors.ts';
import type { CognitivePlanInput } from '../../core/messages/cognitive-plan.ts';
import { checkPlan } from '../../core/plan/check.ts';
import { mintCompensations } from '../../core/plan/compensation.ts';
import type { PlanPhaseName, PlanState } from '../../core/plan/state.ts';
import { createHive, enter, type Hive, registration, work } from '../support/hive.ts';
import { dependent as follows, NOW, parsedPlan, plan, task, ticketsOf } from '../support/plans.ts';
import { view } from './views.ts';

const build = { required_capabilities: ['build'] };
const CHAIN = [task('a', build), task('b', { ...build, dependencies: ['a'] })];

const sourceOf = ({ ledger, reader }: Hive) => ({ ledger, reader });

const lookAt = (hive: Hive, planId = 'plan-1') => createLook(sourceOf(hive), planId);
const options = (changes: object = {}) => ({
  now: () => NOW,
  signal: new AbortController().signal,
  intervalMs: 1,
  ...changes,
});

function submitted(raw: CognitivePlanInput, rejectedBefore = false) {
  return { raw, plan: parsedPlan(raw), rejectedBefore };
}

async function codeOf(work: Promise<unknown>): Promise<string | undefined> {
  return work.then(
    () => undefined,
    (error: HiveError) => error.code,
  );
}

describe('a plan as it is read from the ledger', () => {
  it('is not there before it was received', async () => {
    expect(await lookAt(createHive())(NOW)).toBeUndefined();
  });

  it('has its tickets in the order of the DAG, with dependencies by task', async () => {
    const hive = createHive();
    await hive.acceptPlan(plan({ tasks: [follows('z', 'm'), follows('m', 'b'), task('b')] }));
    const view = await lookAt(hive)(NOW);
    expect(view?.tickets.map(({ task_id, level, dependencies }) => [task_id, level, dependencies])).toEqual([
      ['b', 0, []],
      ['m', 1, ['b']],
      ['z', 2, ['m']],
    ]);
  });

  it('reads ended tickets once', async () => {
    const hive = createHive();
    await hive.acceptPlan(plan({ tasks: CHAIN }));
    await hive.registerAgent(registration('x'));
    await enter(hive, 'a');
    await work(hive, 'x', 'a');
    const asked: number[] = [];
    const source = sourceOf(hive);
    const counting = {
      ...source.ledger,
      loadTicketStates: (ids: readonly string[]) => {
        asked.push(ids.length);
        return source.ledger.loadTicketStates(ids);
      },
    };
    const look = createLook({ ...source, ledger: counting }, 'plan-1');
    await look(NOW);
    const view = await look(NOW);
    expect(asked).toEqual([2, 1]);
    expect(view?.tickets.map(({ state }) => state.phase)).toEqual(['completed', 'created']);
  });
});

describe('a plan’s prediction', () => {
  const prediction = { probability: 0.92, p50_at: NOW + 130_000, p90_at: NOW + 185_000, deadline: NOW + 300_000 };

  it('is looked at while the plan goes on, and not after', async () => {
    const hive = createHive();
    await hive.acceptPlan(plan({ tasks: CHAIN }));
    const look = lookAt(hive);
    expect(await look(NOW)).not.toHaveProperty('prediction');
    const { deadline = 0 } = (await hive.ledger.loadPlanState('plan-1')) ?? {};
    await hive.ledger.noteNextLook('plan-1', NOW, { ...prediction, deadline });
    expect((await look(NOW))?.prediction).toEqual({ ...prediction, deadline });
    await hive.operations.cancelPlan('plan-1', { by: 'ada', why: 'off' });
    expect(await look(NOW)).not.toHaveProperty('prediction');
  });

  it('is told in the header, where there is room for it', () => {
    const color = picocolors.createColors(false);
    const shown = { ...view(CHAIN, {}, {}, NOW), prediction };
    const header = (columns: number) => renderPlan(shown, { columns, rows: 9 }, color)[0] ?? '';
    expect(header(100)).toMatch(/^plan-1 +in time 92 %, ends in 2 m 10 s \(90 %: 3 m 05 s\) {2}running {2}0 ms$/);
    expect(header(40)).toMatch(/^plan-1 +running {2}0 ms$/);
    const late = { probability: 0, deadline: NOW };
    expect(predictionWords(late, NOW)).toBe('in time 0 %');
  });
});

describe('a plan that is looked at while it is undone', () => {
  const tasks = [task('a', { compensation: { parameters: {} } }), follows('b', 'a')];
  const undone = {
    a: { phase: 'compensating' },
    b: { phase: 'failed' },
    'undo:a': { phase: 'running' },
  } as const;
  const { 'undo:a': _, ...failed } = { ...undone, a: { phase: 'completed' } as const };
  const ending = { reason: 'b failed', failed_tasks: ['b'], compensations: 1, failed_at: NOW };

  it('is read again, with the tickets that undo it', async () => {
    const specs = ticketsOf({ tasks });
    const done = new Set(specs.map(({ ticket_id }) => ticket_id));
    const undoing = mintCompensations({ specs, outputs: new Map(), done }, NOW, sha256);
    const shown: PlanView[] = [
      view(tasks, failed),
      view(tasks, undone, { phase: 'compensating', ...ending }),
      view(tasks, { ...undone, a: { phase: 'compensated' } }, { phase: 'compensated', ...ending, ended_at: NOW }),
    ];
    let at = 0;
    const current = () => shown[at] as PlanView;
    const look = createLook(
      {
        ledger: {
          ticketIdsOfPlan: async () => current().tickets.map(({ ticket_id }) => ticket_id),
          loadTicketStates: async (ids) =>
            current().tickets.flatMap(({ ticket_id, state }) => (ids.includes(ticket_id) ? [state] : [])),
        },
        reader: {
          loadPlan: async () => ({ state: current().plan, version: 1, events: [] }),
          loadTicketSpecs: async (ids) => [...specs, ...undoing].filter(({ ticket_id }) => ids.includes(ticket_id)),
        },
      },
      'plan-1',
    );
    for (; at < shown.length; at++) {
      const seen = (await look(NOW))?.tickets.map(({ task_id, state }) => [task_id, state.phase]);
      expect(seen).toEqual(current().tickets.map(({ task_id, state }) => [task_id, state.phase]));
    }
  });
});

describe('the exit status of a plan', () => {
  it.each<[PlanPhaseName, number]>([
    ['received', EXIT.ok],
    ['awaiting_approval', EXIT.person],
    ['accepted', EXIT.ok],
    ['running', EXIT.ok],
    ['paused', EXIT.ok],
    ['halted', EXIT.person],
    ['compensating', EXIT.failed],
    ['completed', EXIT.ok],
    ['failed', EXIT.failed],
    ['compensated', EXIT.failed],
    ['cancelled', EXIT.failed],
    ['rejected', EXIT.failed],
  ])('that is %s is %d', (phase, status) => {
    expect(exitCodeOfPlan({ phase } as PlanState)).toBe(status);
  });

  it('comes with who did it and why, and with what was undone', () => {
    const summary = (state: Partial<PlanState>) => {
      const seen = view([task('a')], {}, state);
      return summaryOf(seen, timingOf(seen));
    };
    const person = { by: 'ada', why: 'no need' };
    expect(summary({ phase: 'cancelled', ended_at: NOW, ...person })).toMatchObject({
      outcome: 'cancelled',
      ...person,
    });
    const ending = { reason: 'r', failed_tasks: ['a'], compensations: 2, ended_at: NOW };
    expect(summary({ phase: 'compensated', ...ending })).toMatchObject({ reason: 'r', compensations: 2 });
    const halted = { phase: 'halted', reason: 'r', failed_tasks: [], incident_id: 'i', halted_at: NOW } as const;
    expect(summary(halted)).toMatchObject({ outcome: 'halted', incident_id: 'i' });
  });
});

describe('following a plan', () => {
  async function follow(
    hive: Hive,
    between: readonly (() => Promise<unknown>)[],
    changes: object = {},
  ): Promise<PlanView[]> {
    const look = lookAt(hive);
    const seen: PlanView[] = [];
    const steps = [...between];
    for await (const view of followPlan((await look(NOW)) as PlanView, look, options(changes))) {
      seen.push(view);
      await steps.shift()?.();
    }
    return seen;
  }

  it('shows each step until it has completed', async () => {
    const hive = createHive();
    await hive.acceptPlan(plan({ tasks: CHAIN }));
    await hive.registerAgent(registration('x'));
    const seen = await follow(hive, [
      async () => {
        await enter(hive, 'a');
        await work(hive, 'x', 'a');
      },
      async () => {
        await enter(hive, 'b');
        await work(hive, 'x', 'b');
      },
      () => hive.completePlan({ kind: 'plan_machine_completed', plan_id: 'plan-1' }),
    ]);
    const last = seen.at(-1) as PlanView;
    expect(seen.map(({ tickets }) => tickets.filter(({ state }) => state.phase === 'completed').length)).toEqual([
      0, 1, 2, 2,
    ]);
    expect(exitCodeOfPlan(last.plan)).toBe(0);
    expect(summaryOf(last, timingOf(last))).toMatchObject({
      plan_id: 'plan-1',
      outcome: 'completed',
      tickets: [
        { task_id: 'a', status: 'COMPLETED', agent_id: 'x', attempt: 1 },
        { task_id: 'b', status: 'COMPLETED' },
      ],
    });
  });

  it('stops at a plan that waits for approval when asked to, with a status of its own', async () => {
    const hive = createHive();
    await hive.acceptPlan(plan({ requires_approval: true }));
    const seen = await follow(hive, [], { stopForPerson: true });
    expect(seen).toHaveLength(1);
    expect(seen[0] && exitCodeOfPlan(seen[0].plan)).toBe(4);
  });

  it('stops at a plan that has halted when asked to, and else goes on to see it redriven', async () => {
    const ending = { reason: 'r', failed_tasks: [], incident_id: 'i', halted_at: NOW };
    const halted = view(CHAIN, {}, { phase: 'halted', ...ending });
    const ended = view(
      CHAIN,
      { a: { phase: 'skipped' }, b: { phase: 'completed' } },
      { phase: 'completed', ended_at: NOW },
    );
    const phases = async (changes: object) => {
      const seen: string[] = [];
      for await (const { plan } of followPlan(halted, async () => ended, options(changes))) seen.push(plan.phase);
      return seen;
    };
    expect(await phases({ stopForPerson: true })).toEqual(['halted']);
    expect(await phases({})).toEqual(['halted', 'completed']);
  });

  it('gives up after its timeout and says that the plan goes on', async () => {
    const hive = createHive();
    await hive.acceptPlan(plan());
    await expect(follow(hive, [], { timeoutMs: 5000, since: NOW - 5000, flags: ' --name x' })).rejects.toMatchObject({
      code: 'PLAN_WAIT_TIMEOUT',
      message: expect.stringContaining('not ended within 5.0 s; it goes on'),
      detail: { try: expect.stringContaining('hive watch plan-1 --name x') },
    });
  });

  it('ends at an interruption', async () => {
    const hive = createHive();
    await hive.acceptPlan(plan());
    const controller = new AbortController();
    const ending = follow(hive, [async () => controller.abort()], { signal: controller.signal });
    expect(await codeOf(ending)).toBe('INTERRUPTED');
  });
});

describe('what was submitted', () => {
  it('is seen once it is in the ledger', async () => {
    const hive = createHive();
    const raw = plan();
    await hive.acceptPlan(raw);
    const view = await untilSeen(hive.ledger, submitted(raw), lookAt(hive), options());
    expect(view.plan.phase).toBe('running');
  });

  it('is refused with the faults of its rejection', async () => {
    const hive = createHive();
    const raw = plan({ valid_until: NOW - 1 });
    await hive.acceptPlan(raw);
    expect(await wasRejected(hive.ledger, raw)).toBe(true);
    await expect(untilSeen(hive.ledger, submitted(raw), lookAt(hive), options())).rejects.toMatchObject({
      code: 'PLAN_REFUSED',
      detail: { faults: [{ code: 'PLAN_EXPIRED' }] },
    });
  });

  it('is not taken for another plan that has its id', async () => {
    const hive = createHive();
    await hive.acceptPlan(plan());
    const raw = plan({ tasks: [task('other')] });
    await hive.acceptPlan(raw);
    await expect(untilSeen(hive.ledger, submitted(raw), lookAt(hive), options())).rejects.toMatchObject({
      code: 'PLAN_REFUSED',
      detail: { faults: [{ code: 'PLAN_ID_REUSED' }], try: expect.stringContaining('--new-id') },
    });
  });

  it('is waited for no longer than was asked', async () => {
    const hive = createHive();
    const waiting = untilSeen(hive.ledger, submitted(plan()), lookAt(hive), options({ timeoutMs: 0 }));
    expect(await codeOf(waiting)).toBe('PLAN_WAIT_TIMEOUT');
  });
});

describe('--new-id', () => {
  it('issues the plan anew, now, and changes nothing else', () => {
    const old = plan({ created_at: 0 });
    const [one, two] = [reissue(old, NOW), reissue(old, NOW)] as CognitivePlanInput[];
    expect(one?.plan_id).toMatch(/^plan-1-[0-9a-f]{12}-[0-9a-f]{8}$/);
    expect(one?.plan_id).not.toBe(two?.plan_id);
    expect({ ...one, plan_id: old.plan_id, created_at: 0 }).toEqual(old);
    expect(one?.created_at).toBe(NOW);
  });

  it('keeps an id of the greatest length within it', () => {
    const { plan_id } = reissue(plan({ plan_id: '🚀'.repeat(128) }), NOW) as CognitivePlanInput;
    expect(plan_id.length).toBeLessThanOrEqual(256);
    expect(checkPlan(plan({ plan_id })).faults).toEqual([]);
  });

  it.each([[null], [[]], ['text'], [{}], [{ plan_id: 3 }]])('leaves %j to the check', (raw) => {
    expect(reissue(raw, NOW)).toBe(raw);
  });
});

describe('the event on the bus', () => {
  it('is the plan exactly as it was sent', () => {
    const raw = { ...plan(), deadline: null, extra: 'kept' };
    expect(JSON.parse(approvedEntry(raw).Detail)).toEqual(raw);
  });

  it('is refused when EventBridge would, by bytes and not by characters', () => {
    const sized = (text: string) => plan({ reasoning_summary: text });
    const room = MAX_ENTRY_BYTES - JSON.stringify(sized('')).length;
    expect(() => approvedEntry(sized('é'.repeat(room / 2 + 1)))).toThrow(
      expect.objectContaining({ code: 'PLAN_TOO_LARGE_FOR_BUS' }),
    );
    expect(approvedEntry(sized('e'.repeat(room - 100))).DetailType).toBe('CognitivePlanApproved');
  });
});
