/** The deployed system as the commands read it: the ledger's table, straight. */
import { createDynamoAgentRegistry } from '../../adapters/dynamodb/agent-registry.ts';
import { createDynamoLedger } from '../../adapters/dynamodb/ledger.ts';
import { createDynamoLedgerHistory } from '../../adapters/dynamodb/ledger-history.ts';
import { createDynamoPlanReader } from '../../adapters/dynamodb/plan-reader.ts';
import { createTable } from '../../adapters/dynamodb/table.ts';
import type { AgentRegistry } from '../../core/ports/agent-registry.ts';
import type { Ledger } from '../../core/ports/ledger.ts';
import type { LedgerHistory } from '../../core/ports/ledger-history.ts';
import type { PlanReader } from '../../core/ports/plan-reader.ts';
import type { Io } from './io.ts';
import { resolveTarget, type Target, type TargetOptions } from './target.ts';

export interface HiveClient {
  readonly target: Target;
  readonly ledger: Ledger;
  readonly reader: PlanReader;
  readonly history: LedgerHistory;
  readonly registry: AgentRegistry;
  close(): void;
}

/** @throws as `resolveTarget` */
export async function connectHive(options: TargetOptions, io: Io): Promise<HiveClient> {
  const target = await resolveTarget(options, io);
  const table = createTable(target.outputs.LedgerTable, { region: target.outputs.Region });
  return {
    target,
    ledger: createDynamoLedger(table),
    reader: createDynamoPlanReader(table),
    history: createDynamoLedgerHistory(table),
    registry: createDynamoAgentRegistry(table),
    close: () => table.client.destroy(),
  };
}
