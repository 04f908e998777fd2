/** The replay agent: lets recorded workflows run without their programs. */
import { type RunningAgent, startAgent } from '../running-agent.ts';
import type { AgentOptions } from '../sdk/agent.ts';
import { systemClock } from '../sdk/clock.ts';
import type { Run } from '../sdk/run-context.ts';
import { AS_RECORDED, type ReplayedAgent, replay, undoReplay } from './replay.ts';

/** Registers and replays each ticket of `capabilities`, at most `capacity` at a time, until `stop()`. */
export function runReplayAgent(
  options: Omit<AgentOptions, 'run' | 'undo'>,
  replayed: ReplayedAgent = AS_RECORDED,
): RunningAgent {
  const clock = options.clock ?? systemClock;
  const run: Run = (ticket, context) => replay(ticket, context, clock, replayed);
  return startAgent({ ...options, run, undo: undoReplay });
}
