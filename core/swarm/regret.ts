/**
 * What the choices of agents have cost beyond the best ones, from what happened. Each attempt is held against the agents
 * that had a slot free when it was assigned: the clairvoyant takes the one that is best by all that was seen of them in
 * the end; round-robin takes any, so it pays their mean. Cumulative pseudo-regret as in bandit problems (Lattimore &
 * Szepesvári, "Bandit Algorithms", 2020, ch. 4).
 */

/** An attempt that ended, as the ledger has it. Times in epoch ms. */
export interface EndedAttempt {
  readonly agent_id: string;
  /** the kind of work */
  readonly task_type: string;
  readonly estimated_ms: number;
  readonly assigned_at: number;
  readonly ended_at: number;
  /** of the work itself */
  readonly duration_ms: number;
  readonly succeeded: boolean;
}

/** How an agent turned out to do. */
export interface Showing {
  readonly agent_id: string;
  readonly attempts: number;
  readonly failures: number;
  /** Σ durations ÷ Σ estimates, of its attempts that succeeded, or of all where none did */
  readonly slowness: number;
  /** estimated ms × this = ms that a success takes on it, its failures included */
  readonly cost_factor: number;
}

export interface RegretPoint {
  readonly at: number;
  readonly agent_id: string;
  /** ms, up to and with this attempt */
  readonly regret_ms: number;
  readonly round_robin_ms: number;
}

export interface Regret {
  readonly attempts: number;
  /** best first */
  readonly agents: readonly Showing[];
  /** in order of assignment */
  readonly points: readonly RegretPoint[];
  readonly regret_ms: number;
  /** what round-robin over the free agents would have been expected to cost beyond the clairvoyant */
  readonly round_robin_ms: number;
  /** ms of regret an attempt, of the first and of the last third: less in the last, it has learnt */
  readonly first_third_ms: number;
  readonly last_third_ms: number;
}

/**
 * @param capacity slots of each agent that could have been chosen; one that made attempts and is not among them has one
 */
export function regretOf(attempts: readonly EndedAttempt[], capacity: ReadonlyMap<string, number>): Regret {
  const ordered = [...attempts].sort((a, b) => a.assigned_at - b.assigned_at);
  const showings = showingsOf(ordered);
  const known = [...new Set([...capacity.keys(), ...showings.keys()])].filter((id) => showings.has(id));
  let regret = 0;
  let roundRobin = 0;
  const points = ordered.map(({ agent_id, assigned_at: at, estimated_ms }, index): RegretPoint => {
    const busy = busyAt(ordered, index);
    const free = known.filter((id) => id === agent_id || (busy.get(id) ?? 0) < (capacity.get(id) ?? 1));
    const costs = free.map((id) => estimated_ms * factorOf(showings, id));
    const best = Math.min(...costs);
    regret += estimated_ms * factorOf(showings, agent_id) - best;
    roundRobin += costs.reduce((sum, cost) => sum + cost, 0) / costs.length - best;
    return { at, agent_id, regret_ms: regret, round_robin_ms: roundRobin };
  });
  const third = Math.floor(points.length / 3);
  const upTo = (index: number) => points[index - 1]?.regret_ms ?? 0;
  return {
    attempts: points.length,
    agents: [...showings.values()].sort((a, b) => a.cost_factor - b.cost_factor),
    points,
    regret_ms: regret,
    round_robin_ms: roundRobin,
    first_third_ms: third === 0 ? 0 : upTo(third) / third,
    last_third_ms: third === 0 ? 0 : (regret - upTo(points.length - third)) / third,
  };
}

const factorOf = (showings: ReadonlyMap<string, Showing>, id: string): number =>
  (showings.get(id) as Showing).cost_factor;

/** Slots that were taken when the attempt was assigned. */
function busyAt(ordered: readonly EndedAttempt[], index: number): Map<string, number> {
  const busy = new Map<string, number>();
  const { assigned_at } = ordered[index] as EndedAttempt;
  for (let at = 0; at < index; at++) {
    const { agent_id, ended_at } = ordered[at] as EndedAttempt;
    if (ended_at > assigned_at) busy.set(agent_id, (busy.get(agent_id) ?? 0) + 1);
  }
  return busy;
}

function showingsOf(attempts: readonly EndedAttempt[]): Map<string, Showing> {
  const byAgent = new Map<string, EndedAttempt[]>();
  for (const attempt of attempts) byAgent.set(attempt.agent_id, [...(byAgent.get(attempt.agent_id) ?? []), attempt]);
  return new Map([...byAgent].map(([agent_id, own]) => [agent_id, showingOf(agent_id, own)]));
}

function showingOf(agent_id: string, own: readonly EndedAttempt[]): Showing {
  const done = own.filter(({ succeeded }) => succeeded);
  const counted = done.length > 0 ? done : own;
  const total = (of: (attempt: EndedAttempt) => number) => counted.reduce((sum, attempt) => sum + of(attempt), 0);
  const slowness =
    total(({ duration_ms }) => duration_ms) /
    Math.max(
      1,
      total(({ estimated_ms }) => estimated_ms),
    );
  // Half an attempt each way: one that failed once has not been seen to fail always.
  const success = (done.length + 0.5) / (own.length + 0.5);
  return {
    ...{ agent_id, attempts: own.length, failures: own.length - done.length, slowness },
    cost_factor: slowness / success,
  };
}
