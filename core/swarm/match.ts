/** Who runs it: the port that the swarm's matching (`match/`) fills. */
import type { QueueEntry } from '../schedule/queue-entry.ts';
import type { AssignmentExplanation } from '../ticket/events.ts';
import type { Estimates } from '../trail/estimate.ts';
import type { AgentRecord } from './agent.ts';

export interface Match {
  readonly entry: QueueEntry;
  readonly agent: AgentRecord;
  readonly explanation: AssignmentExplanation;
}

/** What is known when tickets meet agents. */
export interface MatchContext {
  /** epoch ms */
  readonly now: number;
  readonly estimates: Estimates;
  /** uniform in [0, 1): what exploration draws by */
  readonly random: () => number;
  /** what was drawn of agents already, where several steps of one decision are to believe the same */
  readonly beliefs?: (agentId: string, taskType: string) => { readonly ratio: number; readonly success: number };
}

/** Tickets in the order they are to be served × agents → at most one agent a ticket, never more tickets than slots. */
export type Matcher = (
  entries: readonly QueueEntry[],
  agents: readonly AgentRecord[],
  context: MatchContext,
) => Match[];

/** A ticket that failed on an agent waits this long for another one that is there but busy. */
export const AVOID_FOR_MS = 30_000;
