/** Pairs of keys made by KMS, which hands out the private part wrapped, and unwraps it for whoever may ask. */
import { createPublicKey } from 'node:crypto';
import { DecryptCommand, GenerateDataKeyPairWithoutPlaintextCommand, type KMSClient } from '@aws-sdk/client-kms';
import { calculateJwkThumbprint } from 'jose';
import type { PublicJwk } from '../../core/credential/key-ring/state.ts';
import type { KeyMaker } from '../../core/ports/key-maker.ts';
import type { UnwrapKey } from '../../core/ports/token-signatures.ts';

/** What was wrapped for another purpose is not unwrapped for this one. */
const CONTEXT = { purpose: 'neural-hive ticket tokens' };

/** @param keyId ARN of a symmetric key */
export const createKmsKeyMaker = (kms: Pick<KMSClient, 'send'>, keyId: string): KeyMaker => ({
  async make() {
    const { PublicKey, PrivateKeyCiphertextBlob, KeyId } = await kms.send(
      new GenerateDataKeyPairWithoutPlaintextCommand({
        KeyId: keyId,
        KeyPairSpec: 'ECC_NIST_P256',
        EncryptionContext: CONTEXT,
      }),
    );
    if (PublicKey === undefined || PrivateKeyCiphertextBlob === undefined)
      throw new TypeError('KMS answered without a pair of keys');
    const { kty, crv, x, y } = createPublicKey({ key: Buffer.from(PublicKey), format: 'der', type: 'spki' }).export({
      format: 'jwk',
    });
    const public_jwk = { kty, crv, x, y } as PublicJwk;
    return {
      kid: await calculateJwkThumbprint({ ...public_jwk }),
      public_jwk,
      wrapped: Buffer.from(PrivateKeyCiphertextBlob).toString('base64'),
      wrapped_by: KeyId ?? keyId,
    };
  },
});

/** @throws TypeError for a key that is out of use; what KMS refuses with */
export const createKmsUnwrap =
  (kms: Pick<KMSClient, 'send'>): UnwrapKey =>
  async ({ kid, private: wrapped }) => {
    if (wrapped === undefined) throw new TypeError(`key ${kid} is out of use`);
    const { Plaintext } = await kms.send(
      new DecryptCommand({
        KeyId: wrapped.wrapped_by,
        CiphertextBlob: Buffer.from(wrapped.wrapped, 'base64'),
        EncryptionContext: CONTEXT,
      }),
    );
    if (Plaintext === undefined) throw new TypeError('KMS answered without a key');
    return Plaintext;
  };
