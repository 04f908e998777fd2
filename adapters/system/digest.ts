import { createHash, hash } from 'node:crypto';
import type { Sha256, Sha256Bytes } from '../../core/ports/digest.ts';

export const sha256: Sha256 = (text) => hash('sha256', text, 'hex');

export const sha256Bytes: Sha256Bytes = (bytes) => new Uint8Array(createHash('sha256').update(bytes).digest());
