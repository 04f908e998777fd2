import { createAuditAssets } from '../../core/catalogue/audit-assets.ts';
import { readEnv } from '../runtime/env.ts';
import { ledgerStores } from '../runtime/stores.ts';
import { count, gauge, logger, observed } from '../runtime/telemetry.ts';
import { ENV, NON_CONFORMING } from './contract.ts';

const auditAssets = createAuditAssets(ledgerStores(readEnv(ENV).LEDGER_TABLE));

export const handler = observed(async () => {
  const { assets, non_conforming, changed, truncated } = await auditAssets();
  gauge(NON_CONFORMING, non_conforming.length);
  if (changed.length > 0) count('assets_judged_otherwise', changed.length);
  if (non_conforming.length > 0) logger.warn('assets do not conform', { assets: non_conforming.slice(0, 50) });
  if (truncated) logger.error('there are more assets than are audited', { assets });
  return { assets, non_conforming: non_conforming.length, changed: changed.length };
});
