/**
 * The implementations that a port's contract suite runs on: always the one in memory; the one on DynamoDB where
 * HIVE_TEST_ENDPOINT names a LocalStack or a DynamoDB Local (a table of its own, deleted afterwards).
 */
import {
  CreateTableCommand,
  DeleteTableCommand,
  type DynamoDBClientConfig,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe } from 'vitest';
import { createDynamoAccessMarks } from '../../adapters/dynamodb/access-marks.ts';
import { createDynamoAgentRegistry } from '../../adapters/dynamodb/agent-registry.ts';
import { createDynamoBuckets, createDynamoFailureCounts } from '../../adapters/dynamodb/guards.ts';
import { createDynamoLedger } from '../../adapters/dynamodb/ledger.ts';
import { createDynamoLedgerHistory } from '../../adapters/dynamodb/ledger-history.ts';
import { createDynamoPlanReader } from '../../adapters/dynamodb/plan-reader.ts';
import { createDynamoReadyQueue } from '../../adapters/dynamodb/ready-queue.ts';
import { createDynamoSharesStore } from '../../adapters/dynamodb/shares.ts';
import { createTable } from '../../adapters/dynamodb/table.ts';
import { createDynamoTallies } from '../../adapters/dynamodb/tallies.ts';
import { createDynamoTrails } from '../../adapters/dynamodb/trails.ts';
import { createMemoryAccessMarks } from '../../adapters/memory/access-marks.ts';
import { createMemoryAgentRegistry } from '../../adapters/memory/agent-registry.ts';
import { createMemoryBuckets, createMemoryFailureCounts } from '../../adapters/memory/guards.ts';
import { createMemoryLedger } from '../../adapters/memory/ledger.ts';
import { createMemoryLedgerHistory } from '../../adapters/memory/ledger-history.ts';
import { createMemoryPlanReader } from '../../adapters/memory/plan-reader.ts';
import { createMemoryReadyQueue } from '../../adapters/memory/ready-queue.ts';
import { createMemorySharesStore } from '../../adapters/memory/shares.ts';
import { createMemoryTable } from '../../adapters/memory/table.ts';
import { createMemoryTallies } from '../../adapters/memory/tallies.ts';
import { createMemoryTrails } from '../../adapters/memory/trails.ts';
import { sha256 } from '../../adapters/system/digest.ts';
import type { AccessMarks } from '../../core/ports/access-marks.ts';
import type { AgentRegistry } from '../../core/ports/agent-registry.ts';
import type { Buckets, FailureCounts } from '../../core/ports/guards.ts';
import type { Ledger } from '../../core/ports/ledger.ts';
import type { LedgerHistory } from '../../core/ports/ledger-history.ts';
import type { PlanReader } from '../../core/ports/plan-reader.ts';
import type { ReadyQueue } from '../../core/ports/ready-queue.ts';
import type { SharesStore } from '../../core/ports/shares.ts';
import type { Tallies } from '../../core/ports/tallies.ts';
import type { Trails } from '../../core/ports/trails.ts';

export interface Stores {
  readonly ledger: Ledger;
  readonly queue: ReadyQueue;
  readonly shares: SharesStore;
  readonly trails: Trails;
  readonly agents: AgentRegistry;
  readonly reader: PlanReader;
  readonly history: LedgerHistory;
  readonly tallies: Tallies;
  readonly buckets: Buckets;
  readonly failures: FailureCounts;
  readonly marks: AccessMarks;
}

const START_TIMEOUT_MS = 60_000;

/** Runs the suite once an implementation. Tests share a table: each names what it writes with ids of its own. */
export function describeContract(port: string, suite: (stores: () => Stores) => void): void {
  describe(`${port} in memory`, () => {
    const table = createMemoryTable();
    const stores = {
      ledger: createMemoryLedger(table),
      queue: createMemoryReadyQueue(table),
      shares: createMemorySharesStore(table),
      trails: createMemoryTrails(table),
      agents: createMemoryAgentRegistry(table),
      reader: createMemoryPlanReader(table),
      history: createMemoryLedgerHistory(table),
      tallies: createMemoryTallies(),
      buckets: createMemoryBuckets(),
      failures: createMemoryFailureCounts(),
      marks: createMemoryAccessMarks(),
    };
    suite(() => stores);
  });

  const endpoint = process.env.HIVE_TEST_ENDPOINT;
  describe.skipIf(!endpoint)(`${port} on DynamoDB (where HIVE_TEST_ENDPOINT is set)`, () => {
    let stores: Stores | undefined;
    let drop = async () => {};
    beforeAll(async () => {
      const made = await makeTable(endpoint ?? '');
      stores = made.stores;
      drop = made.drop;
    }, START_TIMEOUT_MS);
    afterAll(() => drop(), START_TIMEOUT_MS);
    suite(() => stores as Stores);
  });
}

async function makeTable(endpoint: string): Promise<{ stores: Stores; drop: () => Promise<void> }> {
  const config: DynamoDBClientConfig = {
    endpoint,
    region: process.env.AWS_REGION ?? 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  };
  const table = createTable(`contract-${crypto.randomUUID()}`, config);
  const { client, name } = table;
  const key = (hash: string, range: string) => [
    { AttributeName: hash, KeyType: 'HASH' as const },
    { AttributeName: range, KeyType: 'RANGE' as const },
  ];
  await client.send(
    new CreateTableCommand({
      TableName: name,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: ['pk', 'sk', 'parent', 'parent_sort'].map((AttributeName) => ({
        AttributeName,
        AttributeType: 'S',
      })),
      KeySchema: key('pk', 'sk'),
      GlobalSecondaryIndexes: [
        {
          IndexName: 'by_parent',
          KeySchema: key('parent', 'parent_sort'),
          Projection: { ProjectionType: 'KEYS_ONLY' },
        },
      ],
    }),
  );
  await waitUntilTableExists({ client, maxWaitTime: START_TIMEOUT_MS / 1000, minDelay: 1 }, { TableName: name });
  return {
    stores: {
      ledger: createDynamoLedger(table),
      queue: createDynamoReadyQueue(table),
      shares: createDynamoSharesStore(table),
      trails: createDynamoTrails(table),
      agents: createDynamoAgentRegistry(table),
      reader: createDynamoPlanReader(table),
      history: createDynamoLedgerHistory(table),
      tallies: createDynamoTallies(table, sha256),
      buckets: createDynamoBuckets(table),
      failures: createDynamoFailureCounts(table),
      marks: createDynamoAccessMarks(table, sha256),
    },
    drop: async () => {
      await client.send(new DeleteTableCommand({ TableName: name }));
      client.destroy();
    },
  };
}
