import { describe, expect, it } from 'vitest';
import { executionTicket, TICKET_STATUSES, type TicketStatus } from '../../../core/messages/execution-ticket.ts';
import type { TicketEvent } from '../../../core/ticket/events.ts';
import { reduceTicket } from '../../../core/ticket/reducer.ts';
import type { PhaseName, TicketSpec, TicketState } from '../../../core/ticket/state.ts';
import { TICKET_TRANSITIONS } from '../../../core/ticket/transitions.ts';
import { STATUS_OF_PHASE, toExecutionTicket } from '../../../core/ticket/view.ts';
import { NOW, task, ticketsOf } from '../../support/plans.ts';
import { eventFor, historyTo, INCIDENT_ID, recordedAt, replayTicket, UNDO_ID } from '../../support/ticket-histories.ts';

type Type = TicketEvent['type'];

const [plain] = ticketsOf({ tasks: [task('a')] }) as [TicketSpec];
const GATE = '11111111-1111-8111-8111-111111111111';
const OTHER = '22222222-2222-8222-8222-222222222222';
const gated = (...gated_by: string[]): TicketSpec => ({ ...plain, gated_by });
const undoing: TicketSpec = { ...plain, compensates: OTHER };

const PHASES = Object.keys(STATUS_OF_PHASE) as PhaseName[];
const TYPES: readonly Type[] = ['TicketCreated', ...(Object.keys(TICKET_TRANSITIONS) as Type[])];

/** Every transition there is, by hand: what is not here is refused. A ticket takes refused reports in every phase. */
const ALLOWED: Readonly<Record<PhaseName, string>> = {
  created: 'TicketGated>gated GateOpened>created TicketReady>ready TicketCancelled>cancelled',
  gated: 'TicketReentered>gated GateOpened>gated TicketReady>ready TicketCancelled>cancelled TicketWithdrawn>created',
  ready:
    'TicketReentered>ready TicketDeferred>deferred TicketAssigned>assigned TicketSkipped>skipped TicketCancelled>cancelled TicketWithdrawn>created',
  deferred:
    'TicketReentered>deferred TicketReady>ready TicketSkipped>skipped TicketCancelled>cancelled TicketWithdrawn>created',
  assigned:
    'TicketReentered>assigned TicketReminded>assigned TokenRevoked>assigned TicketStarted>running AttemptFailed>backing_off TicketSkipped>skipped TicketCancelled>cancelled TicketWithdrawn>created',
  running:
    'TicketReentered>running TicketReminded>running TokenRevoked>running TokenExchanged>running AttemptFailed>backing_off TicketCompleted>completed TicketFailed>failed TicketEscalated>awaiting_person TicketSkipped>skipped TicketCancelled>cancelled',
  backing_off:
    'TicketReentered>backing_off TicketReady>ready TicketSkipped>skipped TicketCancelled>cancelled TicketWithdrawn>created',
  awaiting_person: 'TicketReentered>awaiting_person TicketReady>ready TicketSkipped>skipped TicketCancelled>cancelled',
  completed: 'CompensationStarted>compensating',
  skipped: '',
  failed: 'TicketSkipped>skipped TicketReopened>created',
  cancelled: 'TicketReopened>created',
  compensating: 'TicketCompensated>compensated',
  compensated: '',
};
const allowed = (phase: PhaseName): Map<Type, PhaseName> =>
  new Map([
    ['ReportRefused', phase],
    ...ALLOWED[phase]
      .split(' ')
      .filter(Boolean)
      .map((pair) => pair.split('>') as [Type, PhaseName]),
  ]);

/** A ticket that the event would fit, were the phase right. */
function specFor(phase: PhaseName, type: Type): TicketSpec {
  if (phase === 'awaiting_person') return undoing;
  if (phase === 'gated' || type === 'TicketGated' || type === 'GateOpened') return gated(GATE);
  return type === 'TicketEscalated' ? undoing : plain;
}

