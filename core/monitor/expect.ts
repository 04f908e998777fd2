/**
 * Until about when a ticket waits, by what is known of the swarm: when its turn is likely, when it has come at the latest,
 * when what it depends on is likely done. What agents do may prove it wrong; what cannot be read is left out.
 */

import type { NextStep } from '../messages/ticket-explanation.ts';
import { standingPrediction } from '../plan/prediction.ts';
import { isPlanEnded } from '../plan/state.ts';
import type { PlanHistory } from '../ports/plan-reader.ts';
import type { ReadyQueue } from '../ports/ready-queue.ts';
import type { SharesStore } from '../ports/shares.ts';
import { AGING, dueAt } from '../schedule/aging.ts';
import { estimatesOf, LANE_LIMITS, predictServiceBy, ROUND_SIZE } from '../schedule/decide.ts';
import { expectedTurn } from '../schedule/expected-turn.ts';
import type { QueueEntry } from '../schedule/queue-entry.ts';
import { readLanes } from '../schedule/read-lanes.ts';
import type { Strategy } from '../schedule/strategy/strategy.ts';
import { waitBound } from '../schedule/wait-bound.ts';
import { type AgentRecord, hasCapabilities, isCleared, mayBeMatched } from '../swarm/agent.ts';
import { remainingOfHeld } from '../swarm/wait.ts';
import { isTerminal, type TicketRecord, type TicketState } from '../ticket/state.ts';
import type { Estimates } from '../trail/estimate.ts';
import type { ReadEstimates } from '../trail/read-estimates.ts';
import { outlookOf } from './outlook.ts';

export interface ExpectDeps {
  readonly queue: Pick<ReadyQueue, 'list'>;
  readonly shares: Pick<SharesStore, 'load'>;
  readonly strategyInForce: () => Promise<Strategy>;
  readonly readEstimates: ReadEstimates;
}

export interface Surroundings {
  readonly plan: PlanHistory;
  /** tickets that it depends on, or is gated by */
  readonly states: readonly TicketState[];
  readonly agents: readonly AgentRecord[];
  /** epoch ms */
  readonly now: number;
}

/** Never fails: a story is told without its end where that cannot be foreseen. */
export type Expect = (ticket: TicketRecord, around: Surroundings) => Promise<NextStep[]>;

/** Tickets of a pool that are looked at: all of a short queue, the first of each lane of a long one, as rounds do. */
const LANES = { page: ROUND_SIZE, ...LANE_LIMITS };

export function createExpect(deps: ExpectDeps): Expect {
  async function turn({ spec, state }: TicketRecord, { agents, now }: Surroundings): Promise<NextStep[]> {
    const [shares, strategy, estimates] = await Promise.all([
      deps.shares.load(spec.pool),
      deps.strategyInForce(),
      estimatesOf(deps, spec.pool),
    ]);
    const backlog = await readLanes(deps.queue, spec.pool, LANES, async () => shares?.cursors ?? {});
    const predictService = predictServiceBy(estimates);
    const ranked = strategy.rank(backlog.entries, { now, shares, predictService }).map(({ entry }) => entry);
    const expected = expectedTurn(ranked, state.ticket_id, agents, { now, estimates });
    if (expected?.in_ms === undefined) return [];
    const of = `${expected.of}${backlog.whole ? '' : ' or more'}`;
    const likely = `its turn is likely: place ${expected.place} of ${of}, strategy ${strategy.name}`;
    const steps: NextStep[] = [{ at: now + expected.in_ms, what: likely }];
    const bound =
      strategy.name === 'weighted-fair' && backlog.whole ? latestTurn(ranked, state, agents, now) : undefined;
    if (bound !== undefined) steps.push(bound);
    return steps;
  }

  /** Where all that it still waits for is under way; else its plan's end, as it was predicted last, comes after it. */
  async function turnOfDependants({ plan, states, agents, now }: Surroundings): Promise<NextStep[]> {
    const open = states.filter((state) => !isTerminal(state));
    const left = await Promise.all(
      open.map(async (state) => remainingOf(state, agents, await estimatesOf(deps, state.pool), now)),
    );
    const known = left.flatMap((ms) => ms ?? []);
    if (open.length > 0 && known.length === open.length)
      return [
        { at: Math.round(now + Math.max(...known)), what: `what it waits for is likely done: ${underWay(open)}` },
      ];
    const { prediction } = standingPrediction(plan.state, plan.prediction);
    if (prediction?.p50_at === undefined || prediction.p50_at <= now) return [];
    return [{ at: prediction.p50_at, what: 'its plan is as likely as not to have ended, and this ticket before that' }];
  }

  async function outlook(ticket: TicketRecord, { agents, now }: Surroundings): Promise<NextStep[]> {
    const step = outlookOf(ticket, agents, await estimatesOf(deps, ticket.spec.pool), now);
    return step === undefined ? [] : [step];
  }

  async function expect(ticket: TicketRecord, around: Surroundings): Promise<NextStep[]> {
    const { state } = ticket;
    const { plan } = around;
    if (isPlanEnded(plan.state) || plan.state.phase === 'paused' || plan.state.phase === 'halted') return [];
    switch (state.phase) {
      case 'ready':
        return [...(await turn(ticket, around).catch(() => [])), ...(await outlook(ticket, around))];
      case 'created':
      case 'gated':
        return plan.state.phase === 'awaiting_approval' ? [] : turnOfDependants(around);
      case 'running': {
        const left = remainingOf(state, around.agents, await estimatesOf(deps, state.pool), around.now);
        const done = { at: Math.round(around.now + (left ?? 0)), what: 'the attempt is likely done' };
        return [...(left === undefined ? [] : [done]), ...(await outlook(ticket, around))];
      }
      default:
        return [];
    }
  }
  return (ticket, around) => expect(ticket, around).catch(() => []);
}

