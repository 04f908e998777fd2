import type { APIGatewayProxyEvent, APIGatewayProxyResult, Context } from 'aws-lambda';
import { handle } from 'hono/aws-lambda';
import { createDynamoPlanReader } from '../../adapters/dynamodb/plan-reader.ts';
import { createTable } from '../../adapters/dynamodb/table.ts';
import { createDynamoTallies } from '../../adapters/dynamodb/tallies.ts';
import { createAccessControl } from '../../core/access/access-control.ts';
import { createExplainTicket } from '../../core/monitor/explain.ts';
import { createMonitor } from '../../core/monitor/monitor.ts';
import { createGetStrategy } from '../../core/monitor/strategy.ts';
import { createOperations } from '../../core/operate/create-operations.ts';
import { guardingStores } from '../runtime/access.ts';
import { readEnv } from '../runtime/env.ts';
import { callersFrom } from '../runtime/identity.ts';
import { planMachines } from '../runtime/plan-machines.ts';
import { decidingStores, endingStores } from '../runtime/stores.ts';
import { count, logger, observed } from '../runtime/telemetry.ts';
import { createApi, isBinary } from './app.ts';
import { ENV } from './contract.ts';

const env = readEnv([...ENV, 'AWS_REGION']);
const stores = { ...endingStores(env), ...decidingStores(env.LEDGER_TABLE), ...planMachines(env) };
const table = createTable(env.LEDGER_TABLE);
const reader = createDynamoPlanReader(table);
const guarding = guardingStores(env.LEDGER_TABLE, env.STANDING_ROLES);
const answer = handle(
  createApi({
    monitor: createMonitor({
      ...{ ...stores, reader },
      explainTicket: createExplainTicket({ ...stores, reader }),
      getStrategy: createGetStrategy({ ...stores, reader, tallies: createDynamoTallies(table, stores.sha256) }),
    }),
    operations: createOperations(stores),
    sha256: stores.sha256,
    callers: callersFrom(env.CALLERS),
    ...{ guard: guarding.guard, access: createAccessControl(guarding) },
    onFault: (error) => logger.error('answered INTERNAL', error as Error),
    onRefusal: ({ code, context }) => {
      count('refusals');
      logger.info(`refused: ${code}`, { context });
    },
  }) as unknown as Parameters<typeof handle>[0],
  { isContentTypeBinary: isBinary },
);

export const handler = observed(
  (event: APIGatewayProxyEvent, context: Context) =>
    answer(event as never, context as never) as Promise<APIGatewayProxyResult>,
);
