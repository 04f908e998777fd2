/**
 * Once a minute: probes whoever sends no heartbeats, reviews all agents, writes what has changed, and hands on what the
 * fallen ones hold. Two at the same time do no harm: each change is written by one of them. What follows from a removal is
 * done again as long as the lists name the agent, so whoever dies after the write leaves nothing behind.
 */
import { forEachAtOnce } from '../../at-once.ts';
import type { AgentRegistry } from '../../ports/agent-registry.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Sha256 } from '../../ports/digest.ts';
import type { Inboxes } from '../../ports/inboxes.ts';
import type { Probes } from '../../ports/probes.ts';
import { ANY_CAPABILITY } from '../../schedule/any-capability.ts';
import type { FreeCapacity } from '../../schedule/free-capacity.ts';
import type { AgentRecord } from '../agent.ts';
import type { Braked } from './brake.ts';
import { createCommitChange } from './commit-change.ts';
import { below } from './ladder.ts';
import { createProbeAgents } from './probe-agents.ts';
import { createRedistribute, type RedistributeDeps } from './redistribute.ts';
import { type HealthChange, reviewAgents } from './review.ts';
import { HEALTH_SETTINGS, type HealthSettings } from './settings.ts';
import type { OutcomesOf } from './signs.ts';
import type { HealthReason, Rung } from './state.ts';

export interface WatchAgentsDeps extends RedistributeDeps {
  agents: AgentRegistry;
  inboxes: Pick<Inboxes, 'close'>;
  probes: Probes;
  freeCapacity: FreeCapacity;
  /** what the trails know by now of these agents */
  loadOutcomes: (agents: readonly AgentRecord[]) => Promise<OutcomesOf>;
  clock: Clock;
  sha256: Sha256;
  settings?: HealthSettings;
}

export interface Watched {
  readonly agents: number;
  readonly changed: readonly { agent_id: string; from: Rung; to: Rung; reasons: readonly HealthReason[] }[];
  /** changes that the brake left for later */
  readonly held_back: number;
  readonly braked: readonly Braked[];
}

/** Agents whose change is written, with what follows from it, at the same time. */
const AT_ONCE = 16;

export function createWatchAgents(deps: WatchAgentsDeps): () => Promise<Watched> {
  const { agents, inboxes, freeCapacity, loadOutcomes, clock, settings = HEALTH_SETTINGS } = deps;
  const commitChange = createCommitChange(deps);
  const redistribute = createRedistribute(deps);
  const probeAgents = createProbeAgents(deps);

  async function apply(found: HealthChange): Promise<boolean> {
    if (!(await commitChange(found))) return false;
    const { agent, change } = found;
    const { agent_id } = agent;
    if (below(change.from, change.to)) await freeCapacity(agent_id, `${change.to}:${agent_id}:${clock.now()}`);
    else if (change.to !== 'REMOVED') await redistribute(agent);
    else await seeOff(agent_id);
    return true;
  }

  /** The list last: by it the next watch finds those that this one did not get done with. */
  async function seeOff(agent_id: string): Promise<void> {
    const agent = await agents.load(agent_id);
    // It has come back meanwhile.
    if (agent?.status !== 'removed') return;
    if (agent.ephemeral) await inboxes.close(agent_id);
    await agents.unlist(agent_id);
  }

  return async function watchAgents() {
    const listed = await agents.listByCapability(ANY_CAPABILITY, { removedToo: true });
    const { agents: all, failures: unheard } = await probeAgents(listed.filter(({ status }) => status !== 'removed'));
    const review = reviewAgents(all, await loadOutcomes(all), clock.now(), settings);
    const changed: Watched['changed'][number][] = [];
    const failures = [...unheard];
    await forEachAtOnce(review.changes, AT_ONCE, async (found) => {
      const { from, to, reasons } = found.change;
      try {
        if (await apply(found)) changed.push({ agent_id: found.agent.agent_id, from, to, reasons });
      } catch (error) {
        // One agent's trouble keeps none of the others from being seen to.
        failures.push(error);
      }
    });
    const left = listed.filter(({ status }) => status === 'removed');
    await forEachAtOnce(left, AT_ONCE, async ({ agent_id }) => {
      try {
        await seeOff(agent_id);
      } catch (error) {
        failures.push(error);
      }
    });
    if (failures.length > 0) throw failures[0];
    return { agents: all.length, changed, held_back: review.held_back.length, braked: review.braked };
  };
}
