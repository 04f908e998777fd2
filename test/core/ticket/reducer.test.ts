import { describe, expect, it } from 'vitest';
import { HiveError } from '../../../core/errors.ts';
import type { Recorded } from '../../../core/ledger/chain.ts';
import { executionTicket } from '../../../core/messages/execution-ticket.ts';
import type { TicketEvent } from '../../../core/ticket/events.ts';
import { reduceTicket } from '../../../core/ticket/reducer.ts';
import type { PhaseName, TicketState } from '../../../core/ticket/state.ts';
import { STATUS_OF_PHASE, toExecutionTicket } from '../../../core/ticket/view.ts';
import { dependent, NOW, task, ticketsOf } from '../../support/plans.ts';

const [spec] = ticketsOf({ tasks: [task('a'), dependent('b', 'a')] });
if (spec === undefined) throw new Error('a ticket');
const GATE = '11111111-1111-8111-8111-111111111111';
const OTHER = '22222222-2222-8222-8222-222222222222';

const explanation = { strategy: 's', waited_ms: 0, queue_position: 1, queue_length: 1, candidates: [] };
const holder = { agent_id: 'agent', attempt: 1 };
const end = { ...holder, duration_ms: 5, result_digest: 'digest' };
const result = { success: true, output: {}, metadata: {}, logs: [] };
const EVENTS = {
  TicketCreated: { type: 'TicketCreated', spec },
  TicketGated: { type: 'TicketGated', task_token: 'token' },
  GateOpened: { type: 'GateOpened', by: GATE },
  'TicketReady (entered)': { type: 'TicketReady', pool: 'any', queue_key: 'key', task_token: 'token' },
  'TicketReady (last gate)': { type: 'TicketReady', pool: 'any', queue_key: 'key', by: GATE },
  TicketAssigned: { type: 'TicketAssigned', ...holder, explanation },
  TicketStarted: { type: 'TicketStarted', ...holder, claim_digest: 'claim', timeout_at: NOW + 1 },
  TicketCompleted: { type: 'TicketCompleted', ...end, result },
  TicketFailed: { type: 'TicketFailed', ...end, error_code: 'E', error_message: 'no', retryable: true },
  TicketCancelled: { type: 'TicketCancelled', reason: 'why' },
} satisfies Record<string, TicketEvent>;
type EventName = keyof typeof EVENTS;

const recorded = (event: TicketEvent, version: number): Recorded<TicketEvent> => ({
  aggregate: 'TICKET#1',
  version,
  at: NOW + version,
  subject: {},
  event,
  prev_hash: '',
  hash: '',
});

function replay(...events: TicketEvent[]): TicketState | undefined {
  return events.reduce<TicketState | undefined>(
    (state, event, index) => reduceTicket(state, recorded(event, index + 1)),
    undefined,
  );
}

const { TicketCreated: created, TicketGated: gated, TicketAssigned: assigned, TicketStarted: started } = EVENTS;
const ready = EVENTS['TicketReady (entered)'];
const createdWith = (...gated_by: string[]): TicketEvent => ({ ...created, spec: { ...spec, gated_by } });

/** A history that leads to each phase; two for phases that gates make two of. */
const HISTORIES: Record<string, TicketEvent[]> = {
  nothing: [],
  created: [created],
  'created, one gate closed': [createdWith(GATE)],
  'gated, one gate closed': [createdWith(GATE), gated],
  'gated, two gates closed': [createdWith(GATE, OTHER), gated],
  ready: [created, ready],
  assigned: [created, ready, assigned],
  running: [created, ready, assigned, started],
  completed: [created, ready, assigned, started, EVENTS.TicketCompleted],
  failed: [created, ready, assigned, started, EVENTS.TicketFailed],
  cancelled: [created, EVENTS.TicketCancelled],
};

/** Every transition there is: what is not here is refused. */
const ALLOWED: Record<string, Partial<Record<EventName, PhaseName>>> = {
  nothing: { TicketCreated: 'created' },
  created: { 'TicketReady (entered)': 'ready', TicketCancelled: 'cancelled' },
  'created, one gate closed': { TicketGated: 'gated', GateOpened: 'created', TicketCancelled: 'cancelled' },
  'gated, one gate closed': { GateOpened: 'gated', 'TicketReady (last gate)': 'ready', TicketCancelled: 'cancelled' },
  'gated, two gates closed': { GateOpened: 'gated', TicketCancelled: 'cancelled' },
  ready: { TicketAssigned: 'assigned', TicketCancelled: 'cancelled' },
  assigned: { TicketStarted: 'running', TicketCancelled: 'cancelled' },
  running: { TicketCompleted: 'completed', TicketFailed: 'failed', TicketCancelled: 'cancelled' },
  completed: {},
  failed: {},
  cancelled: {},
};