describe("the ticket's state machine", () => {
  it.each(PHASES.flatMap((phase) => TYPES.map((type) => [phase, type, allowed(phase).get(type)] as const)))(
    '%s takes %s to: %s',
    (phase, type, to) => {
      const spec = specFor(phase, type);
      const state = replayTicket(historyTo(phase, spec, type === 'TicketReminded' ? { due: 60_000 } : {}));
      expect(state.phase).toBe(phase);
      const before = structuredClone(state);
      const reduce = () => reduceTicket(state, recordedAt(eventFor(type, state, spec), 9, NOW + 9000));
      if (to !== undefined) expect(reduce().phase).toBe(to);
      else
        expect(reduce).toThrow(
          expect.objectContaining({
            code: 'TICKET_TRANSITION_INVALID',
            message: expect.stringMatching(new RegExp(`"${phase}".*${type}`)),
            detail: { ticket_id: spec.ticket_id, phase, event: type },
          }),
        );
      expect(state).toEqual(before);
    },
  );

  it('has a table that says the same', () => {
    const said = PHASES.flatMap((phase) =>
      Object.entries(TICKET_TRANSITIONS).flatMap(([type, { from, to }]) =>
        from.includes(phase) ? [`${phase} ${type} ${to === 'same' ? phase : to}`] : [],
      ),
    );
    const written = PHASES.flatMap((phase) => [...allowed(phase)].map(([type, to]) => `${phase} ${type} ${to}`));
    expect(said.sort()).toEqual(written.sort());
  });

  it.each(TYPES)('begins with TicketCreated and nothing else: %s', (type) => {
    const event = eventFor(type, replayTicket(historyTo('created', plain)), plain);
    const reduce = () => reduceTicket(undefined, recordedAt(event, 1, NOW));
    if (type === 'TicketCreated') expect(reduce().phase).toBe('created');
    else
      expect(reduce).toThrow(
        expect.objectContaining({
          code: 'TICKET_TRANSITION_INVALID',
          detail: { ticket_id: undefined, phase: 'nothing', event: type },
        }),
      );
  });
});

describe('an event that does not fit the ticket', () => {
  const ready: TicketEvent = { type: 'TicketReady', pool: 'any', queue_key: 'k' };
  it.each<[string, PhaseName, TicketSpec, Type | TicketEvent, object]>([
    ['an assignment of another attempt than the next', 'ready', plain, 'TicketAssigned', { attempt: 2 }],
    ['a start by another agent', 'assigned', plain, 'TicketStarted', { agent_id: 'other' }],
    ['a start of another attempt', 'assigned', plain, 'TicketStarted', { attempt: 2 }],
    ['an end by another agent', 'running', plain, 'TicketCompleted', { agent_id: 'other' }],
    ['an end of another attempt', 'running', plain, 'TicketFailed', { attempt: 2 }],
    ['a lost attempt that is another', 'running', plain, 'AttemptFailed', { attempt: 2 }],
    ['a lost attempt of another agent', 'assigned', plain, 'AttemptFailed', { agent_id: 'other' }],
    ['an escalation by another agent', 'running', undoing, 'TicketEscalated', { agent_id: 'other' }],
    ['an escalation of what undoes nothing', 'running', plain, 'TicketEscalated', {}],
    ['a claim that is late although there was one', 'running', plain, 'AttemptFailed', { cause: 'claim_timeout' }],
    ['a lease that ends before the claim', 'assigned', plain, 'AttemptFailed', { cause: 'lease_expired' }],
    ['a reminder of what no person has', 'running', plain, 'TicketReminded', {}],
    ['credentials of another attempt', 'running', plain, 'TokenExchanged', { attempt: 2 }],
    ['credentials of another agent', 'running', plain, 'TokenExchanged', { agent_id: 'other' }],
    ['a reminder of another attempt', 'running', plain, 'TicketReminded', { attempt: 2 }],
    ['being gated with all gates open', 'created', plain, 'TicketGated', {}],
    ['a gate that it does not wait for', 'gated', gated(GATE), 'GateOpened', { by: OTHER }],
    ['readiness by a gate that is not its last', 'gated', gated(GATE, OTHER), 'TicketReady', { by: GATE }],
    ['readiness by a gate that is not its own', 'gated', gated(GATE), 'TicketReady', { by: OTHER }],
    ['readiness by entry while a gate is closed', 'created', gated(GATE), 'TicketReady', {}],
    ['readiness without a machine that waits', 'created', plain, ready, {}],
    ['readiness of what undoes another while a gate is closed', 'created', { ...undoing, gated_by: [GATE] }, ready, {}],
    ['readiness of what waits for a person, by nobody', 'awaiting_person', undoing, ready, {}],
    [
      'being undone by another ticket than was said',
      'compensating',
      plain,
      'TicketCompensated',
      { compensation_ticket_id: OTHER },
    ],
  ])('is refused: %s', (_, phase, spec, given, changes) => {
    const state = replayTicket(historyTo(phase, spec));
    const event = { ...(typeof given === 'string' ? eventFor(given, state, spec) : given), ...changes } as TicketEvent;
    expect(() => reduceTicket(state, recordedAt(event, 9, NOW))).toThrow(
      expect.objectContaining({ code: 'TICKET_TRANSITION_INVALID' }),
    );
  });
});

