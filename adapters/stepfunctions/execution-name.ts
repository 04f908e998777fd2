import type { Sha256 } from '../../core/ports/digest.ts';

const LEGAL = /^[A-Za-z0-9_-]{1,80}$/;
/** How names with a digest end: no plan's own id may, or it could take the name of another plan's execution. */
const HAS_DIGEST = /-[0-9a-f]{32}$/;

/** The execution of a plan is named after it, so starting twice is known again; a name that is not legal gets a digest. */
export function executionName(planId: string, sha256: Sha256): string {
  if (LEGAL.test(planId) && !HAS_DIGEST.test(planId)) return planId;
  const readable = planId.replace(/[^A-Za-z0-9_-]+/g, '-').slice(0, 40);
  return `${readable}-${sha256(`execution:${planId}`).slice(0, 32)}`;
}

/** Machines are named after their shape: the same shape is the same machine. */
export const machineName = (prefix: string, shape: string): string => `${prefix}${shape.slice(0, 32)}`;

/** The name of a template's machine: its own, so that a deploy never meets one that was made at run time. */
export const templateMachineName = (prefix: string, shape: string): string => `${machineName(prefix, shape)}-template`;
