import type { Sha256 } from '../../core/ports/digest.ts';

const MAX_NAME = 80;
const LEGAL = /^[A-Za-z0-9_-]{1,80}$/;
/**
 * How names with a digest end, and those of a plan's second run and later ones: no plan's own id may, or it could take
 * the name of another plan's execution.
 */
const IS_MADE_UP = /-([0-9a-f]{32}|r\d+)$/;

/**
 * The execution of a plan is named after it, so starting twice is known again; a name that is not legal gets a digest.
 * @param run 1, and one more each time the plan is redriven: these end in `-r2`, `-r3` …
 */
export function executionName(planId: string, run: number, sha256: Sha256): string {
  const suffix = run === 1 ? '' : `-r${run}`;
  const own = LEGAL.test(planId) && !IS_MADE_UP.test(planId) && planId.length + suffix.length <= MAX_NAME;
  return `${own ? planId : digested(planId, sha256)}${suffix}`;
}

/** 73 characters: room for the suffix of 9 999 runs and more. */
function digested(planId: string, sha256: Sha256): string {
  const readable = planId.replace(/[^A-Za-z0-9_-]+/g, '-').slice(0, 40);
  return `${readable}-${sha256(`execution:${planId}`).slice(0, 32)}`;
}

/** Whether an execution bears the name of this run of the plan: one started by hand under another name does not. */
export const bearsNameOf = (executionArn: string, planId: string, run: number, sha256: Sha256): boolean =>
  executionArn.split(':').at(-1) === executionName(planId, run, sha256);
