/** A log in memory with a key of its own, and chains of events to put into it. */
import { generateKeyPairSync, sign } from 'node:crypto';
import { verifyEcdsaP256 } from '../../adapters/crypto/signatures.ts';
import { createMemoryPendingLog, createMemorySealedLog } from '../../adapters/memory/audit-log.ts';
import { sha256, sha256Bytes } from '../../adapters/system/digest.ts';
import type { AuditExport } from '../../core/audit/export.ts';
import type { SealedHead } from '../../core/audit/head.ts';
import { createMerkle } from '../../core/audit/merkle.ts';
import { GENESIS, headOf, type Recorded, record } from '../../core/ledger/chain.ts';
import type { HeadSigner, SealedLog } from '../../core/ports/audit-log.ts';
import { NOW } from './plans.ts';

export const merkle = createMerkle(sha256Bytes);
export const LOG = 'hive-test';

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
export const KEYS = { 'key-1': publicKey.export({ type: 'spki', format: 'pem' }) as string };
export const signer: HeadSigner = {
  sign: async (text) => ({
    key_id: 'key-1',
    signature: sign('sha256', Buffer.from(text), privateKey).toString('base64'),
  }),
  hasSigned: async (text, signature) => verifyEcdsaP256(KEYS['key-1'], text, signature),
};

/** Events of one aggregate, a second apart, each saying what it is. */
export function chainOf(aggregate: string, length: number, said = 'as it was'): Recorded[] {
  const records: Recorded[] = [];
  for (let nth = 1; nth <= length; nth++) {
    const last = records.at(-1);
    const event = { type: 'Noted', text: `${said} ${nth}` };
    const link = { aggregate, at: NOW + nth * 1000, subject: {}, event };
    records.push(record(last === undefined ? GENESIS : headOf(last), link, sha256));
  }
  return records;
}

export async function allHeads(sealed: SealedLog): Promise<SealedHead[]> {
  const heads: SealedHead[] = [];
  for (let head = await sealed.get(1); head !== undefined; head = await sealed.get(heads.length + 1)) heads.push(head);
  return heads;
}

export const memoryLog = () => ({ pending: createMemoryPendingLog(), sealed: createMemorySealedLog() });

export const exportOf = (heads: readonly SealedHead[], records: readonly Recorded[]): AuditExport => ({
  heads: heads.map(({ head, key_id, signature, entries }) => ({ head, key_id, signature, entries })),
  events: records.map((link) => ({ record: link })),
  keys: KEYS,
});
