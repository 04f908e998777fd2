/** What those who decide know at a moment: the three kinds of `Knowledge`, as the same `Estimates`. */
import { createTrailBook } from '../trail/book.ts';
import { type Estimates, neutral } from '../trail/estimate.ts';
import { speedOf } from './agents.ts';
import type { SimulatedTicket } from './tickets.ts';
import type { Knowledge, SimulatedAgent } from './types.ts';

export interface Knowing {
  /** as of ms from the beginning */
  at(now: number): Estimates;
  /** of a task, before anybody runs it */
  estimateOf(ticket: SimulatedTicket): number;
  /** an attempt has ended */
  note(
    agentId: string,
    ticket: SimulatedTicket,
    outcome: 'success' | 'failure',
    duration_ms: number,
    now: number,
  ): void;
}

/** So sure that nothing is left to be tried out. */
const CERTAIN = 1e9;
/** Of ln ratios that are known: durations are rounded to whole ms. */
const VARIANCE = 1e-8;

export function knowingOf(knows: Knowledge, agents: readonly SimulatedAgent[]): Knowing {
  const planned = (ticket: SimulatedTicket): number => ticket.spec.estimated_duration_ms;
  if (knows === 'estimates') return { at: () => neutral, estimateOf: planned, note: () => undefined };
  if (knows === 'durations') {
    const known = clairvoyant(agents);
    return { at: () => known, estimateOf: ({ duration_ms }) => duration_ms, note: () => undefined };
  }
  const book = createTrailBook();
  return {
    at: (now) => book.estimates(now),
    estimateOf: planned,
    note: (agent_id, ticket, outcome, duration_ms, at) =>
      book.note({
        ...{ agent_id, task_type: ticket.kind, outcome, duration_ms, at },
        estimated_duration_ms: ticket.spec.estimated_duration_ms,
      }),
  };
}

function clairvoyant(agents: readonly SimulatedAgent[]): Estimates {
  const byId = new Map(agents.map((agent) => [agent.agent_id, agent]));
  return (agentId, kind) => {
    const agent = byId.get(agentId);
    const mean = agent === undefined ? 0 : -Math.log(speedOf(agent, kind));
    const failure = agent?.failure ?? 0;
    return {
      ln_ratio: { mean, kappa: CERTAIN, alpha: CERTAIN, beta: CERTAIN * VARIANCE },
      success: { a: CERTAIN * (1 - failure), b: CERTAIN * failure },
      evidence: CERTAIN,
    };
  };
}
