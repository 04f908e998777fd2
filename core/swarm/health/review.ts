/** All agents at a moment: who changes the rung, and who would, but for the brake. */
import { type AgentRecord, heartbeats } from '../agent.ts';
import { type Braked, createBrake } from './brake.ts';
import { below, step } from './ladder.ts';
import { HEALTH_SETTINGS, type HealthSettings } from './settings.ts';
import { type OutcomesOf, signsOf } from './signs.ts';
import { type RungChange, unmarked } from './state.ts';

export interface HealthChange {
  /** as it was when it was reviewed */
  readonly agent: AgentRecord;
  readonly change: RungChange;
}

export interface Review {
  readonly changes: readonly HealthChange[];
  /** what was left for later */
  readonly held_back: readonly HealthChange[];
  readonly braked: readonly Braked[];
}

/** @param agents all that have not left; @param now epoch ms */
export function reviewAgents(
  agents: readonly AgentRecord[],
  outcomesOf: OutcomesOf,
  now: number,
  settings: HealthSettings = HEALTH_SETTINGS,
): Review {
  const reviewed = agents
    // Of a person nothing is measured: they are asked by their inbox, and hand back what they cannot do.
    .filter(heartbeats)
    .flatMap((agent) => {
      const change = step(agent.standing ?? unmarked(agent.agent_id), signsOf(agent, outcomesOf, now), now, settings);
      return change === undefined ? [] : [{ agent, change }];
    });
  const isFact = ({ change: { to, reasons } }: HealthChange) => to === 'UNHEALTHY' && reasons.includes('silent');
  const rises = reviewed.filter(({ change }) => below(change.from, change.to));
  const facts = reviewed.filter(isFact);
  // The worst first: where there is room for a few, they are the ones to go.
  const judged = reviewed
    .filter((one) => !isFact(one) && !below(one.change.from, one.change.to))
    .sort((a, b) => Number(below(b.change.to, a.change.to)) - Number(below(a.change.to, b.change.to)));

  const brake = createBrake(agents, now, settings);
  for (const { agent } of facts) brake.note(agent);
  const [changes, held_back] = [[...rises, ...facts], [] as HealthChange[]];
  for (const one of judged) (brake.allows(one.agent) ? changes : held_back).push(one);
  return { changes, held_back, braked: brake.braked };
}
