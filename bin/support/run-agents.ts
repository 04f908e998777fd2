/** Agents in the foreground: what their tickets log, until a signal ends them. */
import type { RunningAgent } from '../../agents/running-agent.ts';
import type { AgentOptions, Logger } from '../../agents/sdk/index.ts';
import { EXIT } from './exit-codes.ts';
import type { Io } from './io.ts';
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

/**
 * Resolves when all have left: the first SIGINT or SIGTERM lets them finish what runs, a second one aborts it.
 * @throws HiveError when one cannot register
 */
export async function untilStopped(
  agents: readonly RunningAgent[],
  io: Io,
  { json, capabilities }: { json: boolean; capabilities: readonly string[] },
): Promise<number> {
  let asked = 0;
  const stop = () => {
    asked++;
    if (asked === 1) io.stderr.write('finishing what runs; Ctrl-C again aborts it\n');
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
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, stop);
  }
}
