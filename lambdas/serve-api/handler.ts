import type { APIGatewayProxyEvent, APIGatewayProxyResult, Context } from 'aws-lambda';
import { handle } from 'hono/aws-lambda';
import { v7 } from 'uuid';
import { newSecret } from '../../adapters/crypto/secret.ts';
import { verifyByCrypto } from '../../adapters/crypto/token-signatures.ts';
import { createDynamoBuckets } from '../../adapters/dynamodb/guards.ts';
import { createDynamoPlanReader } from '../../adapters/dynamodb/plan-reader.ts';
import { createTable } from '../../adapters/dynamodb/table.ts';
import { createDynamoTallies } from '../../adapters/dynamodb/tallies.ts';
import { createAccessControl } from '../../core/access/access-control.ts';
import { createEnrolments } from '../../core/access/enrolment/enrolments.ts';
import { createAssetsOfTicket } from '../../core/catalogue/assets-of-ticket.ts';
import { createCatalogue } from '../../core/catalogue/create-catalogue.ts';
import { createTokenOperations } from '../../core/credential/token-operations.ts';
import { createGuards } from '../../core/guard/guards.ts';
import { createExplainTicket } from '../../core/monitor/explain.ts';
import { createMonitor } from '../../core/monitor/monitor.ts';
import { createGetStrategy } from '../../core/monitor/strategy.ts';
import { createOperations } from '../../core/operate/create-operations.ts';
import { createStandDown } from '../../core/operate/stand-down.ts';
import { createMayDispatch } from '../../core/schedule/may-dispatch.ts';
import { guardingStores } from '../runtime/access.ts';
import { admitBy } from '../runtime/admit.ts';
import { readEnv } from '../runtime/env.ts';
import { callersFrom } from '../runtime/identity.ts';
import { planMachines } from '../runtime/plan-machines.ts';
import { changePolicies } from '../runtime/policies.ts';
import { decidingStores, endingStores } from '../runtime/stores.ts';
import { count, logger, observed } from '../runtime/telemetry.ts';
import { createApi, isBinary } from './app.ts';
import { ENV } from './contract.ts';

const env = readEnv([...ENV, 'AWS_REGION']);
const stores = { ...endingStores(env), ...decidingStores(env.LEDGER_TABLE), ...planMachines(env) };
const table = createTable(env.LEDGER_TABLE);
const reader = createDynamoPlanReader(table);
const guarding = guardingStores(env.LEDGER_TABLE, env.STANDING_ROLES);
const assetsOf = createAssetsOfTicket(stores);
const mayDispatch = createMayDispatch({ policies: guarding.policies, assetsOf });
const answer = handle(
  createApi({
    served: {
      monitor: createMonitor({
        ...{ ...stores, reader },
        explainTicket: createExplainTicket({ ...stores, reader, mayDispatch }),
        getStrategy: createGetStrategy({ ...stores, reader, tallies: createDynamoTallies(table, stores.sha256) }),
      }),
      operations: createOperations({ ...stores, policies: guarding.policies, assetsOf }),
      policies: changePolicies(stores),
      catalogue: createCatalogue(stores),
      access: createAccessControl(guarding),
      tokens: createTokenOperations({ ...stores, verify: verifyByCrypto, trustDomain: { name: env.TRUST_DOMAIN } }),
      enrolments: createEnrolments({ ...stores, newId: v7, newSecret, standDown: createStandDown(stores) }),
      guards: createGuards({ ...stores, buckets: createDynamoBuckets(table) }),
    },
    sha256: stores.sha256,
    admit: admitBy(env.LEDGER_TABLE),
    callers: callersFrom(env.CALLERS),
    guard: guarding.guard,
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
