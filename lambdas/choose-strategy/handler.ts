import { createTable } from '../../adapters/dynamodb/table.ts';
import { createDynamoTallies } from '../../adapters/dynamodb/tallies.ts';
import { createChooseStrategy } from '../../core/schedule/strategy/choose.ts';
import { readEnv } from '../runtime/env.ts';
import { ledgerStores } from '../runtime/stores.ts';
import { gauge, logger, observed } from '../runtime/telemetry.ts';
import { ENV } from './contract.ts';

const { LEDGER_TABLE } = readEnv(ENV);
const stores = ledgerStores(LEDGER_TABLE);
const tallies = createDynamoTallies(createTable(LEDGER_TABLE), stores.sha256);
const chooseStrategy = createChooseStrategy({ ...stores, tallies });

export const handler = observed(async () => {
  const { budget, alerts, state, changed } = await chooseStrategy();
  gauge('slo_error_budget_remaining_ratio', budget.remaining);
  gauge('slo_error_budget_burn_rate', budget.burn);
  for (const alert of alerts) logger.warn('the error budget burns', { ...alert });
  if (changed !== undefined) logger.info('strategy changed', { ...changed });
  return { budget, strategy: state.strategy };
});
