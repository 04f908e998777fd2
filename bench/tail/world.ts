/**
 * A world of agents that work one job at a time, each from a queue of its own, and a dispatcher that hears of what they did
 * a while later; its own assignments it knows at once. Jobs arrive as a Poisson process and bring random work.
 */
import { drawNormal } from '../../core/trail/draw.ts';
import { randomOf } from '../../test/simulation/random.ts';
import { createHeap } from '../../test/support/heap.ts';

/** `black_hole`: fails whatever it gets at once; `hang`: takes jobs and never answers */
export type Nature = 'works' | 'black_hole' | 'hang';

export interface Worker {
  /** work done a service time */
  readonly speed: number;
  readonly nature: Nature;
}

/** An agent that works at another speed for a while; what it has begun goes on as it was. */
export interface Spell {
  readonly agent: number;
  readonly speed: number;
  /** ms */
  readonly from: number;
  readonly until: number;
}

export interface World {
  readonly workers: readonly Worker[];
  /** jobs that arrive in a service time */
  readonly rate: number;
  readonly jobs: number;
  readonly seed: number;
  /** ms of one unit of work at speed 1 */
  readonly service_ms: number;
  /** how old the dispatcher's news of agents are, ms */
  readonly signal_ms: number;
  /** a job that nothing was heard of for so long is lost, and dispatched again, ms */
  readonly lease_ms: number;
  readonly spell?: Spell;
  /** standard deviation of ln work, of mean 1, where it is log-normal and not exponential */
  readonly deviation?: number;
}

export interface Job {
  readonly id: number;
  /** agents that it failed on */
  readonly avoid: readonly number[];
}

export interface News {
  readonly agent: number;
  readonly job: number;
  readonly outcome: 'done' | 'failed' | 'lost';
  /** ms; when the agent had ended it */
  readonly at: number;
  readonly took_ms: number;
}

/** Decides by what it has heard. Times in ms. */
export interface Dispatcher {
  /** @returns the index of an agent */
  choose(job: Job, now: number): number;
  heard(news: News, now: number): void;
}

/** What peers with full knowledge may look at. */
export interface Truth {
  /** at this moment */
  speed(agent: number): number;
  /** jobs of an agent that have not ended */
  queued(agent: number): number;
}

export type MakeDispatcher = (world: World, truth: Truth, random: () => number) => Dispatcher;

/** A job as it stands; `attempt` tells news of a lost one from the next. */
interface Attempt {
  readonly job: Job;
  readonly assigned_at: number;
}

type Happening =
  | { readonly at: number; readonly kind: 'arrival'; readonly id: number }
  | { readonly at: number; readonly kind: 'end'; readonly agent: number; readonly begun: number }
  | { readonly at: number; readonly kind: 'news'; readonly news: News; readonly job: Job }
  | { readonly at: number; readonly kind: 'lease'; readonly agent: number; readonly attempt: Attempt };

/** A failure takes this share of a service time. */
const AT_ONCE = 0.001;

export interface Played {
  /** from arrival to success, in service times, in order of arrival; NaN: not done by the end */
  readonly sojourns: Float64Array;
  /** attempts by agent */
  readonly attempts: readonly number[];
}

/** The same world and seed give every dispatcher the same arrivals and sizes. */
export function play(world: World, make: MakeDispatcher): Played {
  const { workers, rate, jobs, seed, service_ms, signal_ms, lease_ms, spell, deviation } = world;
  const exponential = (name: string) => {
    const random = randomOf(seed, name);
    return () => -Math.log(1 - random.next());
  };
  const logNormal = (name: string, sigma: number) => {
    const random = randomOf(seed, name);
    return () => Math.exp(sigma * drawNormal(random.next) - sigma ** 2 / 2);
  };
  const gap = exponential('arrivals');
  const size = deviation === undefined ? exponential('sizes') : logNormal('sizes', deviation);
  const arrivals = new Float64Array(jobs);
  const sizes = new Float64Array(jobs);
  let clock = 0;
  for (let id = 0; id < jobs; id++) {
    clock += (gap() / rate) * service_ms;
    arrivals[id] = clock;
    sizes[id] = size() * service_ms;
  }
  const queues: Attempt[][] = workers.map(() => []);
  const attempts = workers.map(() => 0);
  let now = 0;
  const dispatcher = make(
    world,
    { speed: speedOf, queued: (agent) => queueOf(agent).length },
    randomOf(seed, 'choices').next,
  );
  const sojourns = new Float64Array(jobs).fill(Number.NaN);
  const agenda = createHeap<Happening>();
  let open = jobs;

  function speedOf(agent: number): number {
    const slowed = spell?.agent === agent && now >= spell.from && now < spell.until;
    return slowed ? spell.speed : (workers[agent] as Worker).speed;
  }

  function queueOf(agent: number): Attempt[] {
    return queues[agent] as Attempt[];
  }

  function begin(agent: number): void {
    const [head] = queueOf(agent);
    const { nature } = workers[agent] as Worker;
    if (head === undefined || nature === 'hang') return;
    const takes = nature === 'works' ? (sizes[head.job.id] as number) / speedOf(agent) : AT_ONCE * service_ms;
    agenda.put({ at: now + takes, kind: 'end', agent, begun: now });
  }

  function dispatch(job: Job): void {
    const agent = dispatcher.choose(job, now);
    const attempt = { job, assigned_at: now };
    attempts[agent] = (attempts[agent] as number) + 1;
    if (queueOf(agent).push(attempt) === 1) begin(agent);
    if ((workers[agent] as Worker).nature === 'hang') agenda.put({ at: now + lease_ms, kind: 'lease', agent, attempt });
  }

  const again = ({ id, avoid }: Job, agent: number): Job => ({ id, avoid: [...avoid, agent] });

  agenda.put({ at: arrivals[0] as number, kind: 'arrival', id: 0 });
  while (open > 0) {
    const next = agenda.take();
    if (next === undefined) throw new Error('jobs are left that nobody will end');
    now = next.at;
    switch (next.kind) {
      case 'arrival': {
        const { id } = next;
        if (id + 1 < jobs) agenda.put({ at: arrivals[id + 1] as number, kind: 'arrival', id: id + 1 });
        dispatch({ id, avoid: [] });
        break;
      }
      case 'end': {
        const { agent, begun } = next;
        const { job } = queueOf(agent).shift() as Attempt;
        const done = (workers[agent] as Worker).nature === 'works';
        if (done) {
          sojourns[job.id] = (now - (arrivals[job.id] as number)) / service_ms;
          open--;
        }
        const news = { agent, job: job.id, outcome: done ? 'done' : 'failed', at: now, took_ms: now - begun } as const;
        agenda.put({ at: now + signal_ms, kind: 'news', news, job });
        begin(agent);
        break;
      }
      case 'news':
        dispatcher.heard(next.news, now);
        if (next.news.outcome !== 'done') dispatch(again(next.job, next.news.agent));
        break;
      case 'lease': {
        const { agent, attempt } = next;
        const queue = queueOf(agent);
        queue.splice(queue.indexOf(attempt), 1);
        const { job } = attempt;
        dispatcher.heard({ agent, job: job.id, outcome: 'lost', at: now, took_ms: now - attempt.assigned_at }, now);
        dispatch(again(job, agent));
      }
    }
  }
  return { sojourns, attempts };
}
