/** An export verified, with nothing but itself and the keys that its reader trusts. */
import type { VerifySignature } from '../ports/audit-log.ts';
import type { Sha256 } from '../ports/digest.ts';
import type { AuditExport, AuditFault } from './export.ts';
import type { Merkle } from './merkle.ts';
import { eventFindings } from './verify-events.ts';
import { hasEntries, headFaults } from './verify-heads.ts';

export interface Verified {
  readonly faults: readonly AuditFault[];
  readonly heads: number;
  readonly events: number;
  readonly logged: number;
  readonly pending: number;
  readonly repeated: number;
  /** all that was logged is here; false: what was cut off the end of an aggregate does not show */
  readonly complete: boolean;
  /** what the last head says */
  readonly size: number;
  readonly root?: string;
  readonly at?: number;
}

/** Empty `faults`: every head is signed and follows on the one before, every event is as it was logged. */
export function verifyExport(
  audit: AuditExport,
  { merkle, sha256, verify }: { merkle: Merkle; sha256: Sha256; verify: VerifySignature },
): Verified {
  const { faults, logged, pending, repeated } = eventFindings(audit, merkle, sha256);
  const last = audit.heads.at(-1)?.head;
  return {
    faults: [...headFaults(audit, merkle, verify), ...faults],
    ...{ heads: audit.heads.length, events: audit.events.length, logged, pending, repeated },
    complete: hasEntries(audit.heads),
    size: last?.size ?? 0,
    ...(last && { root: last.root, at: last.at }),
  };
}
