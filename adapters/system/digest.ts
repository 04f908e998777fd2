import { createHash } from 'node:crypto';
import type { Sha256, Sha256Bytes } from '../../core/ports/digest.ts';

export const sha256: Sha256 = (text) => createHash('sha256').update(text, 'utf8').digest('hex');

export const sha256Bytes: Sha256Bytes = (bytes) => new Uint8Array(createHash('sha256').update(bytes).digest());
