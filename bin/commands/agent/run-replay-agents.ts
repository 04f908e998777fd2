/** `hive agent replay`. */
import { runReplayAgent } from '../../../agents/replay/agent.ts';
import { connect } from '../../../agents/sdk/index.ts';
import type { Run } from '../../support/command.ts';
import { agentOutput, untilStopped } from '../../support/run-agents.ts';
import { resolveTarget, type TargetOptions } from '../../support/target.ts';

/** What imported tasks ask for. */
const CAPABILITIES = ['replay'];

interface Options extends TargetOptions {
  capacity: number;
  count: number;
}

export const runReplayAgents: Run<Options> = async (io, _args, options) => {
  const { outputs } = await resolveTarget(options, io);
  const { capacity, count, json } = options;
  const agents = Array.from({ length: count }, () =>
    runReplayAgent({
      ...connect({ apiUrl: outputs.ApiUrl, region: outputs.Region }),
      ...agentOutput(io, json === true),
      capabilities: CAPABILITIES,
      capacity,
    }),
  );
  return untilStopped(agents, io, { json: json === true, capabilities: CAPABILITIES });
};
