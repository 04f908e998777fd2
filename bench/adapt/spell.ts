/** One of ten equal agents turns ten times slower and then recovers: how soon is it avoided, how soon used again? */
import { type Dispatcher, type MakeDispatcher, play, type Spell, type Truth, type World } from '../tail/world.ts';

const AGENTS = 10;
const SLOWER = 10;
/** The one that changes. */
const AGENT = 3;
/** Tickets that a share is counted over. */
const WINDOW = 200;
/** Shares of a fair share. */
const AVOIDED = 0.1;
const USED = 0.5;

export interface Setting {
  readonly seed: number;
  readonly service_ms: number;
  readonly load: number;
  /** standard deviation of ln work */
  readonly deviation: number;
  /** tickets before the change, while it lasts, and after it */
  readonly tickets: readonly [number, number, number];
}

export interface Adapted {
  /** the agent's tickets from its change until it is avoided, the tickets of all in that time, and service times */
  readonly avoided: Until | undefined;
  /** the same from its recovery until it is used again */
  readonly used: Until | undefined;
  /** sum of all tickets' times from arrival to success less the oracle's, in service times, after each part */
  readonly regret: readonly [number, number, number];
  readonly sum: readonly [number, number, number];
}

export interface Until {
  readonly own: number;
  readonly tickets: number;
  readonly service_times: number;
}

interface Choice {
  readonly agent: number;
  readonly at: number;
}

/** Full knowledge of speeds and queues at any moment. */
export const oracle: MakeDispatcher = ({ workers }, { queued, speed }: Truth): Dispatcher => ({
  choose() {
    let best = 0;
    let least = Number.POSITIVE_INFINITY;
    for (let agent = 0; agent < workers.length; agent++) {
      const cost = (queued(agent) + 1) / speed(agent);
      if (cost < least) [best, least] = [agent, cost];
    }
    return best;
  },
  heard: () => {},
});

export function adapt({ seed, service_ms, load, tickets, deviation }: Setting, make: MakeDispatcher): Adapted {
  const jobs = tickets.reduce((a, b) => a + b);
  const rate = load * AGENTS;
  const at = (ticket: number): number => (ticket / rate) * service_ms;
  const spell: Spell = { agent: AGENT, speed: 1 / SLOWER, from: at(tickets[0]), until: at(tickets[0] + tickets[1]) };
  const workers = new Array(AGENTS).fill({ speed: 1, nature: 'works' });
  const world: World = { workers, rate, jobs, seed, service_ms, signal_ms: 500, lease_ms: 15_000, spell, deviation };
  const choices: Choice[] = [];
  const watched: MakeDispatcher = (of, truth, random) => {
    const { choose, heard } = make(of, truth, random);
    return {
      choose(job, now) {
        const agent = choose(job, now);
        choices.push({ agent, at: now });
        return agent;
      },
      heard,
    };
  };
  const [own, best] = [play(world, watched), play(world, oracle)].map(({ sojourns }) => sumsOf(sojourns, tickets)) as [
    Sums,
    Sums,
  ];
  const fair = WINDOW / AGENTS;
  return {
    avoided: until(choices, spell.from, spell.until, service_ms, (share) => share < AVOIDED * fair),
    used: until(choices, spell.until, Number.POSITIVE_INFINITY, service_ms, (share) => share >= USED * fair),
    regret: own.map((sum, part) => sum - (best[part] as number)) as unknown as Sums,
    sum: own,
  };
}

type Sums = readonly [number, number, number];

function sumsOf(sojourns: Float64Array, tickets: readonly number[]): Sums {
  let from = 0;
  return tickets.map((count) => {
    const part = sojourns.subarray(from, from + count);
    from += count;
    return part.reduce((a, b) => a + b, 0);
  }) as unknown as Sums;
}

/** Until the first WINDOW tickets of which the agent gets such a number. */
function until(
  choices: readonly Choice[],
  from: number,
  to: number,
  service_ms: number,
  is: (share: number) => boolean,
): Until | undefined {
  const first = choices.findIndex(({ at }) => at >= from);
  let own = 0;
  let share = 0;
  const of = (index: number): number => (choices[index]?.agent === AGENT ? 1 : 0);
  for (let index = first; index < first + WINDOW; index++) share += of(index);
  for (let index = first; index + WINDOW < choices.length; index++) {
    const { at } = choices[index] as Choice;
    if (at >= to) return undefined;
    if (is(share)) return { own, tickets: index - first, service_times: (at - from) / service_ms };
    own += of(index);
    share += of(index + WINDOW) - of(index);
  }
  return undefined;
}
