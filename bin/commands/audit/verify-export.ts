/** `hive audit verify`. */
import { verifyEcdsaP256 } from '../../../adapters/crypto/signatures.ts';
import { sha256, sha256Bytes } from '../../../adapters/system/digest.ts';
import type { AuditExport } from '../../../core/audit/export.ts';
import { createMerkle } from '../../../core/audit/merkle.ts';
import { type Verified, verifyExport } from '../../../core/audit/verify.ts';
import { readExport } from '../../support/audit-folder.ts';
import type { Run } from '../../support/command.ts';
import { refuse } from '../../support/errors.ts';
import { EXIT } from '../../support/exit-codes.ts';
import type { Io } from '../../support/io.ts';
import { readText } from '../../support/read-document.ts';
import { count, plain, toJson } from '../../support/text.ts';

const TOLD = 100;

export const verifyFolder: Run<{ readonly key?: string }> = async (io, [folder = ''], { key, json }) => {
  const { audit: read, unreadable } = readExport(folder);
  const audit = key === undefined ? read : pinned(read, await readText(key, io));
  const rest = verifyExport(audit, { merkle: createMerkle(sha256Bytes), sha256, verify: verifyEcdsaP256 });
  const verified = { ...rest, faults: [...unreadable, ...rest.faults] };
  if (json) io.stdout.write(`${toJson({ folder, pinned: key !== undefined, ...verified })}\n`);
  else io.stdout.write(`${lines(verified, key !== undefined, io).join('\n')}\n`);
  return verified.faults.length === 0 ? EXIT.ok : EXIT.differs;
};

/** The one key that is believed, whatever ids and keys the export has. */
function pinned(audit: AuditExport, pem: string): AuditExport {
  // Else each head would be said not to be signed.
  if (!pem.includes('-----BEGIN PUBLIC KEY-----'))
    throw refuse('USAGE', '--key is to be a public key as PEM (SubjectPublicKeyInfo)', {
      try: 'aws kms get-public-key, or keys.json of an export that is trusted',
    });
  return { ...audit, keys: Object.fromEntries(audit.heads.map(({ key_id }) => [key_id, pem])) };
}

function lines(verified: Verified, isPinned: boolean, io: Io): string[] {
  const { faults, heads, events, logged, pending, repeated, complete, at } = verified;
  const { bold, green, red, gray } = io.stdout.color;
  const until = at === undefined ? 'there is no head yet' : `the last one of ${new Date(at).toISOString()}`;
  const verdict =
    faults.length === 0
      ? green('every head is signed and follows on the one before, every event is as it was logged')
      : red(count(faults.length, 'fault'));
  const notes = [
    `${logged} of ${count(events, 'event')} under a signed head`,
    ...(pending > 0 ? [`${pending} too new for one`] : []),
    ...(repeated > 0 ? [`${count(repeated, 'entry', 'entries')} logged twice, alike`] : []),
  ];
  return [
    `${bold(count(heads, 'head'))}, ${until}: ${verdict}`,
    ...faults.slice(0, TOLD).map(({ kind, message }) => `  ${kind.padEnd(16)}  ${plain(message)}`),
    ...(faults.length > TOLD ? [`  and ${faults.length - TOLD} more (--json has all)`] : []),
    gray(notes.join(', ')),
    ...(complete || heads === 0
      ? []
      : [
          gray(
            'It has proofs for its own events alone: that none was cut off the end of a ticket only a whole export shows.',
          ),
        ]),
    ...(isPinned ? [] : [gray('The key is the export’s own: --key verifies with one that you have from elsewhere.')]),
  ];
}
