/**
 * KMS: a signature a head; a pair of keys a day, and its private part unwrapped once a process. The keys themselves, a dollar
 * a month each, are not in the sums.
 */
import { generateKeyPairSync, sign } from 'node:crypto';
import type { Meter } from '../meter.ts';
import type { Answers } from './intercept.ts';

const pair = () => generateKeyPairSync('ec', { namedCurve: 'P-256' });

export function createKms(meter: Meter): Answers {
  const { privateKey } = pair();
  return {
    SignCommand({ KeyId, Message }) {
      meter.charge({ request: 'Sign head', price: 'kms_asymmetric', units: 1 });
      return { KeyId, Signature: sign('sha256', Message as Uint8Array, privateKey) };
    },
    GenerateDataKeyPairWithoutPlaintextCommand({ KeyId }) {
      meter.charge({ request: 'GenerateDataKeyPair', price: 'kms_key_pair', units: 1 });
      const made = pair();
      return {
        KeyId,
        PublicKey: made.publicKey.export({ format: 'der', type: 'spki' }),
        PrivateKeyCiphertextBlob: made.privateKey.export({ format: 'der', type: 'pkcs8' }),
      };
    },
    // Nothing is wrapped here: what was handed out is the key.
    DecryptCommand({ CiphertextBlob }) {
      meter.charge({ request: 'Decrypt token key', price: 'kms_symmetric', units: 1 });
      return { Plaintext: CiphertextBlob };
    },
  };
}
