/** Why a ticket's time went by as it did: each spell of its life with what it was waiting for, or doing. */
import type { Recorded } from '../ledger/chain.ts';
import type { Stretch } from '../messages/ticket-explanation.ts';
import type { PlanEvent } from '../plan/events.ts';
import { PLAN_TRANSITIONS } from '../plan/transitions.ts';
import { whyNotAssigned } from '../swarm/why-not-assigned.ts';
import type { PhaseName } from '../ticket/state.ts';
import { beforeEntered } from './before-entered.ts';
import { type Spell, spanOf } from './life.ts';
import { named, type Surroundings } from './surroundings.ts';

const DONE: readonly PhaseName[] = ['completed', 'skipped', 'compensated'];
const STOPPED: readonly PhaseName[] = ['failed', 'cancelled'];

/**
 * In order, and without a gap until it is done. Stretches that took no time at all are left out where the ticket has gone
 * on; one that is done has none, until it is undone.
 */
export function stretchesOf(spells: readonly Spell[], around: Surroundings): Stretch[] {
  return spells
    .flatMap((spell): Stretch[] => {
      const { phase } = spell.state;
      if (DONE.includes(phase)) return [];
      if (STOPPED.includes(phase)) return spell.ended === undefined ? [] : [stopped(spell)];
      const first = spell.began.event.type === 'TicketCreated';
      if (phase === 'created' && first && around.spec.compensates === undefined) return beforeEntered(spell, around);
      return [stretchOf(spell, around)];
    })
    .filter(({ from, to }) => to === undefined || to > from);
}

function stopped(spell: Spell): Stretch {
  const { phase } = spell.state;
  return { kind: 'stopped', ...spanOf(spell), why: `${phase}, until an operator went on with its plan or with it` };
}

function stretchOf(spell: Spell, around: Surroundings): Stretch {
  const { state, ended } = spell;
  const { others, spec } = around;
  const span = spanOf(spell);
  const event = ended?.event;
  switch (state.phase) {
    case 'created':
      if (spec.compensates !== undefined)
        return { kind: 'gate', ...span, ...sinceUndoing(span, around), ...gates(spell, others) };
      return { kind: 'withdrawn', ...span, why: whyBack(spell) };
    case 'gated':
      return { kind: 'gate', ...span, ...gates(spell, others) };
    case 'ready':
      return { kind: 'queue', ...span, ...queueing(spell, around) };
    case 'deferred':
      return { kind: 'pause', ...span, why: `its plan was paused${whoPaused(around.planEvents, spell.from)}` };
    case 'assigned': {
      const { agent_id, attempt } = state;
      const why = event === undefined ? 'has it, and has not claimed it yet' : claimOutcomeOf(event);
      return { kind: 'claim', ...span, agent_id, attempt, why: why ?? 'lost it before the claim' };
    }
    case 'running': {
      const { agent_id, attempt } = state;
      return { kind: 'run', ...span, agent_id, attempt, why: event === undefined ? 'runs it' : outcomeOf(event) };
    }
    case 'backing_off':
      return { kind: 'backoff', ...span, attempt: state.attempts, why: `${state.error_code}: ${state.error_message}` };
    case 'awaiting_person':
      return {
        kind: 'person',
        ...span,
        why: `could not be undone, incident ${state.incident_id}: ${state.error_code}: ${state.error_message}`,
      };
    case 'compensating':
      return { kind: 'undo', ...span, why: `undone by ticket ${state.compensation_ticket_id}` };
    default:
      return { kind: 'stopped', ...span, why: state.phase };
  }
}

/** What undoes others is dated with the last end of any task, so that minting it again gives the same: it was not there yet. */
function sinceUndoing({ from, to }: { from: number; to?: number }, { planEvents, now }: Surroundings) {
  const began = planEvents.find(({ event }) => event.type === 'PlanCompensating')?.at ?? from;
  return { from: Math.min(Math.max(from, began), to ?? now) };
}

