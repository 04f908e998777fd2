/** Signatures of log heads, checked with a public key alone. */
import { createPublicKey, verify } from 'node:crypto';
import type { VerifySignature } from '../../core/ports/audit-log.ts';

/** ECDSA over P-256 with SHA-256 (FIPS 186-5); DER, base64. */
export const verifyEcdsaP256: VerifySignature = (publicKeyPem, text, signature) => {
  try {
    const key = createPublicKey(publicKeyPem);
    if (key.asymmetricKeyDetails?.namedCurve !== 'prime256v1') return false;
    return verify('sha256', Buffer.from(text, 'utf8'), key, Buffer.from(signature, 'base64'));
  } catch {
    return false;
  }
};
