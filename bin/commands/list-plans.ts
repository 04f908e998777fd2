/** `hive plans`. */
import type { Run } from '../support/command.ts';
import { EXIT } from '../support/exit-codes.ts';
import { connectHive } from '../support/hive-client.ts';
import { planLine } from '../support/plan-line.ts';
import type { TargetOptions } from '../support/target.ts';
import { toJson } from '../support/text.ts';

export const listPlans: Run<TargetOptions & { limit: number }> = async (io, _args, options) => {
  const hive = await connectHive(options, io);
  try {
    const plans = await hive.ledger.listPlans(options.limit);
    if (options.json) io.stdout.write(`${toJson(plans)}\n`);
    else if (plans.length === 0) io.stdout.write('no plans yet: hive submit FILE\n');
    else for (const plan of plans) io.stdout.write(`${planLine(plan, io.now(), io.stdout.color)}\n`);
    return EXIT.ok;
  } finally {
    hive.close();
  }
};
