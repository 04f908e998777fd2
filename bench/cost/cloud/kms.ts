/** KMS: a signature a head. The key itself, a dollar a month, is not in the sums. */
import { generateKeyPairSync, sign } from 'node:crypto';
import type { Meter } from '../meter.ts';
import type { Answers } from './intercept.ts';

export function createKms(meter: Meter): Answers {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return {
    SignCommand({ KeyId, Message }) {
      meter.charge({ request: 'Sign head', price: 'kms_asymmetric', units: 1 });
      return { KeyId, Signature: sign('sha256', Message as Uint8Array, privateKey) };
    },
  };
}
