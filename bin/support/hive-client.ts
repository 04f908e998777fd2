/** The deployed system as the commands read it: the ledger's table, straight. */
import { createDynamoAgentRegistry } from '../../adapters/dynamodb/agent-registry.ts';
import { createDynamoLedger } from '../../adapters/dynamodb/ledger.ts';
import { createDynamoLedgerHistory } from '../../adapters/dynamodb/ledger-history.ts';
import { createDynamoPlanReader } from '../../adapters/dynamodb/plan-reader.ts';
import { createDynamoReadyQueue } from '../../adapters/dynamodb/ready-queue.ts';
import { createDynamoSharesStore } from '../../adapters/dynamodb/shares.ts';
import { createTable, type Table } from '../../adapters/dynamodb/table.ts';
import { createDynamoTallies } from '../../adapters/dynamodb/tallies.ts';
import { createDynamoTrails } from '../../adapters/dynamodb/trails.ts';
import { systemClock } from '../../adapters/system/clock.ts';
import { sha256 } from '../../adapters/system/digest.ts';
import { createOpenBreakers, type OpenBreakers } from '../../core/guard/open-breakers.ts';
import type { ExpectDeps } from '../../core/monitor/expect.ts';
import type { AgentRegistry } from '../../core/ports/agent-registry.ts';
import type { Ledger } from '../../core/ports/ledger.ts';
import type { LedgerHistory } from '../../core/ports/ledger-history.ts';
import type { PlanReader } from '../../core/ports/plan-reader.ts';
import type { ReadyQueue } from '../../core/ports/ready-queue.ts';
import type { Tallies } from '../../core/ports/tallies.ts';
import { createStrategyInForce } from '../../core/schedule/strategy/in-force.ts';
import { createReadEstimates } from '../../core/trail/read-estimates.ts';
import type { Io } from './io.ts';
import { resolveTarget, type Target, type TargetOptions } from './target.ts';

export interface HiveClient {
  readonly target: Target;
  readonly table: Table;
  readonly ledger: Ledger;
  readonly reader: PlanReader;
  readonly history: LedgerHistory;
  readonly registry: AgentRegistry;
  readonly tallies: Pick<Tallies, 'read'>;
  /** what scheduling is decided by */
  readonly deciding: ExpectDeps & { readonly queue: ReadyQueue; readonly breakers: OpenBreakers };
  close(): void;
}

/** @throws as `resolveTarget` */
export async function connectHive(options: TargetOptions, io: Io): Promise<HiveClient> {
  const target = await resolveTarget(options, io);
  const table = createTable(target.outputs.LedgerTable, { region: target.outputs.Region });
  const ledger = createDynamoLedger(table);
  return {
    target,
    table,
    ledger,
    reader: createDynamoPlanReader(table),
    history: createDynamoLedgerHistory(table),
    registry: createDynamoAgentRegistry(table),
    tallies: createDynamoTallies(table, sha256),
    deciding: {
      queue: createDynamoReadyQueue(table),
      shares: createDynamoSharesStore(table),
      strategyInForce: createStrategyInForce({ ledger, clock: systemClock }),
      breakers: createOpenBreakers({ ledger, clock: systemClock, sha256 }),
      readEstimates: createReadEstimates({ trails: createDynamoTrails(table), clock: systemClock }),
    },
    close: () => table.client.destroy(),
  };
}
