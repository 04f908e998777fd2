/** Looks at every commit, the moment it is written: at the aggregates in it, and what they hold. */
import type { MemoryItem, MemoryTable } from '../../../adapters/memory/table.ts';
import { reduceIncident } from '../../../core/incident/incident.ts';
import type { Head, Recorded } from '../../../core/ledger/chain.ts';
import { GENESIS } from '../../../core/ledger/chain.ts';
import { reducePlan } from '../../../core/plan/reducer.ts';
import type { PlanState } from '../../../core/plan/state.ts';
import type { Write } from '../../../core/ports/ledger.ts';
import type { QueueEntry } from '../../../core/schedule/queue-entry.ts';
import type { AgentRecord } from '../../../core/swarm/agent.ts';
import { type HealthEvent, type HealthState, reduceHealth } from '../../../core/swarm/health/state.ts';
import { reduceTicket } from '../../../core/ticket/reducer.ts';
import { holderOf, type TicketState } from '../../../core/ticket/state.ts';
import { type Book, must, type PlanBook, type TicketBook } from './book.ts';
import { checkPlanEvent } from './plan-rules.ts';
import { checkTicketEvent } from './ticket-rules.ts';
import type { Witness } from './witness.ts';

export interface LedgerWatch {
  readonly book: Book;
  committed(writes: readonly Write[]): void;
  touched(ticketId: string, at: number, now: number): void;
}

