/**
 * What a pass of a round decides: whose turn it is, and who runs it. The queue is read by lanes, the strategy in force
 * ranks what was read, and the swarm's matching gives the first ones the agents that are free.
 */
import { NONE_OPEN, type OpenBreakers, type OpenOnes, spareAgents, spareEntries } from '../guard/open-breakers.ts';
import type { AgentRegistry } from '../ports/agent-registry.ts';
import type { Clock } from '../ports/clock.ts';
import type { ReadyQueue } from '../ports/ready-queue.ts';
import type { SharesStore } from '../ports/shares.ts';
import { type AgentRecord, freeSlots, hasCapabilities, mayBeMatched } from '../swarm/agent.ts';
import type { Match, Matcher } from '../swarm/match.ts';
import { type Estimates, neutral } from '../trail/estimate.ts';
import { meanDuration } from '../trail/predict.ts';
import type { ReadEstimates } from '../trail/read-estimates.ts';
import { ANY_CAPABILITY } from './any-capability.ts';
import type { QueueEntry } from './queue-entry.ts';
import { type Backlog, readLanes } from './read-lanes.ts';
import type { RankContext, Ranked, Shares, Strategy } from './strategy/strategy.ts';

export interface DecideDeps {
  queue: ReadyQueue;
  agents: AgentRegistry;
  shares: SharesStore;
  strategyInForce: () => Promise<Strategy>;
  readEstimates: ReadEstimates;
  match: Matcher;
  clock: Clock;
  /** absent: nothing is spared */
  breakers?: OpenBreakers;
}

/** One pass. */
export interface Decided {
  /** tickets that were looked at */
  readonly looked: number;
  readonly matches: readonly Match[];
  /** slots are free still, and there may be tickets behind these */
  readonly left: boolean;
  /** Says which of the matches became assignments: their tenants and tiers have had their turns. */
  charge(assigned: ReadonlySet<string>): void;
}

/** The passes of one round of a pool; what they charge is kept when the round is over. */
export interface Decisions {
  /** @param except ids of tickets that are passed over */
  decide(except?: ReadonlySet<string>): Promise<Decided>;
  keep(): Promise<void>;
}

/** Tickets that a pass looks at beyond the free slots: some are cleared for fewer agents, or avoid one. */
const SPARE = 20;
/**
 * Where more wait than `SPARE`, a pass looks at this many at least: the ticket that its plan's end waits for may have come
 * late. Of 20, recorded workflows took 1 % longer, and of 200 no less (`bench:heterogeneous`).
 */
const LEAST_RANKED = 100;
/** Tickets that a pass looks at, at most, where all wait in one lane. */
export const ROUND_SIZE = 200;
/** Tickets that a pass looks at where all wait in one lane, more than `SPARE` of them. @param free slots */
export const pageFor = (free: number): number => Math.min(ROUND_SIZE, Math.max(LEAST_RANKED, free + SPARE));
/** Such pages that a pass reads at most where none of the lanes' heads can begin. */
const PAGES_BEHIND = 5;
/** Tickets of a lane, and lanes of a class, that a pass looks at where the queue is long. */
export const LANE_LIMITS = { per_lane: 12, lanes_per_class: 6 };

const NONE: ReadonlySet<string> = new Set();
const NOTHING: Decided = { looked: 0, matches: [], left: false, charge: () => {} };

