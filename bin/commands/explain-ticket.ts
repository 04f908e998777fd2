/** `hive explain`. */
import { systemClock } from '../../adapters/system/clock.ts';
import { createExplainTicket } from '../../core/monitor/explain.ts';
import { createMayDispatch } from '../../core/schedule/may-dispatch.ts';
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
    const { judgingStores } = await import('../../lambdas/runtime/policies.ts');
    const mayDispatch = createMayDispatch(judgingStores({ ledger: hive.ledger, clock: systemClock }));
    const explain = createExplainTicket({ ...hive, ...hive.deciding, agents: hive.registry, clock: io, mayDispatch });
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
