/** Plans under way as the commands see them: minted for real, brought to a phase by the ticket's own reducer. */
import { sha256 } from '../../adapters/system/digest.ts';
import { type PlanView, placesOf } from '../../bin/support/plan-view.ts';
import { mintCompensations } from '../../core/plan/compensation.ts';
import type { PlanState } from '../../core/plan/state.ts';
import type { AgentRecord } from '../../core/swarm/agent.ts';
import type { PhaseName, TicketSpec, TicketState } from '../../core/ticket/state.ts';
import { NOW, type TaskInput, ticketsOf } from '../support/plans.ts';
import { historyTo, replayTicket, UNDO_ID, type Way } from '../support/ticket-histories.ts';

export interface Told extends Way {
  readonly phase: PhaseName;
}

/** Only what undoes another ever waits for a person. */
const stateIn = (spec: TicketSpec, { phase, ...way }: Told = { phase: 'created' }): TicketState =>
  replayTicket(historyTo(phase, phase === 'awaiting_person' ? { ...spec, compensates: UNDO_ID } : spec, way));

/** Tasks not told of are where minting left them. */
export function view(
  tasks: readonly TaskInput[],
  told: Readonly<Record<string, Told>> = {},
  plan: Partial<PlanState> = {},
  at = NOW + 60_000,
): PlanView {
  const minted = ticketsOf({ plan_id: plan.plan_id ?? 'plan-1', tasks: [...tasks] });
  const done = new Set(minted.map(({ ticket_id }) => ticket_id));
  // Those that undo others are there once any of them is told of.
  const undoing = Object.keys(told).some((taskId) => taskId.startsWith('undo:'))
    ? mintCompensations({ specs: minted, outputs: new Map(), done }, NOW, sha256)
    : [];
  const specs = [...minted, ...undoing];
  const states = new Map(specs.map((spec) => [spec.ticket_id, stateIn(spec, told[spec.task_id])]));
  const base = {
    plan_id: 'plan-1',
    intent_id: 'intent-1',
    content_digest: '',
    received_at: NOW,
    tickets: minted.length,
    risk_band: 'low',
    deadline: NOW,
    on_failure: 'compensate',
    run: 1,
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
    plan: { ...base, ...running, ...plan } as PlanState,
    tickets: placesOf(specs).map((place) => ({ ...place, state: states.get(place.ticket_id) as TicketState })),
    at,
  };
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
