import { basename } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sha256 } from '../../../adapters/system/digest.ts';
import { executionTicket } from '../../../core/messages/execution-ticket.ts';
import {
  COMPENSATION_DEADLINE_MS,
  type CompensableTask,
  type CompensationStep,
  compensationOrder,
  MAX_OUTPUT_BYTES,
  mintCompensations,
} from '../../../core/plan/compensation.ts';
import { compensationIdOf } from '../../../core/ticket/ids.ts';
import type { TicketSpec } from '../../../core/ticket/state.ts';
import { toExecutionTicket } from '../../../core/ticket/view.ts';
import { closureOfPlan } from '../../support/plan-order.ts';
import { dependent, NOW, type TaskInput, task, ticketsOf } from '../../support/plans.ts';
import { dags } from '../../support/random-dags.ts';
import { historyTo, replayTicket } from '../../support/ticket-histories.ts';
import { wfformatFiles, wfformatTasks } from '../../support/wfformat-files.ts';

const FAILED_AT = NOW + 1000;

/** A DAG, and for each of its tasks whether it is compensable and whether it is done. */
const settings = dags.chain((tasks) => {
  const flags = fc.array(fc.boolean(), { minLength: tasks.length, maxLength: tasks.length });
  return fc.tuple(flags, flags).map(([compensable, done]) => ({
    tasks: tasks.map((of, at): CompensableTask => ({ ...of, compensable: compensable[at] === true })),
    done: new Set(tasks.filter((_, at) => done[at]).map((of) => of.task_id)),
  }));
});

const pair = (first: string, second: string) => `${first} < ${second}`;

/** "b is undone before a" for all a that the plan orders before b, of those that are done and compensable. */
function reversed(tasks: readonly CompensableTask[], done: ReadonlySet<string>): string[] {
  const undone = new Set(tasks.filter((of) => of.compensable && done.has(of.task_id)).map((of) => of.task_id));
  const closure = closureOfPlan(tasks.map((of) => ({ ...of, required_capabilities: [] })));
  return [...closure].flatMap(([a, later]) =>
    undone.has(a) ? [...later].filter((b) => undone.has(b)).map((b) => pair(b, a)) : [],
  );
}

/** All that the steps enforce, directly or through others. */
function enforced(steps: readonly CompensationStep[]): string[] {
  const before = new Map<string, Set<string>>();
  for (const { task_id, after } of steps) {
    const all = new Set<string>();
    for (const id of after) for (const earlier of [id, ...(before.get(id) as Set<string>)]) all.add(earlier);
    before.set(task_id, all);
  }
  return [...before].flatMap(([id, earlier]) => [...earlier].map((of) => pair(of, id)));
}

describe('the order of compensation', () => {
  it('is the reverse of the plan’s partial order, restricted to what was done and can be undone', () => {
    fc.assert(
      fc.property(settings, ({ tasks, done }) => {
        const steps = compensationOrder(tasks, done);
        expect(enforced(steps).sort()).toEqual(reversed(tasks, done).sort());
        const undone = tasks.filter((of) => of.compensable && done.has(of.task_id)).map((of) => of.task_id);
        expect(steps.map((step) => step.task_id).sort()).toEqual(undone.sort());
      }),
      { numRuns: 500 },
    );
  });

  it('names no predecessor that others of the same step imply', () => {
    fc.assert(
      fc.property(settings, ({ tasks, done }) => {
        const steps = compensationOrder(tasks, done);
        for (const step of steps)
          for (const left of step.after) {
            const without = steps.map((of) =>
              of === step ? { ...of, after: of.after.filter((id) => id !== left) } : of,
            );
            expect(enforced(without)).not.toContain(pair(left, step.task_id));
          }
      }),
    );
  });

  it('does not depend on the order in which tasks and dependencies are listed', () => {
    fc.assert(
      fc.property(settings, ({ tasks, done }) => {
        const turned = tasks.toReversed().map((of) => ({ ...of, dependencies: of.dependencies.toReversed() }));
        expect(compensationOrder(turned, new Set([...done].reverse()))).toEqual(compensationOrder(tasks, done));
      }),
    );
  });

  it('keeps what lies on either side of a task that is not undone in order', () => {
    const chain = (compensable: boolean) => [
      { task_id: 'a', dependencies: [], compensable: true },
      { task_id: 'b', dependencies: ['a'], compensable },
      { task_id: 'c', dependencies: ['b'], compensable: true },
    ];
    const steps = [
      { task_id: 'c', after: [] },
      { task_id: 'a', after: ['c'] },
    ];
    expect(compensationOrder(chain(false), new Set(['a', 'b', 'c']))).toEqual(steps);
    expect(compensationOrder(chain(true), new Set(['a', 'c']))).toEqual(steps);
  });

  it('is empty where nothing was done, nothing can be undone, or there are no tasks', () => {
    const one = { task_id: 'a', dependencies: [] };
    expect(compensationOrder([], new Set(['a']))).toEqual([]);
    expect(compensationOrder([{ ...one, compensable: true }], new Set())).toEqual([]);
    expect(compensationOrder([{ ...one, compensable: false }], new Set(['a']))).toEqual([]);
    expect(compensationOrder([{ ...one, compensable: true }], new Set(['a']))).toEqual([{ task_id: 'a', after: [] }]);
  });

  const files = wfformatFiles();
  it.skipIf(files.length === 0).each(files.map((file) => [basename(file), file]))(
    'is the reverse of the recorded workflow %s',
    (_, file) => {
      const tasks = wfformatTasks(file as string).map((of, at) => ({ ...of, compensable: at % 3 !== 0 }));
      const done = new Set(tasks.filter((_of, at) => at % 7 !== 0).map((of) => of.task_id));
      expect(enforced(compensationOrder(tasks, done)).sort()).toEqual(reversed(tasks, done).sort());
    },
  );
});

