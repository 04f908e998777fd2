/** The shortest history that leads a ticket to each of its phases, with an event of each type that fits where it stands. */
import type { Recorded } from '../../core/ledger/chain.ts';
import type { TicketEvent } from '../../core/ticket/events.ts';
import { reduceTicket } from '../../core/ticket/reducer.ts';
import type { PhaseName, TicketSpec, TicketState } from '../../core/ticket/state.ts';
import { NOW } from './plans.ts';

export const UNDO_ID = '33333333-3333-8333-8333-333333333333';
export const INCIDENT_ID = '44444444-4444-8444-8444-444444444444';
export const EXPLANATION = { strategy: 's', waited_ms: 0, queue_position: 1, queue_length: 1, candidates: [] };
export const RESULT = { success: true, output: {}, metadata: {}, logs: [] };
const OPERATOR = { by: 'ada', why: 'because' };
const REPORTED = { cause: 'reported', error_code: 'COMMAND_FAILED', error_message: 'exit 1' } as const;

export interface Way {
  readonly agent_id?: string;
  /** ms after NOW at which it became ready, and how long it ran */
  readonly ready?: number;
  readonly ran?: number;
  /** ms after its end at which the next attempt may begin */
  readonly backoff?: number;
  /** its agent is a person, who has this many ms */
  readonly due?: number;
}
type Dated = readonly [after: number, event: TicketEvent];

/** With ms after NOW. A ticket without gates cannot be gated, nor one that undoes nothing wait for a person. */
export function historyTo(phase: PhaseName, spec: TicketSpec, way: Way = {}): readonly Dated[] {
  const { agent_id = 'agent-1', ready = 0, ran = 1000, backoff = 2000, due } = way;
  const holder = { agent_id, attempt: 1 };
  const end = ready + ran;
  const over = { ...holder, duration_ms: ran, result_digest: 'd' };
  const last = spec.gated_by.length - 1;
  const queued = { pool: spec.pool, queue_key: 'k' };
  const opened = spec.gated_by.map(
    (by, at): Dated =>
      at === last ? [ready, { type: 'TicketReady', ...queued, by }] : [0, { type: 'GateOpened', by }],
  );
  const enter = spec.compensates === undefined ? { task_token: 't' } : {};
  const gates: readonly Dated[] =
    spec.compensates !== undefined || last < 0 ? [] : [[0, { type: 'TicketGated', task_token: 't' }]];

  const created: readonly Dated[] = [[0, { type: 'TicketCreated', spec }]];
  const gated = [...created, ...gates];
  const isReady: readonly Dated[] =
    last < 0 ? [...created, [ready, { type: 'TicketReady', ...queued, ...enter }]] : [...gated, ...opened];
  const assigned: readonly Dated[] = [
    ...isReady,
    [
      ready,
      {
        type: 'TicketAssigned',
        ...holder,
        lease_ms: due ?? 15_000,
        ...(due === undefined ? {} : { due_at: NOW + ready + due }),
        explanation: EXPLANATION,
      },
    ],
  ];
  const timeout_at = NOW + ready + (due ?? spec.sla.timeout_ms);
  const running: readonly Dated[] = [
    ...assigned,
    [ready, { type: 'TicketStarted', ...holder, claim_digest: 'c', timeout_at }],
  ];
  const completed: readonly Dated[] = [...running, [end, { type: 'TicketCompleted', ...over, result: RESULT }]];
  const compensating: readonly Dated[] = [
    ...completed,
    [end, { type: 'CompensationStarted', compensation_ticket_id: UNDO_ID }],
  ];
  const ways: Readonly<Record<PhaseName, readonly Dated[]>> = {
    created,
    gated,
    ready: isReady,
    deferred: [...isReady, [ready, { type: 'TicketDeferred' }]],
    assigned,
    running,
    backing_off: [...running, [end, { type: 'AttemptFailed', ...over, ...REPORTED, retry_at: NOW + end + backoff }]],
    awaiting_person: [...running, [end, { type: 'TicketEscalated', ...over, ...REPORTED, incident_id: INCIDENT_ID }]],
    completed,
    skipped: [...isReady, [ready, { type: 'TicketSkipped', ...OPERATOR, output: {} }]],
    failed: [...running, [end, { type: 'TicketFailed', ...over, ...REPORTED, retryable: true }]],
    cancelled: [...created, [ready, { type: 'TicketCancelled', reason: 'the plan failed' }]],
    compensating,
    compensated: [...compensating, [end + 1000, { type: 'TicketCompensated', compensation_ticket_id: UNDO_ID }]],
  };
  return ways[phase];
}

