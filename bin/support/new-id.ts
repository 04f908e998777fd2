/** Running a plan again: the same plan under an id of its own, issued now. */
import { v7 } from 'uuid';

/** A plan's id is at most this long (see PLAN_SETTINGS.max_id_chars). */
const MAX_ID = 256;

/** `release-train` → `release-train-0199c1f2a3b4-9f3a2c7d`: the time, so that runs sort, and chance. */
export function newIdOf(planId: string): string {
  const uuid = v7().replaceAll('-', '');
  const suffix = `-${uuid.slice(0, 12)}-${uuid.slice(-8)}`;
  const room = MAX_ID - suffix.length;
  return `${planId.length > room ? planId.slice(0, room).toWellFormed() : planId}${suffix}`;
}

/** Whatever is no plan is left as it is: the check says what is wrong with it. */
export function reissue(raw: unknown, now: number): unknown {
  if (raw === null || typeof raw !== 'object' || Array.isArray(raw)) return raw;
  const { plan_id } = raw as { plan_id?: unknown };
  if (typeof plan_id !== 'string' || plan_id === '') return raw;
  return { ...raw, plan_id: newIdOf(plan_id), created_at: now };
}
