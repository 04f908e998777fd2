/** `hive demand`. */
import { createWatchDemand } from '../../core/demand/watch-demand.ts';
import type { Run } from '../support/command.ts';
import { demandLines } from '../support/demand-view.ts';
import { EXIT } from '../support/exit-codes.ts';
import { connectHive } from '../support/hive-client.ts';
import type { TargetOptions } from '../support/target.ts';
import { toJson } from '../support/text.ts';

export const tellDemand: Run<TargetOptions> = async (io, _args, options) => {
  const hive = await connectHive(options, io);
  try {
    const { registry: agents, tallies, deciding } = hive;
    const found = await createWatchDemand({ agents, tallies, queue: deciding.queue, clock: io })();
    const pools = found.map(({ desired }) => desired);
    io.stdout.write(`${options.json ? toJson(pools) : demandLines(pools, io.stdout.color).join('\n')}\n`);
    return EXIT.ok;
  } finally {
    hive.close();
  }
};
