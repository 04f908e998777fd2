/** Who works in the swarm. Slots are held and freed through the ledger's commits. Reads are strongly consistent. */
import type { AgentRecord } from '../swarm/agent.ts';

export interface AgentRegistry {
  load(agentId: string): Promise<AgentRecord | undefined>;
  /**
   * Agents that have (at least) this capability, `*` for all. Removed ones are left out; with `removedToo` those among them
   * that have not been taken off the lists yet are there.
   */
  listByCapability(capability: string, options?: { readonly removedToo?: boolean }): Promise<AgentRecord[]>;
  /**
   * Writes what the agent says of itself, keeping what it holds, since when it is known and how it stands; doing it again
   * changes nothing else. Where an `owner` is given, decided in one write: an agent that is nobody's is theirs from then on.
   * @throws HiveError AGENT_OF_ANOTHER (403): it is another's, or was given up by them and is nobody's yet
   */
  register(agent: Omit<AgentRecord, 'held' | 'standing' | 'given_up_by' | 'lost_in_a_row'>): Promise<AgentRecord>;
  /**
   * The agent lives; a draining one's too; undefined when it is unknown or removed. Answers with the record as it was before.
   * `owner`: as in `register`.
   * @throws HiveError AGENT_OF_ANOTHER (403): as in `register`; nothing was written
   */
  heartbeat(agentId: string, at: number, owner?: string): Promise<AgentRecord | undefined>;
  /**
   * It takes no more work from here on: `removed`, and left out of lists, when it holds nothing; `draining` while it
   * holds something: whoever removes it calls again. Decided in one write, so no slot is taken in between.
   * @returns the record as it is now; undefined when it was never registered
   */
  remove(agentId: string, at: number): Promise<AgentRecord | undefined>;
  /** Takes an agent that the ledger has removed off the lists; nothing happens to one that has come back. */
  unlist(agentId: string): Promise<void>;
}