describe('a ticket on its way', () => {
  const take = (state: TicketState, event: TicketEvent | Type, spec = plain): TicketState =>
    reduceTicket(state, recordedAt(typeof event === 'string' ? eventFor(event, state, spec) : event, 9, NOW + 9000));
  const through = (start: TicketState, ...types: Type[]) => types.reduce((state, type) => take(state, type), start);
  const running = replayTicket(historyTo('running', plain));

  it('counts attempts that failed after the claim, and those that nobody claimed, apart', () => {
    const lost = through(replayTicket(historyTo('assigned', plain)), 'AttemptFailed');
    expect(lost).toMatchObject({ phase: 'backing_off', attempts: 1, failures: 0, unclaimed: 1 });
    const started = through(lost, 'TicketReady', 'TicketAssigned', 'TicketStarted');
    expect(started).toMatchObject({ attempts: 2, attempt: 2, failures: 0, unclaimed: 0 });
    expect(through(started, 'AttemptFailed')).toMatchObject({ attempts: 2, failures: 1, unclaimed: 0 });
  });

  it('counts what is handed back, claimed or not, apart from both, and avoids who did it', () => {
    const back = (state: TicketState) =>
      take(state, { ...eventFor('AttemptFailed', state, plain), cause: 'handed_back' } as TicketEvent);
    const once = back(replayTicket(historyTo('assigned', plain)));
    const counts = { phase: 'backing_off', failures: 0, unclaimed: 0 };
    expect(once).toMatchObject({ ...counts, handed_back: 1, avoid: ['agent-1'] });
    const twice = back(through(once, 'TicketReady', 'TicketAssigned', 'TicketStarted'));
    expect(twice).toMatchObject({ ...counts, handed_back: 2, avoid: ['agent-1', 'agent-2'] });
    expect(running).not.toHaveProperty('handed_back');
  });

  it('gives a person their time from the assignment on, and uses each moment of reminding once', () => {
    const mine = replayTicket(historyTo('running', plain, { due: 60_000, ready: 5 }));
    expect(mine).toMatchObject({ person: { from: NOW + 5, due_at: NOW + 60_005, reminded: 0 } });
    const remind = (state: TicketState, nth: number) =>
      take(state, { ...eventFor('TicketReminded', state, plain), nth } as TicketEvent);
    expect(remind(mine, 2)).toMatchObject({ phase: 'running', person: { reminded: 2 } });
    for (const nth of [1, 2])
      expect(() => remind(remind(mine, 2), nth)).toThrow(
        expect.objectContaining({ code: 'TICKET_TRANSITION_INVALID' }),
      );
    expect(take(mine, 'AttemptFailed')).not.toHaveProperty('person');
  });

  it('remembers whom its attempts failed on, the latest last, and no more than eight', () => {
    let state: TicketState = replayTicket(historyTo('ready', plain));
    for (const agent of ['a', 'b', 'a', 'c', 'd', 'e', 'f', 'g', 'h', 'i']) {
      const assigned = eventFor('TicketAssigned', state, plain);
      state = take(take(state, { ...assigned, agent_id: agent } as TicketEvent), 'AttemptFailed');
      state = take(state, 'TicketReady');
    }
    expect(state.avoid).toEqual(['a', 'c', 'd', 'e', 'f', 'g', 'h', 'i']);
    expect(state.attempts).toBe(10);
  });

  it('says until when it backs off and why, and forgets it when it is ready again', () => {
    const waiting = replayTicket(historyTo('backing_off', plain));
    expect(waiting).toMatchObject({
      since: NOW + 1000,
      retry_at: NOW + 3000,
      cause: 'reported',
      error_code: 'COMMAND_FAILED',
    });
    const again = take(waiting, 'TicketReady');
    expect(again).toMatchObject({ phase: 'ready', ready_at: NOW + 9000 });
    for (const name of ['retry_at', 'cause', 'since', 'agent_id']) expect(again).not.toHaveProperty(name);
  });

  it('begins to count its failures anew when a person takes it up or reopens it, but never its attempts', () => {
    const waiting = replayTicket(historyTo('awaiting_person', undoing));
    expect(waiting).toMatchObject({ failures: 1, attempts: 1, incident_id: INCIDENT_ID });
    expect(take(waiting, 'TicketReady', undoing)).toMatchObject({ failures: 0, attempts: 1 });
    const failed = replayTicket(historyTo('failed', plain));
    const reopened = take(failed, { type: 'TicketReopened', by: 'ada', why: 'w', unmet: [GATE] });
    expect(reopened).toMatchObject({ phase: 'created', failures: 0, attempts: 1, unmet: [GATE] });
    expect(reopened).not.toHaveProperty('completed_at');
  });

  it('keeps when it became ready while its plan is paused', () => {
    expect(replayTicket(historyTo('deferred', plain, { ready: 7 }))).toMatchObject({
      ready_at: NOW + 7,
      since: NOW + 7,
    });
  });

  it('remembers whose slot a cancelled ticket left free', () => {
    expect(take(running, 'TicketCancelled')).toMatchObject({ held_by: 'agent-1' });
    expect(replayTicket(historyTo('cancelled', plain))).not.toHaveProperty('held_by');
  });

  it('counts refused reports, and changes nothing else', () => {
    for (const phase of PHASES) {
      const state = replayTicket(historyTo(phase, specFor(phase, 'ReportRefused')));
      expect(take(take(state, 'ReportRefused'), 'ReportRefused')).toEqual({ ...state, refused: 2 });
    }
  });

  it('keeps how it was completed while it is undone, and by which ticket', () => {
    const completed = replayTicket(historyTo('completed', plain));
    const undone = { ...completed, compensation_ticket_id: UNDO_ID };
    expect(replayTicket(historyTo('compensating', plain))).toEqual({ ...undone, phase: 'compensating' });
    expect(replayTicket(historyTo('compensated', plain))).toEqual({
      ...undone,
      phase: 'compensated',
      compensated_at: NOW + 2000,
    });
  });

  it('that undoes another becomes ready without a machine, also by its last gate', () => {
    const spec = { ...undoing, gated_by: [GATE, OTHER] };
    expect(replayTicket(historyTo('ready', spec))).toMatchObject({ phase: 'ready', unmet: [], compensates: OTHER });
  });
});

