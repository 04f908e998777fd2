import { createSweepPools } from '../../core/schedule/sweep.ts';
import { readEnv } from '../runtime/env.ts';
import { schedulingStores } from '../runtime/stores.ts';
import { logger, observed } from '../runtime/telemetry.ts';
import { ENV } from './contract.ts';

const sweepPools = createSweepPools(schedulingStores(readEnv(ENV)));

export const handler = observed(async () => {
  const pools = await sweepPools();
  if (pools.length > 0) logger.info('tickets wait', { pools });
  return { pools };
});
