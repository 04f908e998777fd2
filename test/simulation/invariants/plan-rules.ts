/** What must hold of each event of a plan, the moment it is written. */
import type { Recorded } from '../../../core/ledger/chain.ts';
import type { PlanEvent } from '../../../core/plan/events.ts';
import { type Book, DONE, must, type PlanBook, TERMINAL, type TicketBook, ticketsOf } from './book.ts';
import type { Witness } from './witness.ts';

/** @param plan as it stood before the event */
export function checkPlanEvent(book: Book, witness: Witness, plan: PlanBook, { event, at }: Recorded<PlanEvent>) {
  const { plan_id } = plan.state;
  const tasks = ticketsOf(book, plan_id, false);
  const pressed = (verb: string) =>
    must(
      witness.pressed(verb, plan_id),
      'operators do what they are said to',
      () => `${event.type} of ${plan_id}: nobody has called ${verb}`,
    );
  const allMinted = () =>
    must(
      tasks.length === plan.model.tasks.size,
      'a plan has all its tickets',
      () => `${plan_id} has ${tasks.length} of ${plan.model.tasks.size}`,
    );
  const allAtTheirEnd = () =>
    must(
      tasks.every(({ state }) => TERMINAL.includes(state.phase)),
      'nothing is open in a plan that has ended',
      () => `${event.type} of ${plan_id} with ${phasesOf(tasks)}`,
    );
  switch (event.type) {
    case 'PlanAccepted':
      allMinted();
      if (plan.model.needsApproval) pressed('approvePlan');
      return;
    case 'PlanApprovalRejected':
      return pressed('rejectPlan');
    case 'PlanPaused':
      return pressed('pausePlan');
    case 'PlanResumed':
      return pressed('resumePlan');
    case 'PlanRedriven':
      pressed('redrivePlan');
      must(event.deadline > at, 'a redriven plan has time', () => plan_id);
      return;
    case 'PlanHalted':
      must(plan.model.plan.on_failure === 'halt', 'a plan fails as it says', () => `${plan_id} halts`);
      return mayFail(witness, plan, tasks, at);
    case 'PlanCompensating':
      allMinted();
      allAtTheirEnd();
      must(plan.model.plan.on_failure === 'compensate', 'a plan fails as it says', () => `${plan_id} is undone`);
      if (event.operator === undefined) mayFail(witness, plan, tasks, at);
      else pressed('cancelPlan');
      return isToBeUndone(book, plan, event.compensations);
    case 'PlanCompensated': {
      const undone = ticketsOf(book, plan_id, true);
      must(
        undone.every(({ state }) => DONE.includes(state.phase)) && undone.length === event.compensations,
        'all is undone in the end',
        () => `${plan_id}: ${event.compensations} to undo, ${phasesOf(undone)}`,
      );
      return;
    }
    case 'PlanCompleted':
      must(
        tasks.length === plan.model.tasks.size && tasks.every(({ state }) => DONE.includes(state.phase)),
        'a plan completes when all of it is done',
        () => `${plan_id}: ${phasesOf(tasks)}`,
      );
      return;
    case 'PlanFailed':
    case 'PlanCancelled':
      if (plan.state.phase !== 'received') {
        allAtTheirEnd();
        must(
          plan.model.plan.on_failure !== 'compensate' || toUndo(tasks).length === 0,
          'a plan fails as it says',
          () => `${plan_id} ends, ${toUndo(tasks).length} tasks are not undone`,
        );
      }
      if (event.type === 'PlanCancelled') pressed('cancelPlan');
      else mayFail(witness, plan, tasks, at);
      return;
    default:
      return;
  }
}

const phasesOf = (tickets: readonly TicketBook[]): string =>
  tickets.map(({ spec, state }) => `${spec.task_id} ${state.phase}`).join(', ');

/** What an agent has done, and says how it is undone. */
const toUndo = (tasks: readonly TicketBook[]): TicketBook[] =>
  tasks.filter(({ task, state }) => task.compensable && DONE.includes(state.phase) && state.phase !== 'skipped');

/** No plan fails for nothing: a task has failed, its time is over, somebody has been at its execution. */
function mayFail(witness: Witness, { model, state, executions }: PlanBook, tasks: TicketBook[], at: number): void {
  const failed = tasks.some((ticket) => ticket.failed);
  const late = at >= state.deadline - 1000;
  const tampered = [...executions].some((arn) => witness.tampered(arn));
  // Whoever cancels it may die between its tickets and itself: then its machine fails it.
  const given = witness.pressed('cancelPlan', state.plan_id);
  must(
    failed || late || tampered || given,
    'no plan fails for nothing',
    () => `${model.plan.plan_id}: ${phasesOf(tasks)}`,
  );
}

/** The set is exact, and so is the order: the DAG's, restricted to the set and reversed. */
function isToBeUndone(book: Book, { model, state }: PlanBook, told: number): void {
  const { plan_id } = state;
  const expected = new Map(toUndo(ticketsOf(book, plan_id, false)).map((ticket) => [ticket.task.task_id, ticket]));
  const undoing = ticketsOf(book, plan_id, true);
  const names = undoing.map(({ task }) => task.task_id).sort();
  must(
    names.join() === [...expected.keys()].sort().join() && told === names.length,
    'undone is exactly what was done',
    () => `${plan_id}: ${names.join()} instead of ${[...expected.keys()].sort().join()}, told ${told}`,
  );
  const taskOf = new Map(undoing.map(({ spec, task }) => [spec.ticket_id, task.task_id]));
  const waitsFor = new Map(
    undoing.map(({ spec, task }) => [task.task_id, spec.gated_by.map((id) => taskOf.get(id) ?? id)]),
  );
  const reach = (id: string, into = new Set<string>()): Set<string> => {
    for (const other of waitsFor.get(id) ?? [])
      if (!into.has(other)) {
        into.add(other);
        reach(other, into);
      }
    return into;
  };
  for (const id of names) {
    const after = [...(model.tasks.get(id)?.after ?? [])].filter((other) => expected.has(other)).sort();
    must(
      [...reach(id)].sort().join() === after.join(),
      'undone in reverse of the DAG',
      () => `${plan_id}: undoing ${id} waits for ${[...reach(id)].join()} instead of ${after.join()}`,
    );
  }
}