describe('the ticket as the outside sees it', () => {
  it.each(PHASES)('in phase %s is a message of the schema with one of the six statuses', (phase) => {
    const spec = specFor(phase, 'ReportRefused');
    const state = replayTicket(historyTo(phase, spec));
    const view = executionTicket.parse(JSON.parse(JSON.stringify(toExecutionTicket({ spec, state }))));
    expect(view.status).toBe(STATUS_OF_PHASE[phase]);
  });

  it('has the status of its phase', () => {
    const withStatus = (status: TicketStatus) => PHASES.filter((phase) => STATUS_OF_PHASE[phase] === status);
    expect(Object.fromEntries(TICKET_STATUSES.map((status) => [status, withStatus(status)]))).toEqual({
      PENDING: ['created', 'gated', 'ready', 'deferred', 'assigned', 'backing_off', 'awaiting_person'],
      RUNNING: ['running'],
      COMPLETED: ['completed', 'skipped'],
      FAILED: ['failed', 'cancelled'],
      COMPENSATING: ['compensating'],
      COMPENSATED: ['compensated'],
    });
  });

  it('shows deadlines from when it became ready, times, attempts and why it ended', () => {
    const view = (phase: PhaseName) =>
      toExecutionTicket({ spec: plain, state: replayTicket(historyTo(phase, plain, { ready: 2 })) });
    expect(view('created').sla).toEqual(plain.sla);
    expect(view('ready').sla.deadline).toBe(NOW + 2 + plain.sla.timeout_ms);
    expect(view('completed')).toMatchObject({
      started_at: NOW + 2,
      completed_at: NOW + 1002,
      actual_duration_ms: 1000,
      retry_count: 0,
    });
    expect(view('failed').error_message).toBe('exit 1');
    expect(view('cancelled').error_message).toBe('cancelled: the plan failed');
    expect(view('compensated').compensation_ticket_id).toBe(UNDO_ID);
  });

  it('shows nothing of what is inside', () => {
    const spec = { ...undoing, compensation: { parameters: {} } };
    const view = toExecutionTicket({ spec, state: replayTicket(historyTo('completed', spec)) });
    expect(Object.keys(view).filter((name) => !(name in executionTicket.shape))).toEqual([]);
  });
});
