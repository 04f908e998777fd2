/** `hive agent run`. */
import { runCommandAgent } from '../../../agents/command/agent.ts';
import type { Run } from '../../support/command.ts';
import { agentOutput, runAgents } from '../../support/run-agents.ts';
import type { TargetOptions } from '../../support/target.ts';

interface Options extends TargetOptions {
  capability: readonly string[];
  capacity: number;
  id?: string;
}

export const runCommandAgentCommand: Run<Options> = (io, command, options) => {
  const { capability, capacity, id, json } = options;
  const start: Parameters<typeof runAgents>[0] = (connection) => [
    runCommandAgent({
      ...connection,
      ...agentOutput(io, json === true),
      capabilities: [...new Set(capability)],
      capacity,
      ...(id === undefined ? {} : { agentId: id }),
      command,
    }),
  ];
  return runAgents(start, capability, options, io);
};
