/** When a plan is looked at again: soon enough that a stop from outside is noticed, and at its deadline. */
export const PLAN_LOOK_MS = 60_000;

/** @returns epoch ms */
export const nextLook = (now: number, deadline: number): number =>
  deadline > now ? Math.min(deadline, now + PLAN_LOOK_MS) : now + PLAN_LOOK_MS;
