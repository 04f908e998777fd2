/** `hive agents`. */
import { agentLine, agentViews, heldLines } from '../support/agent-view.ts';
import type { Run } from '../support/command.ts';
import { EXIT } from '../support/exit-codes.ts';
import { connectHive } from '../support/hive-client.ts';
import type { TargetOptions } from '../support/target.ts';
import { toJson } from '../support/text.ts';

export const listAgents: Run<TargetOptions> = async (io, _args, options) => {
  const hive = await connectHive(options, io);
  try {
    const agents = agentViews(await hive.registry.listByCapability('*'), io.now());
    const { color } = io.stdout;
    if (options.json) io.stdout.write(`${toJson(agents)}\n`);
    else if (agents.length === 0)
      io.stdout.write('no agents: hive agent run --capability build -- ./script starts one\n');
    else
      for (const agent of agents)
        io.stdout.write(`${[agentLine(agent, color), ...heldLines(agent, color)].join('\n')}\n`);
    return EXIT.ok;
  } finally {
    hive.close();
  }
};
