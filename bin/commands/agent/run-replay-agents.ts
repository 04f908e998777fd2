/** `hive agent replay`. */
import { runReplayAgent } from '../../../agents/replay/agent.ts';
import type { Run } from '../../support/command.ts';
import { agentOutput, runAgents } from '../../support/run-agents.ts';
import type { TargetOptions } from '../../support/target.ts';

/** What imported tasks ask for. */
const CAPABILITIES = ['replay'];

interface Options extends TargetOptions {
  capacity: number;
  count: number;
}

export const runReplayAgents: Run<Options> = (io, _args, options) => {
  const { capacity, count, json } = options;
  const start: Parameters<typeof runAgents>[0] = (connection) =>
    Array.from({ length: count }, () =>
      runReplayAgent({
        ...connection,
        ...agentOutput(io, json === true),
        capabilities: CAPABILITIES,
        capacity,
      }),
    );
  return runAgents(start, CAPABILITIES, options, io);
};