/** Expected ms that its attempt still takes; undefined: it has none, or its agent is gone. */
function remainingOf(
  state: TicketState,
  agents: readonly AgentRecord[],
  estimates: Estimates,
  now: number,
): number | undefined {
  if (state.phase !== 'assigned' && state.phase !== 'running') return undefined;
  const held = agents.find(({ agent_id }) => agent_id === state.agent_id)?.held[state.ticket_id];
  return held && remainingOfHeld(state.agent_id, held, estimates, now);
}

const MAX_NAMED = 5;

function underWay(open: readonly TicketState[]): string {
  const named = open.slice(0, MAX_NAMED).map(({ task_id }) => task_id);
  const more = open.length > MAX_NAMED ? ` and ${open.length - MAX_NAMED} more` : '';
  return `${named.join(', ')}${more}, under way`;
}

/**
 * By weighted fairness and aging; undefined where the ticket does not wait there, or nobody who may run it is up. The bound
 * of one that is overdue is counted from now on, with those that are still before it: what was served is gone for good.
 */
function latestTurn(
  ranked: readonly QueueEntry[],
  { ticket_id }: TicketState,
  agents: readonly AgentRecord[],
  now: number,
): NextStep | undefined {
  const own = ranked.find((entry) => entry.ticket_id === ticket_id);
  if (own === undefined) return undefined;
  const slots = agents
    .filter((agent) => mayBeMatched(agent, now) && hasCapabilities(agent, own.required_capabilities))
    .filter(({ clearance }) => isCleared(clearance, own.security_level))
    .reduce((sum, { capacity }) => sum + capacity, 0);
  if (slots === 0) return undefined;
  const ofTier = ranked.filter(({ customer_tier }) => customer_tier === own.customer_tier);
  const ahead = ofTier.filter(
    (one) => one.tenant_id === own.tenant_id && one.key !== own.key && one.ready_at <= own.ready_at,
  ).length;
  const bound = waitBound({
    ...{ tier: own.customer_tier, ahead, slots },
    tenants: new Set(ofTier.map(({ tenant_id }) => tenant_id)).size,
    longest_ms: Math.max(...ranked.map(({ deadline, ready_at }) => deadline - ready_at)),
  });
  const at = Math.round(Math.max(dueAt(own), now) + bound - AGING.bound_ms[own.customer_tier]);
  const stay = slots === 1 ? 'its 1 slot stays' : `its ${slots} slots stay`;
  return { at, what: `its turn has come at the latest, by weighted fairness, if ${stay} with this pool` };
}