export function createDecisions(deps: DecideDeps): (pool: string) => Decisions {
  const { queue, agents, shares, strategyInForce, clock } = deps;

  return (pool) => {
    let kept: { readonly shares: Shares | undefined } | undefined;
    let changed = false;
    const loadShares = async (): Promise<Shares | undefined> => {
      kept ??= { shares: await shares.load(pool) };
      return kept.shares;
    };

    async function decide(except: ReadonlySet<string> = NONE): Promise<Decided> {
      const head = await queue.list(pool, SPARE);
      const [first] = head;
      if (first === undefined) return NOTHING;
      const open = (await deps.breakers?.list()) ?? NONE_OPEN;
      const there = await agents.listByCapability(first.required_capabilities[0] ?? ANY_CAPABILITY);
      const candidates = spareAgents(there, open, clock.now());
      const free = slotsFree(candidates, first, clock.now());
      if (free === 0) return { ...NOTHING, looked: head.length };
      const backlog = await read(head, free);
      const estimates = await estimatesOf(deps, pool);
      const strategy = await strategyInForce();
      const now = clock.now();
      const contended = !backlog.whole || backlog.entries.length > free;
      const had = await loadShares();
      const context: RankContext = { now, shares: had, predictService: predictServiceBy(estimates) };
      const asked = except.size === 0 ? backlog.entries : backlog.entries.filter((one) => !except.has(one.ticket_id));
      const ranked = strategy.rank(asked, context);
      const matches = matchRanked(deps, ranked, candidates, { strategy, estimates, now, open });
      const chargeOf =
        (ranked: readonly Ranked[]) =>
        (assigned: ReadonlySet<string>): void => {
          // Turns that are still owed from when it was contended end with the first round that leaves nobody waiting.
          if (!contended && Object.keys(had?.classes ?? {}).length === 0) return;
          const { open, cursors } = backlog;
          const after = strategy.charge({ ranked, assigned, open, cursors }, context);
          changed ||= JSON.stringify(after) !== JSON.stringify(kept?.shares);
          kept = { shares: after };
        };
      if (matches.length > 0 || backlog.whole)
        return {
          ...{ looked: ranked.length, matches, left: !backlog.whole && matches.length < free },
          charge: chargeOf(ranked),
        };
      const behind = await matchBehind(
        head.at(-1) as QueueEntry,
        candidates,
        { strategy, estimates, now, open },
        except,
      );
      return { ...behind, charge: chargeOf(behind.ranked) };
    }

    const read = (head: readonly QueueEntry[], free: number): Promise<Backlog> => {
      // What was read of it is all of a queue that ended before.
      const enough = head.length < SPARE;
      const page = enough ? SPARE : pageFor(free);
      const list: ReadyQueue['list'] = (of, limit, after) =>
        enough && after === undefined ? Promise.resolve([...head]) : queue.list(of, limit, after);
      const source = { list };
      return readLanes(source, pool, { page, ...LANE_LIMITS }, async () => (await loadShares())?.cursors ?? {});
    };

    /**
     * None of the lanes' heads begins now (they are left for faster agents, say): whoever waits behind them may. Not the
     * whole of a long queue is read for that; the lanes' heads move on.
     */
    async function matchBehind(
      last: QueueEntry,
      candidates: readonly AgentRecord[],
      by: By,
      except: ReadonlySet<string>,
    ) {
      let after = last.key;
      for (let page = 1; ; page++) {
        const entries = await queue.list(pool, ROUND_SIZE, after);
        const ranked = by.strategy.rank(
          entries.filter((one) => !except.has(one.ticket_id)),
          { now: by.now },
        );
        const matches = matchRanked(deps, ranked, candidates, by);
        const left = entries.length === ROUND_SIZE;
        if (matches.length > 0 || !left || page === PAGES_BEHIND)
          return { looked: entries.length, ranked, matches, left };
        after = entries.at(-1)?.key ?? after;
      }
    }

    return {
      decide,
      async keep() {
        if (!changed || kept?.shares === undefined) return;
        // Losing it costs the turns of one round, which is no reason to fail a round whose assignments are committed.
        await shares.save(pool, kept.shares).catch(() => {});
      },
    };
  };
}

/** Ids that no agent has: what is known of an agent that nothing is known of. */
const NOBODY = '';

/** Expected ms of an attempt, on whichever agent. */
export const predictServiceBy =
  (estimates: Estimates) =>
  ({ task_type, estimated_duration_ms }: QueueEntry): number =>
    meanDuration(estimates(NOBODY, task_type), estimated_duration_ms);

/** What is not known does not keep tickets waiting. */
export const estimatesOf = ({ readEstimates }: Pick<DecideDeps, 'readEstimates'>, pool: string): Promise<Estimates> =>
  readEstimates(pool).catch(() => neutral);

interface By {
  readonly strategy: Strategy;
  readonly estimates: Estimates;
  readonly now: number;
  /** what is given nothing, or one ticket; absent: nothing is spared */
  readonly open?: OpenOnes;
}

/** The explanations say why it was each ticket's turn, beside why it is this agent. */
export function matchRanked(
  { match, clock }: Pick<DecideDeps, 'match' | 'clock'>,
  ranked: readonly Ranked[],
  candidates: readonly AgentRecord[],
  { strategy, estimates, now, open = NONE_OPEN }: By,
): Match[] {
  const places = new Map(ranked.map(({ entry, priority }, at) => [entry.ticket_id, { priority, place: at + 1 }]));
  const entries = spareEntries(ranked, open, now).map(({ entry }) => entry);
  return match(entries, candidates, { now, estimates, random: clock.random }).map((found) => {
    const { priority, place = 1 } = places.get(found.entry.ticket_id) ?? {};
    const turn = { strategy: strategy.name, queue_position: place, queue_length: ranked.length };
    return { ...found, explanation: { ...found.explanation, ...turn, ...(priority && { priority }) } };
  });
}

/** Slots of the agents that may run it. */
export function slotsFree(
  candidates: readonly AgentRecord[],
  { required_capabilities }: Pick<QueueEntry, 'required_capabilities'>,
  now: number,
): number {
  return candidates
    .filter((agent) => mayBeMatched(agent, now) && hasCapabilities(agent, required_capabilities))
    .reduce((sum, agent) => sum + Math.max(0, freeSlots(agent)), 0);
}
