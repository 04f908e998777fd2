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

/** Whether an execution bears the name of this plan's: one started by hand under another name does not. */
export const bearsNameOf = (executionArn: string, planId: string, sha256: Sha256): boolean =>
  executionArn.split(':').at(-1) === executionName(planId, sha256);
