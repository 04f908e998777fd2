/** The replay agent: lets recorded workflows run without their programs. */
import { type RunningAgent, startAgent } from '../running-agent.ts';
import type { AgentOptions } from '../sdk/agent.ts';
import { systemClock } from '../sdk/clock.ts';
import { replay, undoReplay } from './replay.ts';

/** Registers and replays each ticket of `capabilities`, at most `capacity` at a time, until `stop()`. */
export function runReplayAgent(options: Omit<AgentOptions, 'run' | 'undo'>): RunningAgent {
  const clock = options.clock ?? systemClock;
  return startAgent({ ...options, run: (ticket, context) => replay(ticket, context, clock), undo: undoReplay });
}