describe('compensation tickets', () => {
  const undoable = (task_id: string, ...dependencies: string[]): TaskInput => ({
    ...dependent(task_id, ...dependencies),
    required_capabilities: ['deploy'],
    metadata: { team: 'red' },
    compensation: { parameters: { undo: task_id } },
  });
  const specs = ticketsOf({
    tasks: [undoable('a'), dependent('b', 'a'), undoable('c', 'b'), undoable('d', 'a')],
    on_failure: 'compensate',
  });
  const idOf = (taskId: string) => (specs.find((of) => of.task_id === taskId) as TicketSpec).ticket_id;
  const undoOf = (taskId: string) => compensationIdOf('plan-1', taskId, sha256);
  const mint = (outputs: Record<string, Record<string, string>> = {}, done = ['a', 'b', 'c', 'd'], of = specs) =>
    mintCompensations(
      {
        specs: of,
        outputs: new Map(Object.entries(outputs).map(([taskId, output]) => [idOf(taskId), output])),
        done: new Set(done.map(idOf)),
      },
      FAILED_AT,
      sha256,
    );
  const minted = (taskId: string, tickets: readonly TicketSpec[]) =>
    tickets.find((of) => of.compensates === idOf(taskId)) as TicketSpec;

  it('undo the done tasks that say how, gated in reverse', () => {
    const tickets = mint();
    expect(tickets.map((of) => of.task_id).sort()).toEqual(['undo:a', 'undo:c', 'undo:d']);
    const [a, c, d] = ['a', 'c', 'd'].map((id) => minted(id, tickets)) as [TicketSpec, TicketSpec, TicketSpec];
    expect([...a.gated_by].sort()).toEqual([undoOf('c'), undoOf('d')].sort());
    expect(a.releases).toEqual([]);
    for (const first of [c, d]) {
      expect(first.gated_by).toEqual([]);
      expect(first.releases).toEqual([undoOf('a')]);
    }
    for (const ticket of tickets) expect(ticket.dependencies).toEqual(ticket.gated_by);
  });

  it('are the same whoever mints them again, and carry ids of their own', () => {
    expect(mint()).toEqual(mint());
    const ids = mint().map((of) => of.ticket_id);
    expect(ids).toEqual(mint().map((of) => undoOf(of.task_id.slice('undo:'.length))));
    for (const id of ids) expect(specs.map((of) => of.ticket_id)).not.toContain(id);
  });

  it('ask the same capabilities for the undoing, with the parameters that the task declares for it', () => {
    const original = specs.find((of) => of.task_id === 'c') as TicketSpec;
    const ticket = minted('c', mint({ c: { url: 'https://example.org' } }));
    expect(ticket).toMatchObject({
      task_type: 'COMPENSATE',
      task_id: 'undo:c',
      compensates: original.ticket_id,
      parameters: { undo: 'c' },
      required_capabilities: ['deploy'],
      pool: original.pool,
      sla: original.sla,
      qos: original.qos,
      created_at: FAILED_AT,
      metadata: { team: 'red', task_type: 'query', compensates: original.ticket_id, undo: 'c' },
    });
    expect(JSON.parse(ticket.metadata.output as string)).toEqual({ url: 'https://example.org' });
    expect(ticket).not.toHaveProperty('compensation');
  });

  it('name the task type that the compensation asks for', () => {
    const typed = ticketsOf({ tasks: [task('a', { compensation: { task_type: 'rollback', parameters: {} } })] });
    expect(minted('a', mint({}, ['a'], typed)).metadata).toMatchObject({ task_type: 'rollback' });
  });

  it('are not cut off by the deadline of the plan', () => {
    for (const ticket of mint()) expect(ticket.plan_deadline).toBe(FAILED_AT + COMPENSATION_DEADLINE_MS);
  });

  it('carry an output up to its limit in UTF-8, and name the ticket that has a longer one', () => {
    const overhead = JSON.stringify({ k: '' }).length;
    const fits = 'é'.repeat((MAX_OUTPUT_BYTES - overhead) / 2);
    expect(minted('a', mint({ a: { k: fits } })).metadata).toMatchObject({ output: JSON.stringify({ k: fits }) });
    const longer = minted('a', mint({ a: { k: `${fits}e` } })).metadata;
    expect(longer).toMatchObject({ output_ticket: idOf('a') });
    expect(longer).not.toHaveProperty('output');
  });

  it('do not pass off what the plan’s author put in the metadata as the output', () => {
    const forged = specs.map((of) => ({ ...of, metadata: { output: 'forged', output_ticket: 'forged' } }));
    expect(minted('a', mint({}, ['a'], forged)).metadata).not.toHaveProperty('output');
    expect(minted('a', mint({}, ['a'], forged)).metadata).toMatchObject({ output_ticket: idOf('a') });
    expect(minted('a', mint({ a: {} }, ['a'], forged)).metadata).not.toHaveProperty('output_ticket');
  });

  it('are execution tickets to the outside', () => {
    for (const spec of mint()) {
      const state = replayTicket(historyTo('created', spec));
      const view = executionTicket.parse(JSON.parse(JSON.stringify(toExecutionTicket({ spec, state }))));
      expect(view).toMatchObject({ status: 'PENDING', task_type: 'COMPENSATE' });
      expect(view).not.toHaveProperty('compensates');
    }
  });

  it('are none where nothing that was done can be undone', () => {
    expect(mint({}, ['b'])).toEqual([]);
    expect(mint({}, [])).toEqual([]);
  });
});
