/** `hive explain`. */
import { createExplainTicket } from '../../core/monitor/explain.ts';
import type { Run } from '../support/command.ts';
import { EXIT } from '../support/exit-codes.ts';
import { explanationLines } from '../support/explanation-view.ts';
import { connectHive } from '../support/hive-client.ts';
import type { TargetOptions } from '../support/target.ts';
import { toJson } from '../support/text.ts';
import { isUnknownTicket, whichTicket } from '../support/which-ticket.ts';

export const explainTicket: Run<TargetOptions> = async (io, args, options) => {
  const which = whichTicket(args);
  const hive = await connectHive(options, io);
  try {
    const explain = createExplainTicket({ ...hive, ...hive.deciding, agents: hive.registry, clock: io });
    const explanation = await explain(which.ticket_id).catch((error: unknown) => {
      throw isUnknownTicket(error) ? which.unknown() : error;
    });
    const text = options.json ? toJson(explanation) : explanationLines(explanation, io.stdout).join('\n');
    io.stdout.write(`${text}\n`);
    return EXIT.ok;
  } finally {
    hive.close();
  }
};