const cases = Object.keys(HISTORIES).flatMap((from) =>
  (Object.keys(EVENTS) as EventName[]).map((name) => [from, name, ALLOWED[from]?.[name]] as const),
);

describe("the ticket's state machine", () => {
  it.each(cases)('%s takes %s to: %s', (from, name, to) => {
    const history = HISTORIES[from] ?? [];
    const state = replay(...history);
    const before = structuredClone(state);
    const reduce = () => reduceTicket(state, recorded(EVENTS[name], history.length + 1));
    if (to !== undefined) expect(reduce().phase).toBe(to);
    else {
      expect(reduce).toThrow(HiveError);
      expect(reduce).toThrow(
        expect.objectContaining({
          code: 'TICKET_TRANSITION_INVALID',
          detail: expect.objectContaining({ phase: before?.phase ?? 'nothing', event: EVENTS[name].type }),
        }),
      );
    }
    expect(state).toEqual(before);
  });

  it.each([
    ['an assignment of another attempt than the next', 'ready', { ...assigned, attempt: 2 }],
    ['a start by another agent', 'assigned', { ...started, agent_id: 'other' }],
    ['a start of another attempt', 'assigned', { ...started, attempt: 2 }],
    ['an end by another agent', 'running', { ...EVENTS.TicketCompleted, agent_id: 'other' }],
    ['an end of another attempt', 'running', { ...EVENTS.TicketFailed, attempt: 2 }],
    ['a gate that it does not wait for', 'gated, one gate closed', { ...EVENTS.GateOpened, by: OTHER }],
    ['readiness by a gate that is not its last', 'gated, two gates closed', EVENTS['TicketReady (last gate)']],
    ['readiness by entry while a gate is closed', 'created, one gate closed', ready],
  ] as const)('refuses %s', (_, from, event) => {
    const state = replay(...(HISTORIES[from] ?? []));
    expect(() => reduceTicket(state, recorded(event, 9))).toThrow(
      expect.objectContaining({ code: 'TICKET_TRANSITION_INVALID' }),
    );
  });

  it('remembers which event carries the task token, whichever way the ticket became ready', () => {
    expect(replay(created, ready)?.token_version).toBe(2);
    expect(replay(createdWith(GATE), gated, EVENTS['TicketReady (last gate)'])?.token_version).toBe(2);
    const early = replay(createdWith(GATE), EVENTS.GateOpened, ready);
    expect(early).toMatchObject({ phase: 'ready', token_version: 3, unmet: [] });
  });

  it('remembers whose slot a cancelled ticket left free', () => {
    expect(replay(created, ready, assigned, EVENTS.TicketCancelled)).toMatchObject({ held_by: 'agent' });
    expect(replay(created, ready, EVENTS.TicketCancelled)).not.toHaveProperty('held_by');
  });

  it('shows each phase as exactly one of the six statuses, in a message of the schema', () => {
    for (const history of Object.values(HISTORIES).slice(1)) {
      const state = replay(...history);
      if (state === undefined) throw new Error('a state');
      const view = executionTicket.parse(JSON.parse(JSON.stringify(toExecutionTicket({ spec, state }))));
      expect(view.status).toBe(STATUS_OF_PHASE[state.phase]);
    }
    expect(STATUS_OF_PHASE).toEqual({
      created: 'PENDING',
      gated: 'PENDING',
      ready: 'PENDING',
      assigned: 'PENDING',
      running: 'RUNNING',
      completed: 'COMPLETED',
      failed: 'FAILED',
      cancelled: 'FAILED',
    });
  });

  it('shows deadlines from when the ticket became ready, times, attempts and why it ended', () => {
    const view = (...events: TicketEvent[]) => toExecutionTicket({ spec, state: replay(...events) as TicketState });
    expect(view(created).sla).toEqual(spec.sla);
    expect(view(created, ready).sla.deadline).toBe(NOW + 2 + spec.sla.timeout_ms);
    expect(view(...(HISTORIES.completed ?? []))).toMatchObject({
      started_at: NOW + 4,
      completed_at: NOW + 5,
      actual_duration_ms: 5,
      retry_count: 0,
    });
    expect(view(...(HISTORIES.failed ?? [])).error_message).toBe('no');
    expect(view(...(HISTORIES.cancelled ?? [])).error_message).toBe('cancelled: why');
    expect(Object.keys(view(created))).not.toEqual(expect.arrayContaining(['pool']));
  });
});
