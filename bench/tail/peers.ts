/** Load balancers that the swarm is compared with: Mitzenmacher 2001 (two choices), Winston 1977 (shortest queue), Dorigo 1996 (roulette). */
import type { Dispatcher, MakeDispatcher } from './world.ts';

/** Of those that cost least, any. */
export function cheapest(agents: number, cost: (agent: number) => number, random: () => number): number {
  let best = -1;
  let least = Number.POSITIVE_INFINITY;
  let equal = 0;
  for (let agent = 0; agent < agents; agent++) {
    const c = cost(agent);
    if (c > least) continue;
    equal = c < least ? 1 : equal + 1;
    if (equal === 1 || random() * equal < 1) best = agent;
    least = c;
  }
  return best;
}

/** Jobs an agent holds, as far as the dispatcher has heard: its own assignments less what it was told of. */
function counted(agents: number, choose: (held: readonly number[], avoid: readonly number[]) => number): Dispatcher {
  const held: number[] = new Array(agents).fill(0);
  return {
    choose({ avoid }) {
      const agent = choose(held, avoid);
      held[agent] = (held[agent] as number) + 1;
      return agent;
    },
    heard({ agent }) {
      held[agent] = (held[agent] as number) - 1;
    },
  };
}

const anyOf = (agents: number, random: () => number): number => Math.floor(random() * agents);

/** One that the job has not failed on, if a few draws find one. */
function other(draw: () => number, avoid: readonly number[]): number {
  let agent = draw();
  for (let tries = 0; tries < 10 && avoid.includes(agent); tries++) agent = draw();
  return agent;
}

const avoiding = (avoid: readonly number[], agent: number): number => (avoid.includes(agent) ? 1e9 : 0);

const random: MakeDispatcher = ({ workers }, _, chance) =>
  counted(workers.length, (_held, avoid) => other(() => anyOf(workers.length, chance), avoid));

const roundRobin: MakeDispatcher = ({ workers }) => {
  let last = -1;
  return counted(workers.length, (_, avoid) => other(() => (last = (last + 1) % workers.length), avoid));
};

const twoChoices: MakeDispatcher = ({ workers }, _, chance) =>
  counted(workers.length, (held, avoid) => {
    const [one, two] = [0, 0].map(() => other(() => anyOf(workers.length, chance), avoid)) as [number, number];
    return (held[one] as number) <= (held[two] as number) ? one : two;
  });

const shortestQueueHeard: MakeDispatcher = ({ workers }, _, chance) =>
  counted(workers.length, (held, avoid) =>
    cheapest(workers.length, (agent) => (held[agent] as number) + avoiding(avoid, agent), chance),
  );

const shortestQueue: MakeDispatcher = ({ workers }, { queued }, chance) => ({
  choose: ({ avoid }) => cheapest(workers.length, (agent) => queued(agent) + avoiding(avoid, agent), chance),
  heard: () => {},
});

const expectedDelay: MakeDispatcher = ({ workers }, { queued, speed }, chance) => ({
  choose: ({ avoid }) =>
    cheapest(workers.length, (agent) => (queued(agent) + 1) / speed(agent) + avoiding(avoid, agent), chance),
  heard: () => {},
});

const expectedDelayHeard: MakeDispatcher = ({ workers }, { speed }, chance) =>
  counted(workers.length, (held, avoid) =>
    cheapest(workers.length, (agent) => ((held[agent] as number) + 1) / speed(agent) + avoiding(avoid, agent), chance),
  );

/** Of an ant colony's pheromone, what is left by the next deposit, and the least of it. */
const LEFT = 0.995;
const LEAST = 0.01;

/** Each agent in proportion to its pheromone: a success leaves estimate ÷ sojourn at the agent, a failure nothing. */
const roulette: MakeDispatcher = ({ workers, service_ms }, _, chance) => {
  const pheromone: number[] = new Array(workers.length).fill(1);
  const assigned = new Map<number, number>();
  let sum = workers.length;
  function draw(): number {
    let rest = chance() * sum;
    return Math.max(
      0,
      pheromone.findIndex((share) => {
        rest -= share;
        return rest <= 0;
      }),
    );
  }
  return {
    choose({ id, avoid }, now) {
      assigned.set(id, now);
      return other(draw, avoid);
    },
    heard({ agent, job, outcome, at }) {
      const took = at - (assigned.get(job) as number);
      const deposit = outcome === 'done' ? service_ms / Math.max(took, LEAST * service_ms) : 0;
      const was = pheromone[agent] as number;
      const is = Math.max(LEAST, LEFT * was + (1 - LEFT) * deposit);
      pheromone[agent] = is;
      sum += is - was;
    },
  };
};

export const PEERS = {
  random,
  'round-robin': roundRobin,
  'pheromone roulette': roulette,
  'power of two choices': twoChoices,
  'shortest queue, as heard': shortestQueueHeard,
  'shortest queue, full knowledge': shortestQueue,
  'shortest expected delay, speeds known, as heard': expectedDelayHeard,
  'shortest expected delay, full knowledge': expectedDelay,
} satisfies Record<string, MakeDispatcher>;