const CLAIMS: Readonly<Record<string, string>> = {
  TicketStarted: 'claimed it',
  AttemptFailed: 'did not claim it in time',
  TicketCancelled: 'lost it: the ticket was cancelled',
  TicketWithdrawn: 'lost it: the ticket was taken back',
  TicketSkipped: 'lost it: an operator skipped the ticket',
};

function claimOutcomeOf(event: NonNullable<Spell['ended']>['event']): string | undefined {
  if (event.type === 'AttemptFailed' && event.cause === 'handed_back') return `handed it back: ${event.error_message}`;
  if (event.type === 'AttemptFailed' && event.cause === 'revoked') return `lost it: ${event.error_message}`;
  return CLAIMS[event.type];
}

function outcomeOf(event: NonNullable<Spell['ended']>['event']): string {
  if ('error_code' in event) return `${event.error_code}: ${event.error_message}`;
  if (event.type === 'TicketCompleted') return 'completed it';
  if (event.type === 'TicketCancelled') return `was told to stop: ${event.reason}`;
  if (event.type === 'TicketSkipped') return `was told to stop: skipped by ${event.by}: ${event.why}`;
  return event.type;
}

function whyBack({ began: { event } }: Spell): string {
  if (event.type === 'TicketWithdrawn') return `taken back: ${event.reason}`;
  if (event.type === 'TicketReopened') return `reopened by ${event.by}: ${event.why}; its plan runs up to it again`;
  return 'the plan’s machine has to enter it again';
}

/** Until the last of them was done. */
function gates({ state, ended, during }: Spell, others: Surroundings['others']) {
  const opened = [...during, ...(ended === undefined ? [] : [ended])].flatMap(({ event }) =>
    'by' in event && (event.type === 'GateOpened' || event.type === 'TicketReady') && event.by ? [event.by] : [],
  );
  const last = opened.at(-1);
  if (state.unmet.length === 0) return { why: 'nothing comes before it: its plan begins with it' };
  const open = state.unmet.filter((id) => !opened.includes(id));
  if (ended?.event.type === 'TicketReady' && last !== undefined)
    return { why: 'until the last of these was done', tasks: named([last], others) };
  if (ended === undefined && open.length === 0) return { why: 'nothing any more: it becomes ready' };
  return { why: 'waits for these to be done', tasks: named(open, others) };
}

function queueing({ from, ended, state }: Spell, { spec, planEvents, agents, now, denied }: Surroundings) {
  if (ended === undefined && isPaused(planEvents)) return { why: `its plan is paused${whoPaused(planEvents, now)}` };
  if (ended === undefined) return { why: whyNotAssigned(spec, agents, now, denied) };
  if (ended.event.type !== 'TicketAssigned') return { why: 'no agent had taken it by then' };
  const { agent_id, explanation } = ended.event;
  const agent = agents.find((known) => known.agent_id === agent_id);
  if (agent !== undefined && agent.registered_at > from && agent.registered_at <= ended.at)
    return { why: `no agent took it until ${agent_id} registered`, agent_id };
  const { queue_position, queue_length, candidates } = explanation;
  const free = candidates.length === 1 ? '1 agent' : `${candidates.length} agents`;
  const again = state.avoid.includes(agent_id) ? ', on which it had failed before' : '';
  return {
    why: `in pool ${state.pool}, at last place ${queue_position} of ${queue_length}, with ${free} free for it: taken by ${agent_id}${again}`,
    agent_id,
  };
}

/** It may be so before a round has deferred what is ready. */
const isPaused = (events: readonly Recorded<PlanEvent>[]): boolean =>
  events.findLast(({ event: { type } }) => type === 'PlanReceived' || PLAN_TRANSITIONS[type].to !== 'same')?.event
    .type === 'PlanPaused';

function whoPaused(events: readonly Recorded<PlanEvent>[], at: number): string {
  for (const { event, at: when } of events.toReversed())
    if (event.type === 'PlanPaused' && when <= at) return ` by ${event.by}: ${event.why}`;
  return '';
}
