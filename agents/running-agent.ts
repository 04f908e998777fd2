/** What the agents that come with the project have in common: an agent that is started and under way. */
import { type Agent, type AgentOptions, createAgent } from './sdk/agent.ts';

export interface RunningAgent {
  readonly agentId: string;
  /** First call: finishes what runs, within the grace period. Second: aborts it. Resolves when the agent has left. */
  stop(): Promise<void>;
  /** Resolves when the agent has left; rejects with the API's `HiveError` when it could not register. */
  readonly done: Promise<void>;
  /** Resolves when it has registered; rejects like `done`. */
  readonly started: Promise<void>;
}

export function startAgent(options: AgentOptions): RunningAgent {
  const agent: Agent = createAgent(options);
  const started = agent.start();
  started.catch(() => {}); // done tells as well
  return { agentId: agent.agentId, stop: agent.stop, done: agent.done, started };
}
