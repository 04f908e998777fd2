/**
 * Tickets that are ready and have been without an agent for a while, and those that wait for a person, by the reason: what
 * a run without progress waits for.
 */
import type { AgentRegistry } from '../../core/ports/agent-registry.ts';
import type { AgentRecord } from '../../core/swarm/agent.ts';
import type { PlanView, Stuck } from './plan-view.ts';
import { cut, plain } from './text.ts';
import { whyWaiting } from './why-waiting.ts';

/** As long as this it is the scheduler's own business. */
export const STUCK_AFTER_MS = 3000;
const AGENTS_FRESH_MS = 2000;
const NAMES_TOLD = 4;
const NAME = 40;

/** By reason, those with the most tickets first. */
export function findStuck(view: PlanView, agents: readonly AgentRecord[]): Stuck[] {
  const rows = new Map(view.tickets.map((row) => [row.task_id, row]));
  const byReason = new Map<string, string[]>();
  for (const row of view.tickets.filter((ticket) => isStuck(ticket, view.at))) {
    const why = whyWaiting(row, { plan: view.plan, rows, agents, now: view.at }) ?? '';
    const tasks = byReason.get(why);
    if (tasks) tasks.push(row.task_id);
    else byReason.set(why, [row.task_id]);
  }
  return [...byReason]
    .map(([why, task_ids]) => ({ why, task_ids }))
    .sort((a, b) => b.task_ids.length - a.task_ids.length);
}

const isStuck = ({ state }: PlanView['tickets'][number], now: number): boolean =>
  state.phase === 'awaiting_person' || (state.phase === 'ready' && now - state.ready_at >= STUCK_AFTER_MS);

/** A look that says what is stuck as well; the agents are asked for only while something is. */
export function lookForStuck(
  look: (now: number) => Promise<PlanView | undefined>,
  { listByCapability }: Pick<AgentRegistry, 'listByCapability'>,
): (now: number) => Promise<PlanView | undefined> {
  let agents: readonly AgentRecord[] = [];
  let askedAt = Number.NEGATIVE_INFINITY;
  return async (now) => {
    const view = await look(now);
    if (!view?.tickets.some((ticket) => isStuck(ticket, view.at))) return view;
    if (now - askedAt >= AGENTS_FRESH_MS) {
      agents = await listByCapability('*');
      askedAt = now;
    }
    return { ...view, stuck: findStuck(view, agents) };
  };
}

/** `compile, lint and 3 more: no agent has the capabilities it needs (build)`. */
export function stuckLine({ why, task_ids }: Stuck): string {
  const names = task_ids.slice(0, NAMES_TOLD).map((id) => cut(plain(id), NAME));
  const more = task_ids.length > NAMES_TOLD ? ` and ${task_ids.length - NAMES_TOLD} more` : '';
  return `${names.join(', ')}${more}: ${why}`;
}
