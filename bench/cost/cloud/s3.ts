/** S3, as far as the audit log uses it: heads are put once and got by number. What is stored is not in the sums. */
import type { Meter } from '../meter.ts';
import type { Answers } from './intercept.ts';

const failure = (name: string): Error => Object.assign(new Error(name), { name });

export function createS3(meter: Meter): Answers {
  const objects = new Map<string, string>();
  return {
    PutObjectCommand({ Bucket, Key, Body, IfNoneMatch }) {
      meter.charge({ request: 'PutObject head', price: 's3_put', units: 1 });
      const id = `${Bucket}/${Key}`;
      if (IfNoneMatch === '*' && objects.has(id)) throw failure('PreconditionFailed');
      objects.set(id, String(Body));
      return {};
    },
    GetObjectCommand({ Bucket, Key }) {
      meter.charge({ request: 'GetObject head', price: 's3_get', units: 1 });
      const text = objects.get(`${Bucket}/${Key}`);
      if (text === undefined) throw failure('NoSuchKey');
      return { Body: { transformToString: async () => text } };
    },
  };
}
