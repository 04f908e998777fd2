/**
 * Which agents, assets and endpoints are given nothing now. A process asks once in a while for the open ones alone, of which there are
 * few; where they cannot be read it goes by what it knew: breakers spare work that would fail, and allow nothing.
 */
import { breakerAggregate } from '../ledger/aggregate.ts';
import type { Clock } from '../ports/clock.ts';
import type { Sha256 } from '../ports/digest.ts';
import type { Ledger, Write } from '../ports/ledger.ts';
import type { QueueEntry } from '../schedule/queue-entry.ts';
import type { AgentRecord } from '../swarm/agent.ts';
import type { TicketSpec } from '../ticket/state.ts';
import { touchedOf } from '../ticket/touched.ts';
import { appendToBreaker, OPEN_BREAKERS } from './append.ts';
import { agentBreaker, assetBreaker, type BreakerState, mayTry, phaseAt } from './breaker.ts';
import { BREAKER, KNOWN_FOR_MS } from './settings.ts';

/** By key; those that are open or half open. */
export type OpenOnes = ReadonlyMap<string, BreakerState>;

export const NONE_OPEN: OpenOnes = new Map();

export interface OpenBreakers {
  /** at most `KNOWN_FOR_MS` old */
  list(): Promise<OpenOnes>;
  /**
   * What an assignment writes beside: it is the trial of what it uses and is half open. Resolves to undefined where it may
   * not be made, as a breaker is open or tried by another; what is known is read anew then.
   */
  trialOf(entry: QueueEntry, agent: AgentRecord): Promise<Write[] | undefined>;
  /** Something was not as it was known. */
  forget(): void;
}

/** Open ones that are read, the last opened first. */
const MOST = 500;

export function createOpenBreakers(deps: {
  ledger: Pick<Ledger, 'listStates' | 'loadState'>;
  clock: Pick<Clock, 'now'>;
  sha256: Sha256;
}): OpenBreakers {
  const { ledger, clock, sha256 } = deps;
  let known: { readonly at: number; readonly open: OpenOnes } | undefined;

  async function list(): Promise<OpenOnes> {
    const now = clock.now();
    if (known !== undefined && now - known.at < KNOWN_FOR_MS) return known.open;
    try {
      const states = await ledger.listStates<BreakerState>(OPEN_BREAKERS, MOST);
      known = {
        at: now,
        open: new Map(states.filter(({ phase }) => phase === 'open').map((state) => [state.key, state])),
      };
    } catch {
      known = { at: now, open: known?.open ?? NONE_OPEN };
    }
    return known.open;
  }

  return {
    list,

    async trialOf(entry, agent) {
      const open = await list();
      if (open.size === 0) return [];
      const keys = breakersOf(entry, agent.agent_id).filter((key) => open.has(key));
      const now = clock.now();
      const writes: Write[] = [];
      for (const key of keys) {
        const standing = await ledger.loadState<BreakerState>(breakerAggregate(key));
        if (standing?.state.phase !== 'open') continue;
        if (!mayTry(standing.state, now)) {
          known = undefined;
          return undefined;
        }
        const give_up_at = now + (entry.deadline - entry.ready_at) + BREAKER.probe_grace_ms;
        const { ticket_id, attempt } = entry;
        writes.push(
          appendToBreaker(standing, { type: 'BreakerTried', key, ticket_id, attempt, give_up_at }, now, sha256).write,
        );
      }
      return writes;
    },

    forget() {
      known = undefined;
    },
  };
}

export const breakersOf = ({ assets = [] }: Pick<QueueEntry, 'assets'>, agentId: string): string[] => [
  agentBreaker(agentId),
  ...assets.map(assetBreaker),
];

/** Agents as rounds are to see them: those that are open not at all, those half open with one slot for the trial. */
export function spareAgents(agents: readonly AgentRecord[], open: OpenOnes, now: number): readonly AgentRecord[] {
  if (open.size === 0) return agents;
  return agents.flatMap((agent) => {
    const state = open.get(agentBreaker(agent.agent_id));
    if (state === undefined) return [agent];
    if (!mayTry(state, now)) return [];
    const capacity = Math.min(agent.capacity, Object.keys(agent.held).length + 1);
    return [{ ...agent, capacity }];
  });
}

/** In their order, those that no open asset keeps waiting; of those that could try one that is half open, the first. */
export function spareEntries<Of extends { readonly entry: QueueEntry }>(
  ranked: readonly Of[],
  open: OpenOnes,
  now: number,
): readonly Of[] {
  if (open.size === 0) return ranked;
  const tried = new Set<string>();
  return ranked.filter(({ entry: { assets = [] } }) => {
    const states = assets.flatMap((id) => open.get(assetBreaker(id)) ?? []);
    if (states.some((state) => !mayTry(state, now) || tried.has(state.key))) return false;
    for (const { key } of states) tried.add(key);
    return true;
  });
}

/** Why a ticket waits, in a sentence each, and until when (epoch ms); nothing where no breaker keeps it. */
export function whyCircuitOpen(
  wanted: Pick<TicketSpec, 'assets'>,
  capable: readonly AgentRecord[],
  open: OpenOnes,
  now: number,
): { readonly at: number; readonly what: string }[] {
  const keys = [...touchedOf(wanted).map(assetBreaker), ...capable.map(({ agent_id }) => agentBreaker(agent_id))];
  return [...new Set(keys)].flatMap((key) => {
    const state = open.get(key);
    if (state === undefined) return [];
    const { until = now, trial } = state;
    const phase = phaseAt(state, now);
    if (phase === 'half_open' && trial === undefined) return [];
    const what =
      phase === 'open'
        ? `CIRCUIT_OPEN: ${key} has failed too often: one ticket may try it from then on`
        : `CIRCUIT_OPEN: ${key} has failed too often: ticket ${trial?.ticket_id} tries it`;
    return [{ at: phase === 'open' ? until : (trial?.give_up_at ?? now), what }];
  });
}
