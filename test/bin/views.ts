/** Plans under way as the commands see them: minted for real, brought to a phase by the ticket's own reducer. */

import { sha256 } from '../../adapters/system/digest.ts';
import { type PlanView, placesOf } from '../../bin/support/plan-view.ts';
import { GENESIS, headOf, record } from '../../core/ledger/chain.ts';
import type { AgentRecord } from '../../core/swarm/agent.ts';
import type { TicketEvent } from '../../core/ticket/events.ts';
import { reduceTicket } from '../../core/ticket/reducer.ts';
import type { PhaseName, TicketSpec, TicketState } from '../../core/ticket/state.ts';
import { NOW, type TaskInput, ticketsOf } from '../support/plans.ts';

export interface Told {
  readonly phase: PhaseName;
  readonly agent_id?: string;
  /** ms after NOW at which it became ready, and how long it ran */
  readonly ready?: number;
  readonly ran?: number;
}

/** Tasks not told of are where minting left them. */
export function view(
  tasks: readonly TaskInput[],
  told: Readonly<Record<string, Told>> = {},
  plan: Partial<PlanView['plan']> = {},
  at = NOW + 60_000,
): PlanView {
  const specs = ticketsOf({ plan_id: plan.plan_id ?? 'plan-1', tasks: [...tasks] });
  const states = new Map(
    specs.map((spec) => [spec.ticket_id, stateOf(spec, told[spec.task_id] ?? { phase: 'created' })]),
  );
  const base = {
    plan_id: 'plan-1',
    intent_id: 'intent-1',
    content_digest: '',
    received_at: NOW,
    tickets: specs.length,
    risk_band: 'low',
    deadline: NOW,
  };
  const running = {
    phase: 'running' as const,
    accepted_at: NOW,
    shape: '',
    started_at: NOW,
    execution_arn: 'arn:aws:states:eu-west-1:123456789012:execution:m:plan-1',
    machine_arn: 'm',
  };
  return {
    plan: { ...base, ...running, ...plan } as PlanView['plan'],
    tickets: placesOf(specs).map((place) => ({ ...place, state: states.get(place.ticket_id) as TicketState })),
    at,
  };
}

function stateOf(spec: TicketSpec, told: Told): TicketState {
  const { phase, agent_id = 'agent-1', ready = 0, ran = 1000 } = told;
  const who = { agent_id, attempt: 1 };
  const explanation = { strategy: 's', waited_ms: 0, queue_position: 1, queue_length: 1, candidates: [] };
  const result = { success: true, output: {}, metadata: {}, logs: [] };
  const end = { ...who, duration_ms: ran, result_digest: 'd' };
  const gates: [number, TicketEvent][] = spec.gated_by.map((by, at) =>
    at === spec.gated_by.length - 1
      ? [ready, { type: 'TicketReady', pool: 'p', queue_key: 'k', by }]
      : [0, { type: 'GateOpened', by }],
  );
  const enter: [number, TicketEvent][] =
    gates.length > 0
      ? [[0, { type: 'TicketGated', task_token: 't' }], ...gates]
      : [[ready, { type: 'TicketReady', pool: 'p', queue_key: 'k', task_token: 't' }]];
  const life: readonly [PhaseName, readonly [number, TicketEvent][]][] = [
    ['created', [[0, { type: 'TicketCreated', spec }]]],
    ['gated', gates.length > 0 ? enter.slice(0, 1) : []],
    ['ready', gates.length > 0 ? enter.slice(1) : enter],
    ['assigned', [[ready, { type: 'TicketAssigned', ...who, explanation }]]],
    ['running', [[ready, { type: 'TicketStarted', ...who, claim_digest: 'c', timeout_at: NOW }]]],
    ['completed', [[ready + ran, { type: 'TicketCompleted', ...end, result }]]],
  ];
  const until = phase === 'failed' ? 'running' : phase === 'cancelled' ? 'created' : phase;
  const events = life.slice(0, life.findIndex(([name]) => name === until) + 1).flatMap(([, list]) => list);
  if (phase === 'failed')
    events.push([
      ready + ran,
      { type: 'TicketFailed', ...end, error_code: 'COMMAND_FAILED', error_message: 'exit 1', retryable: true },
    ]);
  if (phase === 'cancelled') events.push([ready, { type: 'TicketCancelled', reason: 'the plan failed' }]);
  let head = GENESIS;
  let state: TicketState | undefined;
  for (const [after, event] of events) {
    const link = record(head, { aggregate: spec.ticket_id, at: NOW + after, subject: {}, event }, sha256);
    head = headOf(link);
    state = reduceTicket(state, link);
  }
  return state as TicketState;
}

export const agent = (agent_id: string, changes: Partial<AgentRecord> = {}): AgentRecord => ({
  agent_id,
  kind: 'microservice',
  capabilities: ['build'],
  location: { region: 'local' },
  capacity: 1,
  clearance: 'INTERNAL',
  version: '0',
  heartbeat_interval_ms: 5000,
  ephemeral: false,
  inbox_url: 'http://inbox',
  status: 'active',
  registered_at: NOW,
  heartbeat_at: NOW,
  held: {},
  ...changes,
});
