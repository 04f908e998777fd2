/** Ids that follow from what they name, so minting twice gives the same. */
import type { Sha256 } from '../ports/digest.ts';

/** UUID version 8 (RFC 9562) over SHA-256 of a kind and parts, each part preceded by its length. */
export function uuidOf(kind: string, parts: readonly string[], sha256: Sha256): string {
  const hex = sha256([kind, ...parts.map((part) => `${part.length}:${part}`)].join(':'));
  const variant = '89ab'[Number.parseInt(hex.charAt(16), 16) % 4];
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** The ticket of a task. */
export const ticketIdOf = (planId: string, taskId: string, sha256: Sha256): string =>
  uuidOf('ticket', [planId, taskId], sha256);

/** The ticket that undoes a task. */
export const compensationIdOf = (planId: string, taskId: string, sha256: Sha256): string =>
  uuidOf('undo', [planId, taskId], sha256);

/** The trace of a plan that brings none: 32 hex digits (W3C trace context). */
export const traceIdOf = (planId: string, sha256: Sha256): string => sha256(`trace:${planId}`).slice(0, 32);
