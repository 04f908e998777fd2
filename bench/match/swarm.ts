/** Seeded swarms and queues: agents that differ in speed and reliability by kind of work, and tickets of log-normal length. */
import type { QueueEntry } from '../../core/schedule/queue-entry.ts';
import type { AgentRecord } from '../../core/swarm/agent.ts';
import type { Estimate, Estimates } from '../../core/trail/estimate.ts';
import { NEUTRAL } from '../../core/trail/estimate.ts';
import { agentOf, entryOf } from '../../test/support/scheduling.ts';
import { seeded } from '../support/random-plans.ts';

export interface SwarmOf {
  readonly agents: number;
  readonly capabilities: number;
  /** of each agent */
  readonly skills: number;
  readonly slots: number;
  /** of work; each capability's own where it is as many as capabilities */
  readonly kinds: number;
  /** standard deviation of an agent's ln speed between kinds of work; between agents it is 0.6 */
  readonly kind_spread: number;
  readonly seed: number;
}

export interface Swarm {
  readonly agents: AgentRecord[];
  readonly estimates: Estimates;
  readonly random: () => number;
  readonly normal: () => number;
}

const ZONES = ['a', 'b', 'c'];

export function swarmOf({ agents, capabilities, skills, slots, kinds, kind_spread, seed }: SwarmOf): Swarm {
  const random = seeded(seed);
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const known = new Map<string, Map<string, Estimate>>();
  const records = Array.from({ length: agents }, (_, n) => {
    const can = new Set<string>();
    while (can.size < Math.min(skills, capabilities)) can.add(capabilityOf(Math.floor(random() * capabilities)));
    const ln = 0.6 * normal();
    const ofKinds = new Map<string, Estimate>();
    for (const kind of kinds === capabilities ? [...can].map(numberOf) : Array.from({ length: kinds }).keys()) {
      const seen = 1 + Math.floor(40 * random());
      const failures = Math.floor(random() * random() * 0.3 * seen);
      ofKinds.set(kindOf(kind), {
        ln_ratio: { mean: ln + kind_spread * normal(), kappa: 1 + seen, alpha: 2 + seen / 2, beta: 0.5 + 0.02 * seen },
        success: { a: 1.9 + seen - failures, b: 0.1 + failures },
        evidence: seen,
      });
    }
    const id = `agent-${n}`;
    known.set(id, ofKinds);
    const location = { region: n % 10 === 0 ? 'far' : 'home', zone: ZONES[n % 3] as string };
    return agentOf(id, { capabilities: [...can], capacity: slots, location });
  });
  return { agents: records, estimates: (id, kind) => known.get(id)?.get(kind) ?? NEUTRAL, random, normal };
}

export const capabilityOf = (n: number): string => `capability-${n}`;
const numberOf = (capability: string): number => Number(capability.split('-')[1]);
export const kindOf = (n: number): string => `kind-${n}`;

export interface QueueOf {
  readonly tickets: number;
  readonly capabilities: number;
  readonly kinds: number;
}

export function queueOf({ tickets, capabilities, kinds }: QueueOf, { random, normal }: Swarm): QueueEntry[] {
  return Array.from({ length: tickets }, (_, n) => {
    const capability = Math.floor(random() * capabilities);
    return entryOf(`ticket-${n}`, {
      required_capabilities: [capabilityOf(capability)],
      task_type: kindOf(kinds === capabilities ? capability : Math.floor(random() * kinds)),
      estimated_duration_ms: Math.round(60_000 * Math.exp(normal())),
      location: { region: 'home', zone: ZONES[Math.floor(random() * 3)] as string },
    });
  });
}
