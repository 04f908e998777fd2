import { KMSClient } from '@aws-sdk/client-kms';
import { S3Client } from '@aws-sdk/client-s3';
import { CLIENT_CONFIG } from '../../adapters/aws/client-config.ts';
import { verifyEcdsaP256 } from '../../adapters/crypto/signatures.ts';
import { createDynamoPendingLog } from '../../adapters/dynamodb/pending-log.ts';
import { createTable } from '../../adapters/dynamodb/table.ts';
import { createKmsHeadSigner } from '../../adapters/kms/head-signer.ts';
import { createS3SealedLog } from '../../adapters/s3/sealed-log.ts';
import { sha256Bytes } from '../../adapters/system/digest.ts';
import { pendingSince } from '../../core/audit/entry.ts';
import { createMerkle } from '../../core/audit/merkle.ts';
import { createSealLog, SEAL_SETTINGS } from '../../core/audit/seal.ts';
import { readEnv } from '../runtime/env.ts';
import { ledgerStores } from '../runtime/stores.ts';
import { count, gauge, observed } from '../runtime/telemetry.ts';
import { ENV, PENDING_AGE } from './contract.ts';

const env = readEnv(ENV);
const stores = ledgerStores(env.LEDGER_TABLE);
const pending = createDynamoPendingLog(createTable(env.LEDGER_TABLE));
const sealLog = createSealLog({
  ...{ ...stores, pending },
  sealed: createS3SealedLog(new S3Client({ ...CLIENT_CONFIG, forcePathStyle: true }), env.LOG_BUCKET),
  signer: createKmsHeadSigner(new KMSClient(CLIENT_CONFIG), env.LOG_KEY_ARN, verifyEcdsaP256),
  merkle: createMerkle(sha256Bytes),
  settings: { ...SEAL_SETTINGS, log: env.LOG_NAME },
});

export const handler = observed(async () => {
  const [oldest] = await pending.list(1);
  gauge(PENDING_AGE, oldest === undefined ? 0 : Math.max(0, stores.clock.now() - pendingSince(oldest)) / 1000);
  const sealed = await sealLog();
  if (sealed.entries > 0) count('audit_log_entries', sealed.entries);
  return sealed;
});
