/** The agent SDK, and the agents that come with it. */
export { runCommandAgent } from './command/agent.ts';
export { type CommandOptions, runCommand } from './command/run-command.ts';
export { runReplayAgent } from './replay/agent.ts';
export type { RunningAgent } from './running-agent.ts';
export * from './sdk/index.ts';
