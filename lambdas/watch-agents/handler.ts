import { createTable } from '../../adapters/dynamodb/table.ts';
import { createDynamoTrails } from '../../adapters/dynamodb/trails.ts';
import { createProbes } from '../../adapters/https/probes.ts';
import { createLoadOutcomes } from '../../core/swarm/health/load-outcomes.ts';
import { createWatchAgents } from '../../core/swarm/health/watch-agents.ts';
import { createFailAttempt } from '../../core/ticket/fail-attempt.ts';
import { createWithdrawFromAgent } from '../../core/ticket/withdraw.ts';
import { readEnv } from '../runtime/env.ts';
import { inboxes, schedulingStores, timers } from '../runtime/stores.ts';
import { count, logger, observed } from '../runtime/telemetry.ts';
import { ENV, HELD_BACK } from './contract.ts';

const env = readEnv(ENV);
const stores = {
  ...schedulingStores(env),
  timers: timers(env.TIMER_QUEUE_URL),
  inboxes: inboxes(env.INBOX_PREFIX),
  trails: createDynamoTrails(createTable(env.LEDGER_TABLE)),
};
const watchAgents = createWatchAgents({
  ...stores,
  probes: createProbes({ anywhere: env.PROBES === 'anywhere' }),
  failAttempt: createFailAttempt(stores),
  withdraw: createWithdrawFromAgent(stores),
  loadOutcomes: createLoadOutcomes(stores),
});

export const handler = observed(async () => {
  const { changed, held_back, braked } = await watchAgents();
  for (const change of changed) logger.info('an agent changes its rung', change);
  for (const capability of braked) logger.warn('the brake holds agents where they stand', { ...capability });
  if (changed.length > 0) count('agent_health_changes', changed.length);
  if (held_back > 0) count(HELD_BACK, held_back);
});
