/** StrategyService over the core's read and its verb. */
import type { ServiceImpl } from '@connectrpc/connect';
import { strategyRequest } from '../../core/messages/strategy-api.ts';
import { admittedOf } from './caller.ts';
import { VerbAnswerSchema } from './generated/neural_hive/v1/common_pb.js';
import { type StrategyService, StrategyViewSchema } from './generated/neural_hive/v1/strategy_pb.js';
import { parse } from './requests.ts';
import type { RpcDeps } from './routes.ts';
import { toMessage } from './views.ts';

export function createStrategyService({ monitor, operations }: RpcDeps): ServiceImpl<typeof StrategyService> {
  return {
    getStrategy: async () => toMessage(StrategyViewSchema, await monitor.getStrategy()),
    overrideStrategy: async ({ strategy, forMs, why, onBehalfOf }, context) => {
      const for_ms = forMs === undefined ? undefined : Number(forMs);
      const { by, authorization } = admittedOf(context);
      const asked = parse(strategyRequest, { strategy, why, for_ms, on_behalf_of: onBehalfOf });
      return toMessage(VerbAnswerSchema, await operations.overrideStrategy({ ...asked, by, authorization }));
    },
  };
}
