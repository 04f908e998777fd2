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
  speed: number;
  failureRate: number;
  agentId?: string;
}

export const runReplayAgents: Run<Options> = (io, _args, options) => {
  const { capacity, count, speed, failureRate, agentId, json } = options;
  const named = (at: number) =>
    agentId === undefined ? {} : { agentId: count === 1 ? agentId : `${agentId}-${at + 1}` };
  const start: Parameters<typeof runAgents>[0] = (connection) =>
    Array.from({ length: count }, (_, at) =>
      runReplayAgent(
        { ...connection, ...agentOutput(io, json === true), ...named(at), capabilities: CAPABILITIES, capacity },
        { speed, failureRate, random: Math.random },
      ),
    );
  return runAgents(start, CAPABILITIES, options, io);
};
