/** `hive agent run`. */
import { runCommandAgent } from '../../../agents/command/agent.ts';
import { connect } from '../../../agents/sdk/index.ts';
import type { Run } from '../../support/command.ts';
import { agentOutput, untilStopped } from '../../support/run-agents.ts';
import { resolveTarget, type TargetOptions } from '../../support/target.ts';

interface Options extends TargetOptions {
  capability: readonly string[];
  capacity: number;
  id?: string;
}

export const runCommandAgentCommand: Run<Options> = async (io, command, options) => {
  const { outputs } = await resolveTarget(options, io);
  const { capability, capacity, id, json } = options;
  const agent = runCommandAgent({
    ...connect({ apiUrl: outputs.ApiUrl, region: outputs.Region }),
    ...agentOutput(io, json === true),
    capabilities: [...new Set(capability)],
    capacity,
    ...(id === undefined ? {} : { agentId: id }),
    command,
  });
  return untilStopped([agent], io, { json: json === true, capabilities: capability });
};
