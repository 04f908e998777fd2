/** Heads are signed by a key that never leaves KMS. */
import { GetPublicKeyCommand, type KMSClient, SignCommand } from '@aws-sdk/client-kms';
import type { HeadSigner, VerifySignature } from '../../core/ports/audit-log.ts';

/** @param keyId ARN of an ECC_NIST_P256 key for signing: its public key never changes, and is asked for once */
export function createKmsHeadSigner(kms: KMSClient, keyId: string, verify: VerifySignature): HeadSigner {
  let publicKey: string | undefined;
  return {
    async sign(text) {
      const { Signature, KeyId } = await kms.send(
        new SignCommand({
          KeyId: keyId,
          Message: Buffer.from(text, 'utf8'),
          MessageType: 'RAW',
          SigningAlgorithm: 'ECDSA_SHA_256',
        }),
      );
      if (Signature === undefined) throw new TypeError('KMS answered without a signature');
      return { key_id: KeyId ?? keyId, signature: Buffer.from(Signature).toString('base64') };
    },
    async hasSigned(text, signature) {
      publicKey ??= await publicKeyOf(kms, keyId);
      return verify(publicKey, text, signature);
    },
  };
}

/** PEM (SubjectPublicKeyInfo). */
export async function publicKeyOf(kms: KMSClient, keyId: string): Promise<string> {
  const { PublicKey } = await kms.send(new GetPublicKeyCommand({ KeyId: keyId }));
  const lines = Buffer.from(PublicKey ?? [])
    .toString('base64')
    .replaceAll(/.{1,64}/g, '$&\n');
  return `-----BEGIN PUBLIC KEY-----\n${lines}-----END PUBLIC KEY-----\n`;
}
