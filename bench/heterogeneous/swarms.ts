/** Seeded swarms of agents of different speeds. */
import { createRandom } from '../../core/simulate/random.ts';
import type { SimulatedAgent } from '../../core/simulate/types.ts';

export type Kind = 'related' | 'unrelated';

/**
 * Speeds from ¼ to 4, log-uniform. `related`: an agent is as fast at everything; `unrelated`: its speed at each kind of work
 * differs from that by up to 2 either way, so agents are good at different things.
 */
export function swarmOf(kind: Kind, size: number, kinds: readonly string[], seed: number): SimulatedAgent[] {
  const random = createRandom(seed * 7919 + size);
  const speeds = Array.from({ length: size }, () => 2 ** (4 * random() - 2));
  return speeds.map((speed, at) => ({
    agent_id: `agent-${at}`,
    speed,
    ...(kind === 'unrelated' && {
      speeds: Object.fromEntries(kinds.map((name) => [name, speed * 2 ** (2 * random() - 1)])),
    }),
  }));
}
