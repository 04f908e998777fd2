/** Agents in the foreground: what their tickets log, until a signal ends them. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { RunningAgent } from '../../agents/running-agent.ts';
import { type AgentOptions, connect, type Logger } from '../../agents/sdk/index.ts';
import { EXIT } from './exit-codes.ts';
import type { Io } from './io.ts';
import { createPulse } from './pulse.ts';
import { untilMoved } from './stack-moved.ts';
import { resolveAgain, resolveTarget, type TargetOptions } from './target.ts';
import { plain, toJson } from './text.ts';

/** On stdout the tickets' lines, `task | line` or a JSON object each; on stderr what the agent itself has to say. */
export function agentOutput(io: Io, json: boolean): Pick<AgentOptions, 'logger' | 'onLine'> {
  const { gray, yellow, red } = io.stderr.color;
  const tell =
    (colour: (text: string) => string) =>
    (message: string, fields: Record<string, unknown> = {}) => {
      const details = Object.entries(fields).map(([name, value]) => ` ${name}=${plain(String(value))}`);
      io.stderr.write(`${colour(plain(message))}${gray(details.join(''))}\n`);
    };
  const logger: Logger = { info: tell(String), warn: tell(yellow), error: tell(red) };
  return {
    logger,
    onLine: ({ task_id, ticket_id }, line) =>
      io.stdout.write(json ? `${toJson({ task_id, ticket_id, line })}\n` : `${plain(task_id)} | ${plain(line)}\n`),
  };
}

/** How long agents whose stack is gone may take to abort what they run. */
const ABANDON_WITHIN_MS = 10_000;

interface RunOptions extends TargetOptions {
  readonly json?: true;
}

/**
 * Starts the agents and resolves when all have left: the first SIGINT or SIGTERM lets them finish what runs, a second one
 * aborts it. When their stack comes back elsewhere, new ones are started there in their place.
 * @throws HiveError as `resolveTarget`; when one cannot register; STACK_GONE
 */
export async function runAgents(
  start: (connection: Pick<AgentOptions, 'api' | 'inbox'>) => readonly RunningAgent[],
  capabilities: readonly string[],
  options: RunOptions,
  io: Io,
): Promise<number> {
  let target = await resolveTarget(options, io);
  for (;;) {
    const at = target;
    const pulse = createPulse(io.now);
    const { api, inbox } = connect({ apiUrl: at.outputs.ApiUrl, region: at.outputs.Region });
    const agents = start({ api: pulse.listen(api), inbox });
    const leaving = new AbortController();
    const left = untilStopped(agents, io, { json: options.json === true, capabilities, leaving });
    const findAgain = () => resolveAgain(at, options, io);
    const moved = untilMoved({ target: at, pulse, findAgain, signal: leaving.signal, io });
    try {
      const next = await Promise.race([left.then(() => undefined), moved]);
      if (next === undefined) return await left;
      io.stderr.write('the stack is elsewhere now: starting anew there\n');
      target = next;
    } finally {
      if (!leaving.signal.aborted) await abandon(agents, left);
    }
  }
}

/** There is nobody to report to: what runs is aborted. */
async function abandon(agents: readonly RunningAgent[], left: Promise<unknown>): Promise<void> {
  for (let call = 1; call <= 2; call++) for (const agent of agents) void agent.stop().catch(() => {});
  await Promise.race([left.catch(() => {}), sleep(ABANDON_WITHIN_MS)]);
}

/** @throws HiveError when one cannot register */
async function untilStopped(
  agents: readonly RunningAgent[],
  io: Io,
  { json, capabilities, leaving }: { json: boolean; capabilities: readonly string[]; leaving: AbortController },
): Promise<number> {
  let asked = 0;
  const stop = () => {
    asked++;
    if (asked === 1) io.stderr.write('finishing what runs; Ctrl-C again aborts it\n');
    leaving.abort();
    for (const agent of agents) void agent.stop();
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, stop);
  try {
    await Promise.all(agents.map((agent) => agent.started));
    const what = capabilities.map(plain).join(', ');
    for (const { agentId } of agents)
      io.stdout.write(
        json ? `${toJson({ registered: agentId })}\n` : `${agentId} takes tickets for ${what}; Ctrl-C ends it\n`,
      );
    await Promise.all(agents.map((agent) => agent.done));
    return EXIT.ok;
  } catch (error) {
    await Promise.allSettled(agents.map((agent) => agent.stop()));
    throw error;
  } finally {
    leaving.abort();
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, stop);
  }
}
