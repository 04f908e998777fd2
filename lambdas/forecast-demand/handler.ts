import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { CLIENT_CONFIG } from '../../adapters/aws/client-config.ts';
import { createTable } from '../../adapters/dynamodb/table.ts';
import { createDynamoTallies } from '../../adapters/dynamodb/tallies.ts';
import { createEventBridgeBus } from '../../adapters/eventbridge/event-bus.ts';
import { createWatchDemand } from '../../core/demand/watch-demand.ts';
import { readEnv } from '../runtime/env.ts';
import { ledgerStores } from '../runtime/stores.ts';
import { gaugeOf, logger, observed } from '../runtime/telemetry.ts';
import { ENV } from './contract.ts';

const { LEDGER_TABLE, EVENT_BUS_NAME } = readEnv(ENV);
const stores = ledgerStores(LEDGER_TABLE);
const tallies = createDynamoTallies(createTable(LEDGER_TABLE), stores.sha256);
const bus = createEventBridgeBus(new EventBridgeClient(CLIENT_CONFIG), EVENT_BUS_NAME);
const watchDemand = createWatchDemand({ ...stores, tallies });

/** What is not told now is told at the next change, or within a quarter of an hour. */
export const handler = observed(async () => {
  const demands = await watchDemand();
  for (const { desired } of demands) {
    const { pool, desired_slots, present_slots, load } = desired;
    gaugeOf(
      { pool },
      { pool_desired_slots: desired_slots, pool_present_slots: present_slots, pool_load_erlangs: load },
    );
  }
  const told = demands.flatMap(({ tell, desired }) =>
    tell ? [{ detail_type: 'CapacityDesired' as const, detail: desired }] : [],
  );
  const failed = await bus.publish(told);
  if (failed.length > 0) logger.warn('capacity was not told', { failed: failed.length, of: told.length });
  return { pools: demands.length, told: told.length - failed.length };
});
