/**
 * Single decisions: each takes a slot, and once half of them are taken, each is preceded by one that is freed.
 *
 * What is measured is the peer's part: the index learns of the slot freed, decides and explains, and learns of the slot
 * taken. Making the agents' records is the registry's part: a rehearsal makes them beforehand. The same sequence is decided `repeats` times, and of each
 * decision the quickest counts: a decision that costs much by itself does so every time, the machine's other work does not.
 */
import type { QueueEntry } from '../../core/schedule/queue-entry.ts';
import type { AgentRecord } from '../../core/swarm/agent.ts';
import { firstCapable } from '../../core/swarm/match/first-capable.ts';
import { createMatcher } from '../../core/swarm/match/matcher.ts';
import { createStandingIndex } from '../../core/swarm/match/standing/standing-index.ts';
import { NOW } from '../../test/support/plans.ts';
import { queueOf, type Swarm, type SwarmOf, swarmOf } from './swarm.ts';

/** They come again and again, under other ids: what a bench keeps in memory is not what is measured. */
const DIFFERENT_TICKETS = 4096;

export interface DecisionsOf extends SwarmOf {
  readonly decisions: number;
  readonly warm_up: number;
  readonly repeats: number;
}

export interface Decided {
  readonly peer: string;
  readonly agents: number;
  readonly decisions: number;
  /** 1 ÷ the mean of the quickest times */
  readonly per_second: number;
  /** the best repetition by processor time, garbage collection, compilation and all */
  readonly per_second_all_in: number;
  /** of the quickest times */
  readonly p10_us: number;
  readonly p50_us: number;
  readonly p99_us: number;
  readonly max_us: number;
  /** of the times of the best repetition as they were */
  readonly raw_p99_us: number;
}

/** What a peer does with a ticket: decides, and takes the slot. */
interface Peer {
  decide(entry: QueueEntry): AgentRecord | undefined;
  update(agent: AgentRecord): void;
}

export function indexed({ agents, estimates, random }: Swarm): Peer {
  const index = createStandingIndex({ estimates, random });
  for (const agent of agents) index.put(agent);
  return { decide: (entry) => index.decide(entry, NOW)?.agent, update: index.put };
}

function looking(match: ReturnType<typeof createMatcher>, { agents, estimates, random }: Swarm): Peer {
  const now = [...agents];
  const at = new Map(now.map(({ agent_id }, n) => [agent_id, n]));
  return {
    decide: (entry) => match([entry], now, { now: NOW, estimates, random })[0]?.agent,
    update: (agent) => {
      now[at.get(agent.agent_id) as number] = agent;
    },
  };
}

export const scanning = (swarm: Swarm): Peer => looking(createMatcher(), swarm);
export const first = (swarm: Swarm): Peer => looking(firstCapable, swarm);

export function decide(name: string, peerOf: (swarm: Swarm) => Peer, of: DecisionsOf): Decided {
  const quickest = new Float64Array(of.decisions).fill(Infinity);
  let best = { cpu_us: Infinity, times: quickest };
  const steps = rehearse(peerOf, of);
  for (let nth = 0; nth < of.repeats; nth++) {
    const run = decideOnce(peerOf, steps, of);
    if (run.cpu_us < best.cpu_us) best = run;
    for (let at = 0; at < quickest.length; at++)
      quickest[at] = Math.min(quickest[at] as number, run.times[at] as number);
  }
  const sum = quickest.reduce((total, time) => total + time, 0);
  const at = percentilesOf(quickest);
  return {
    ...{ peer: name, agents: of.agents, decisions: of.decisions },
    per_second: Math.round((1e6 * of.decisions) / sum),
    per_second_all_in: Math.round((1e6 * of.decisions) / best.cpu_us),
    ...{
      p10_us: at(0.1),
      p50_us: at(0.5),
      p99_us: at(0.99),
      max_us: at(1),
      raw_p99_us: percentilesOf(best.times)(0.99),
    },
  };
}

function percentilesOf(times: Float64Array): (share: number) => number {
  const sorted = times.slice().sort();
  return (share) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] as number;
}

/** One decision of a sequence, with the records that the registry made of it. */
interface Step {
  readonly entry: QueueEntry;
  readonly freed: AgentRecord | undefined;
  readonly taken: AgentRecord | undefined;
}

interface Scene {
  readonly swarm: Swarm;
  readonly tickets: readonly QueueEntry[];
}

function sceneOf(of: DecisionsOf): Scene {
  const swarm = swarmOf(of);
  return { swarm, tickets: queueOf({ ...of, tickets: DIFFERENT_TICKETS }, swarm) };
}

/** The records are made here, before anything is timed: seeded as they are, the peers decide the same every time. */
function rehearse(peerOf: (swarm: Swarm) => Peer, of: DecisionsOf): Step[] {
  const { swarm, tickets } = sceneOf(of);
  const peer = peerOf(swarm);
  const now = new Map(swarm.agents.map((agent) => [agent.agent_id, agent]));
  const running: { readonly ticket_id: string; readonly agent_id: string }[] = [];
  const most = (of.agents * of.slots) / 2;
  let ended = 0;
  const update = (agent: AgentRecord): AgentRecord => {
    now.set(agent.agent_id, agent);
    peer.update(agent);
    return agent;
  };
  const free = (): AgentRecord => {
    const { ticket_id, agent_id } = running[ended++] as (typeof running)[number];
    const { [ticket_id]: _, ...held } = (now.get(agent_id) as AgentRecord).held;
    return update({ ...(now.get(agent_id) as AgentRecord), held });
  };
  return Array.from({ length: of.decisions + of.warm_up }, (_, nth) => {
    const entry = tickets[nth % DIFFERENT_TICKETS] as QueueEntry;
    const freed = running.length - ended >= most ? free() : undefined;
    const chosen = peer.decide(entry);
    if (chosen === undefined) return { entry, freed, taken: undefined };
    const { plan_id, task_id, attempt } = entry;
    const ticket_id = `running-${nth}`;
    running.push({ ticket_id, agent_id: chosen.agent_id });
    return {
      entry,
      freed,
      taken: update({ ...chosen, held: { ...chosen.held, [ticket_id]: { plan_id, task_id, attempt } } }),
    };
  });
}

/** @returns times in µs */
function decideOnce(peerOf: (swarm: Swarm) => Peer, steps: readonly Step[], of: DecisionsOf) {
  const peer = peerOf(sceneOf(of).swarm);
  const times = new Float64Array(of.decisions);
  let began = process.cpuUsage();
  for (let nth = 0; nth < steps.length; nth++) {
    const { entry, freed, taken } = steps[nth] as Step;
    if (nth === of.warm_up) began = process.cpuUsage();
    const start = performance.now();
    if (freed !== undefined) peer.update(freed);
    const chosen = peer.decide(entry);
    if (taken !== undefined) peer.update(taken);
    if (nth >= of.warm_up) times[nth - of.warm_up] = 1000 * (performance.now() - start);
    if (chosen?.agent_id !== taken?.agent_id) throw new Error('it decided otherwise than in the rehearsal');
  }
  const { user, system } = process.cpuUsage(began);
  return { times, cpu_us: user + system };
}
