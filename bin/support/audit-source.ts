/** The log as the commands read it: heads from the bucket, events from the table, the key from KMS. */
import { KMSClient } from '@aws-sdk/client-kms';
import { S3Client } from '@aws-sdk/client-s3';
import { CLIENT_CONFIG } from '../../adapters/aws/client-config.ts';
import { publicKeyOf } from '../../adapters/kms/head-signer.ts';
import { createS3SealedLog } from '../../adapters/s3/sealed-log.ts';
import type { SealedHead } from '../../core/audit/head.ts';
import { refuse } from './errors.ts';
import type { HiveClient } from './hive-client.ts';

const READS_AT_ONCE = 16;

export interface AuditSource {
  /** all heads, by number */
  heads(onRead?: (heads: number) => void): Promise<SealedHead[]>;
  /** PEM by key id: whatever key a head names, it is to be signed by the stack's */
  keys(heads: readonly SealedHead[]): Promise<Record<string, string>>;
  close(): void;
}

/** @throws HiveError STACK_NOT_FOUND where the stack has no log yet */
export function connectAudit({ target }: HiveClient): AuditSource {
  const { AuditLogBucket: bucket, AuditLogKeyArn: key, Region: region } = target.outputs;
  if (bucket === undefined || key === undefined)
    throw refuse(
      'STACK_NOT_FOUND',
      `the stack NeuralHive-${target.stage} has no audit log: it is older than this hive`,
      {
        try: 'deploy it again',
      },
    );
  const config = { ...CLIENT_CONFIG, region };
  const s3 = new S3Client({ ...config, forcePathStyle: true });
  const kms = new KMSClient(config);
  const sealed = createS3SealedLog(s3, bucket);
  return {
    async heads(onRead = () => {}) {
      const heads: SealedHead[] = [];
      for (;;) {
        const numbers = Array.from({ length: READS_AT_ONCE }, (_, nth) => heads.length + 1 + nth);
        const read = await Promise.all(numbers.map((number) => sealed.get(number)));
        const end = read.indexOf(undefined);
        heads.push(...(read.slice(0, end < 0 ? undefined : end) as SealedHead[]));
        onRead(heads.length);
        if (end >= 0) return heads;
      }
    },
    async keys(heads) {
      const pem = await publicKeyOf(kms, key);
      return Object.fromEntries([key, ...heads.map(({ key_id }) => key_id)].map((id) => [id, pem]));
    },
    close() {
      s3.destroy();
      kms.destroy();
    },
  };
}