/** The reducer looks at the event, when it was, and its version alone. */
export const recordedAt = (event: TicketEvent, version: number, at: number): Recorded<TicketEvent> => ({
  aggregate: 'TICKET#1',
  version,
  at,
  subject: {},
  event,
  prev_hash: '',
  hash: '',
});

/** @throws as `reduceTicket` */
export function replayTicket(history: readonly Dated[]): TicketState {
  const state = history.reduce<TicketState | undefined>(
    (before, [after, event], index) => reduceTicket(before, recordedAt(event, index + 1, NOW + after)),
    undefined,
  );
  if (state === undefined) throw new Error('an empty history');
  return state;
}

/** An event of each type as it would come to a ticket in this state. */
export function eventFor(type: TicketEvent['type'], state: TicketState, spec: TicketSpec): TicketEvent {
  const holder =
    'agent_id' in state ? { agent_id: state.agent_id, attempt: state.attempt } : { agent_id: 'a', attempt: 1 };
  const over = { ...holder, duration_ms: 5, result_digest: 'd' };
  const by = state.unmet[0] ?? 'none';
  const queued = { pool: spec.pool, queue_key: 'k' };
  const byType: { readonly [T in TicketEvent['type']]: Extract<TicketEvent, { type: T }> } = {
    TicketCreated: { type: 'TicketCreated', spec },
    TicketGated: { type: 'TicketGated', task_token: 't' },
    TicketReentered: { type: 'TicketReentered', task_token: 't2' },
    GateOpened: { type: 'GateOpened', by },
    TicketReady: {
      type: 'TicketReady',
      ...queued,
      ...(state.phase === 'created' ? { task_token: 't' } : {}),
      ...(state.phase === 'gated' ? { by } : {}),
      ...(state.phase === 'awaiting_person' ? { operator: OPERATOR } : {}),
    },
    TicketDeferred: { type: 'TicketDeferred' },
    TicketAssigned: {
      type: 'TicketAssigned',
      agent_id: 'agent-2',
      attempt: state.attempts + 1,
      lease_ms: 15_000,
      explanation: EXPLANATION,
    },
    TicketStarted: { type: 'TicketStarted', ...holder, claim_digest: 'c', timeout_at: NOW + 60_000 },
    TicketReminded: { type: 'TicketReminded', ...holder, nth: 1, remaining_ms: 1000 },
    TokenRevoked: { type: 'TokenRevoked', ...holder, ...OPERATOR },
    TokenExchanged: {
      ...{ type: 'TokenExchanged', ...holder, role_arn: 'arn:aws:iam::1:role/r', session_name: 's' },
      ...{ assets: [], until: NOW + 60_000, authorization: { policies: [], inputs: '', policy_set: '' } },
    },
    AttemptFailed: {
      type: 'AttemptFailed',
      ...over,
      ...REPORTED,
      cause: state.phase === 'assigned' ? 'claim_timeout' : 'lease_expired',
      retry_at: NOW + 9000,
    },
    TicketCompleted: { type: 'TicketCompleted', ...over, result: RESULT },
    TicketFailed: { type: 'TicketFailed', ...over, ...REPORTED, retryable: true },
    TicketEscalated: { type: 'TicketEscalated', ...over, ...REPORTED, incident_id: INCIDENT_ID },
    TicketSkipped: { type: 'TicketSkipped', ...OPERATOR, output: {} },
    TicketCancelled: { type: 'TicketCancelled', reason: 'why' },
    TicketWithdrawn: { type: 'TicketWithdrawn', reason: 'why' },
    TicketReopened: { type: 'TicketReopened', ...OPERATOR, unmet: [] },
    CompensationStarted: { type: 'CompensationStarted', compensation_ticket_id: UNDO_ID },
    TicketCompensated: { type: 'TicketCompensated', compensation_ticket_id: UNDO_ID },
    ReportRefused: { type: 'ReportRefused', ...holder, code: 'C', status: 'COMPLETED', result_digest: 'd' },
  };
  return byType[type];
}