export function createLedgerWatch(table: MemoryTable, witness: Witness, models: Book['models']): LedgerWatch {
  const book: Book = { models, tickets: new Map(), plans: new Map(), incidents: new Map() };
  const stateAt = (pk: string): MemoryItem => table.get({ pk, sk: 'STATE' }) ?? {};

  function link(head: Head, at: number, record: Recorded): Head {
    must(
      record.version === head.version + 1 && record.prev_hash === head.hash,
      'the hash chain is whole',
      () => `${record.aggregate} ${record.version} after ${head.version}`,
    );
    must(
      record.at >= at,
      'events are in order of time',
      () => `${record.aggregate} ${record.version}: ${at} ${record.at}`,
    );
    return { version: record.version, hash: record.hash };
  }

  function stands(pk: string, head: Head, state: unknown): void {
    const item = stateAt(pk);
    must(
      item.version === head.version && item.hash === head.hash && JSON.stringify(item.state) === JSON.stringify(state),
      'reduce(events) = state',
      () => `${pk}: ${JSON.stringify(item.state)} instead of ${JSON.stringify(state)}`,
    );
  }

  function ticketBook(record: Recorded<never>): TicketBook {
    const id = record.aggregate.slice('TICKET#'.length);
    const known = book.tickets.get(id);
    if (known !== undefined) return known;
    const { event } = record as Recorded as Recorded<{ type: 'TicketCreated'; spec: TicketBook['spec'] }>;
    const { spec } = event;
    const model = models.get(spec.plan_id);
    const undoes = spec.compensates !== undefined;
    const task = model?.tasks.get(undoes ? spec.task_id.slice('undo:'.length) : spec.task_id);
    must(model !== undefined && task !== undefined, 'tickets are of tasks', () => `${spec.plan_id}/${spec.task_id}`);
    const state = undefined as unknown as TicketState;
    const counts = { over: new Set<number>(), failures: 0, claimed: false, completions: 0, failed: false };
    const atMostOnce = task.atMostOnce && !undoes;
    const made: TicketBook = { spec, model, task, undoes, atMostOnce, head: GENESIS, at: 0, state, ...counts };
    book.tickets.set(id, made);
    return made;
  }

  function appendTicket(records: readonly Recorded[]): TicketBook {
    const ticket = ticketBook(records[0] as Recorded<never>);
    for (const record of records as readonly Recorded<never>[]) {
      ticket.head = link(ticket.head, ticket.at, record);
      ticket.at = record.at;
      if (ticket.state !== undefined) checkTicketEvent(book, witness, ticket, record);
      count(ticket, record);
      ticket.state = reduceTicket(ticket.state, record);
    }
    stands(`TICKET#${ticket.spec.ticket_id}`, ticket.head, ticket.state);
    return ticket;
  }

  function appendPlan(records: readonly Recorded[], told: PlanState): void {
    const { plan_id } = told;
    for (const record of records as readonly Recorded<never>[]) {
      const known = book.plans.get(plan_id);
      if (known !== undefined) checkPlanEvent(book, witness, known, record);
      const model = models.get(plan_id);
      must(model !== undefined, 'plans are those that were sent', () => plan_id);
      const state = reducePlan(known?.state, record);
      const plan: PlanBook = known ?? { model, head: GENESIS, at: 0, state, since: record.at, executions: new Set() };
      if (known?.state.phase !== state.phase) plan.since = record.at;
      Object.assign(plan, { head: link(plan.head, plan.at, record), at: record.at, state });
      if ('execution_arn' in state && state.execution_arn !== undefined) plan.executions.add(state.execution_arn);
      book.plans.set(plan_id, plan);
      stands(`PLAN#${plan_id}`, plan.head, state);
    }
  }

  function appendIncident(records: readonly Recorded[]): void {
    for (const record of records as readonly Recorded<never>[]) {
      const known = book.incidents.get(record.aggregate);
      const head = link(known?.head ?? GENESIS, 0, record);
      const before = known && ({ status: known.status } as never);
      const { status } = reduceIncident(before, record);
      book.incidents.set(record.aggregate, { head, status });
    }
  }

  const health = new Map<string, { head: Head; at: number; state: HealthState | undefined }>();

  function appendHealth(records: readonly Recorded[], told: HealthState): void {
    const { agent_id } = told;
    for (const record of records as readonly Recorded<HealthEvent>[]) {
      const known = health.get(agent_id) ?? { head: GENESIS, at: 0, state: undefined };
      const state = reduceHealth(known.state, record);
      const head = link(known.head, known.at, record);
      health.set(agent_id, { head, at: record.at, state });
      stands(`HEALTH#${agent_id}`, head, state);
    }
    must(
      JSON.stringify(agentAt(agent_id)?.standing) === JSON.stringify(health.get(agent_id)?.state),
      'rounds see how an agent stands',
      () => agent_id,
    );
  }

  /** Slots and places in queues follow the ticket's state in the same commit. */
  function holds(ticket: TicketBook, before: TicketState | undefined): void {
    const { state, spec } = ticket;
    const name = `${spec.plan_id}/${spec.task_id}`;
    const [was, is] = [before && holderOf(before), holderOf(state)];
    if (was !== undefined && was !== is)
      must(
        !Object.hasOwn(agentAt(was)?.held ?? {}, spec.ticket_id),
        'slots are those of assigned tickets',
        () => `${was} still holds ${name}`,
      );
    if (is !== undefined)
      must(
        agentAt(is)?.held[spec.ticket_id]?.attempt === state.attempts,
        'slots are those of assigned tickets',
        () => `${is} does not hold ${name}`,
      );
    if (is !== undefined && is !== was)
      must(
        agentAt(is)?.standing?.quarantined === undefined,
        'who is set apart is given nothing',
        () => `${is} gets ${name}`,
      );
    if (before?.phase === 'ready' && (state.phase !== 'ready' || state.queue_key !== before.queue_key))
      must(entryAt(before) === undefined, 'the queue is exactly the ready tickets', () => `${name} is still queued`);
    if (state.phase === 'ready')
      must(
        entryAt(state)?.ticket_id === spec.ticket_id && entryAt(state)?.attempt === state.attempts + 1,
        'the queue is exactly the ready tickets',
        () => `${name} is not queued`,
      );
  }

  const agentAt = (id: string) => table.get({ pk: `AGENT#${id}`, sk: 'STATE' }) as AgentRecord | undefined;
  const entryAt = ({ pool, queue_key }: TicketState & { phase: 'ready' }) =>
    table.get({ pk: `POOL#${pool}`, sk: queue_key })?.entry as QueueEntry | undefined;

  function withinCapacity(id: string): void {
    const agent = agentAt(id);
    const held = Object.keys(agent?.held ?? {}).length;
    must(agent !== undefined && held <= agent.capacity, 'slots are within capacity', () => `${id} holds ${held}`);
  }

  return {
    book,
    committed(writes) {
      const touched = new Map<TicketBook, TicketState | undefined>();
      for (const write of writes) {
        if (write.kind === 'append_ticket') {
          const before = book.tickets.get(write.state.ticket_id)?.state;
          touched.set(appendTicket(write.records), before);
        } else if (write.kind === 'append_plan') appendPlan(write.records, write.state);
        else if (write.kind === 'append_incident') appendIncident(write.records);
        else if (write.kind === 'append_health') appendHealth(write.records, write.state);
      }
      for (const [ticket, before] of touched) holds(ticket, before);
      for (const write of writes) if (write.kind === 'hold_slot') withinCapacity(write.agent_id);
    },
    touched(ticketId, at, now) {
      const ticket = book.tickets.get(ticketId);
      if (ticket === undefined || at < (ticket.touched?.at ?? 0)) return;
      ticket.touched = { at, noted: now };
    },
  };
}

function count(ticket: TicketBook, { event }: Recorded<never>): void {
  const { type, ...said } = event as { type: string; attempt?: number; cause?: string; operator?: unknown };
  const over = () => said.attempt !== undefined && ticket.over.add(said.attempt);
  switch (type) {
    case 'TicketStarted':
      ticket.claimed = true;
      delete ticket.touched;
      break;
    case 'AttemptFailed':
      over();
      if (!['claim_timeout', 'taken_back', 'handed_back', 'operator', 'revoked'].includes(said.cause ?? ''))
        ticket.failures++;
      if (said.cause === 'operator') ticket.claimed = false;
      break;
    case 'TicketFailed':
    case 'TicketEscalated':
      over();
      ticket.failed = true;
      break;
    case 'TicketCompleted':
      over();
      ticket.completions++;
      break;
    case 'TicketReady':
      if (said.operator === undefined) break;
      ticket.claimed = false;
      if (ticket.state.phase === 'awaiting_person') ticket.failures = 0;
      break;
    case 'TicketReopened':
      ticket.failed = false;
      ticket.claimed = false;
      ticket.failures = 0;
      break;
    case 'TicketCancelled':
    case 'TicketSkipped':
    case 'TicketWithdrawn':
      if ('attempt' in ticket.state && ticket.state.attempt !== undefined) ticket.over.add(ticket.state.attempt);
  }
}
