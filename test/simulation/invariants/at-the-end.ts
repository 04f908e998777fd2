/** What must hold once everything has come to its end: nothing is left over, and the whole history adds up. */
import type { MemoryTable } from '../../../adapters/memory/table.ts';
import { findBreak, type Recorded } from '../../../core/ledger/chain.ts';
import type { Sha256 } from '../../../core/ports/digest.ts';
import type { AgentRecord } from '../../../core/swarm/agent.ts';
import type { PlayedMachines } from '../../support/played-machines.ts';
import { type Book, DONE, ENDED, must, type PlanBook, TERMINAL, ticketsOf } from './book.ts';
import { trailsAddUp } from './trails.ts';
import type { Witness } from './witness.ts';

/** What is not over yet; empty when all is. */
export function open(book: Book, table: MemoryTable, machines: PlayedMachines): string[] {
  const { tickets, plans } = book;
  return [
    ...[...plans.values()]
      .filter(({ state }) => !ENDED.includes(state.phase))
      .map(({ state }) => `plan ${state.plan_id} is ${state.phase}`),
    ...[...tickets.values()]
      .filter(
        ({ spec, state }) =>
          !TERMINAL.includes(state.phase) && book.plans.get(spec.plan_id)?.state.phase !== 'rejected',
      )
      .map(({ spec, state }) => `ticket ${spec.plan_id}/${spec.task_id} is ${state.phase}`),
    ...[...machines.executions]
      .filter(([, { status }]) => status === 'RUNNING')
      .map(([key, { waiting }]) => `execution of ${key} waits in ${[...waiting.values()].map(({ state }) => state)}`),
    ...agentsOf(table)
      .filter(({ held }) => Object.keys(held).length > 0)
      .map(({ agent_id, held }) => `agent ${agent_id} holds ${Object.keys(held)}`),
    ...table.scan('POOL#').map(({ pk, sk }) => `${sk} waits in ${pk}`),
  ];
}

const agentsOf = (table: MemoryTable): AgentRecord[] =>
  table.scan('AGENT#').map(({ item }) => item as unknown as AgentRecord);

export function checkTheEnd(book: Book, table: MemoryTable, witness: Witness, sha256: Sha256): void {
  chainsAreWhole(table, sha256);
  trailsAddUp(table);
  for (const plan of book.plans.values()) endsAsItSays(book, plan, witness);
  for (const [aggregate, { status }] of book.incidents)
    must(
      status === 'resolved' || !stillHalted(book, aggregate),
      'what was open for a person is closed',
      () => aggregate,
    );
}

function chainsAreWhole(table: MemoryTable, sha256: Sha256): void {
  const chains = new Map<string, Recorded[]>();
  for (const { pk, sk, item } of table.scan()) {
    if (!sk.startsWith('EVENT#')) continue;
    const chain = chains.get(pk);
    if (chain) chain.push(item.record as Recorded);
    else chains.set(pk, [item.record as Recorded]);
  }
  for (const [pk, records] of chains) {
    const broken = findBreak(records, sha256);
    must(broken === undefined, 'the hash chain is whole', () => `${pk} breaks at ${broken}`);
  }
}

function endsAsItSays(book: Book, { model, state, executions }: PlanBook, witness: Witness): void {
  const { plan_id, phase } = state;
  const tasks = ticketsOf(book, plan_id, false);
  const told = () => `${plan_id} is ${phase}: ${tasks.map((t) => `${t.spec.task_id} ${t.state.phase}`).join(', ')}`;
  const done = tasks.filter((ticket) => DONE.includes(ticket.state.phase));
  must(phase !== 'completed' || done.length === model.tasks.size, 'a plan completes when all of it is done', told);
  must(
    phase !== 'compensated' ||
      tasks.every((t) => t.state.phase !== 'compensating' && !(t.state.phase === 'completed' && t.task.compensable)),
    'all is undone in the end',
    told,
  );
  must(
    phase === 'compensated' || tasks.every((t) => !['compensating', 'compensated'].includes(t.state.phase)),
    'only a plan that is undone undoes',
    told,
  );
  // Left to itself, a plan that goes on past failures does all that does not depend on them.
  const verbs = ['cancelPlan', 'rejectPlan', 'redrivePlan', 'skipTicket'].some((verb) =>
    witness.pressed(verb, plan_id),
  );
  const late = 'ended_at' in state && state.ended_at >= state.deadline - 1000;
  if (model.plan.on_failure !== 'continue' || verbs || late) return;
  if ([...executions].some((arn) => witness.tampered(arn))) return;
  const failed = new Set(tasks.filter((t) => t.state.phase === 'failed').map(({ task }) => task.task_id));
  for (const { task, state: ticket } of tasks) {
    const dependsOnFailure = [...task.before].some((id) => failed.has(id));
    const as = dependsOnFailure ? ticket.phase === 'cancelled' : ['completed', 'failed'].includes(ticket.phase);
    must(as, 'a plan goes on past failures', told);
  }
}

/** A halted plan that was given up instead of mended leaves its incident open for whoever looks into it. */
const stillHalted = (book: Book, _aggregate: string): boolean =>
  [...book.plans.values()].some(({ state }) => state.phase === 'halted');
