/** Who works in the swarm. Slots are held and freed through the ledger's commits. Reads are strongly consistent. */
import type { AgentRecord } from '../swarm/agent.ts';

export interface AgentRegistry {
  load(agentId: string): Promise<AgentRecord | undefined>;
  /** agents that have (at least) this capability, `*` for all; removed ones are left out */
  listByCapability(capability: string): Promise<AgentRecord[]>;
  /** Writes what the agent says of itself, keeping what it holds; doing it again changes nothing else. */
  register(agent: Omit<AgentRecord, 'held'>): Promise<AgentRecord>;
  /** The agent lives; undefined when it is unknown or removed. Answers with the record as it was before. */
  heartbeat(agentId: string, at: number): Promise<AgentRecord | undefined>;
  /** It takes no more work and is left out of lists once it holds nothing. */
  remove(agentId: string, at: number): Promise<AgentRecord | undefined>;
}
