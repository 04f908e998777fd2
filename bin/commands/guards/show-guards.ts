/** `hive guards list`, `hive guards reset`. */
import { createDynamoBuckets } from '../../../adapters/dynamodb/guards.ts';
import { createListGuards, type GuardsView } from '../../../core/guard/guards.ts';
import type { ApiOptions } from '../../support/api-options.ts';
import type { Run } from '../../support/command.ts';
import { EXIT } from '../../support/exit-codes.ts';
import { guardLines } from '../../support/guard-view.ts';
import { connectHive } from '../../support/hive-client.ts';
import { connectMonitoring } from '../../support/monitoring-client.ts';
import { type OperatorOptions, operatorOf } from '../../support/operator.ts';
import { resolveApi } from '../../support/sign-in.ts';
import { plain, toJson } from '../../support/text.ts';
import { verbLine } from '../../support/verb-line.ts';

export const listGuards: Run<ApiOptions & { user?: string; tenant?: string }> = async (io, _args, options) => {
  const hive = await connectHive(options, io);
  try {
    const list = createListGuards({ ledger: hive.ledger, buckets: createDynamoBuckets(hive.table), clock: io });
    const guards: GuardsView = await list({ user: options.user, tenant: options.tenant });
    io.stdout.write(`${options.json ? toJson(guards) : guardLines(guards, io.stdout.color).join('\n')}\n`);
    return EXIT.ok;
  } finally {
    hive.close();
  }
};

export const resetGuard: Run<OperatorOptions> = async (io, [key = ''], options) => {
  const client = connectMonitoring(await resolveApi(options, io));
  const answer = await client.resetGuard(key, operatorOf(options));
  io.stdout.write(`${options.json ? toJson(answer) : verbLine(`breaker ${plain(key)}`, answer)}\n`);
  return EXIT.ok;
};
