/** Heads of the log as objects of a bucket that lets nothing be overwritten or removed before its time. */
import { GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { SealedHead } from '../../core/audit/head.ts';
import type { SealedLog } from '../../core/ports/audit-log.ts';

const keyOf = (number: number): string => `heads/${String(number).padStart(10, '0')}.json`;

export const createS3SealedLog = (s3: S3Client, bucket: string): SealedLog => ({
  async put(sealed) {
    const command = new PutObjectCommand({
      Bucket: bucket,
      Key: keyOf(sealed.head.number),
      Body: JSON.stringify(sealed),
      ContentType: 'application/json',
      // Object lock asks for a checksum; a head that is there is never replaced, not by a newer version either.
      ChecksumAlgorithm: 'SHA256',
      IfNoneMatch: '*',
    });
    try {
      await s3.send(command);
      return true;
    } catch (error) {
      // PreconditionFailed: it is there; ConditionalRequestConflict: somebody is just putting it.
      if (['PreconditionFailed', 'ConditionalRequestConflict'].includes((error as Error).name)) return false;
      throw error;
    }
  },
  async get(number) {
    try {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: keyOf(number) }));
      return JSON.parse((await Body?.transformToString('utf8')) ?? '') as SealedHead;
    } catch (error) {
      // Without the right to list, S3 answers 403 for what is not there.
      if (['NoSuchKey', 'AccessDenied'].includes((error as Error).name)) return undefined;
      throw error;
    }
  },
});
