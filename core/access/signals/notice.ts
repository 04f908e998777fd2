/** What follows from a refusal: a signal, where it is one by itself, or one too many. */
import type { AccessMarks } from '../../ports/access-marks.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Refusal } from '../refusal.ts';
import type { AccessSettings } from '../settings.ts';
import { burstOf, suspicionOf, windowOf } from './detect.ts';
import type { RaiseSignal } from './raise.ts';

export interface NoticeRefusalDeps {
  marks: AccessMarks;
  clock: Pick<Clock, 'now'>;
  raise: RaiseSignal;
  settings: AccessSettings;
}

/** Principals whose burst a process remembers, at most. */
const MAX_REMEMBERED = 10_000;

/**
 * Refusals of a principal are counted in one item a window. A process that has seen the burst counts no further in that
 * window: however hard somebody tries, the item is written as often as makes a burst, and once more by each process.
 */
export function createNoticeRefusal({ marks, clock, raise, settings }: NoticeRefusalDeps) {
  /** window by principal: it is told of */
  const told = new Map<string, number>();

  async function countIt(principal: string): Promise<void> {
    const start = windowOf(clock.now(), settings.burst_window_ms);
    if (told.get(principal) === start) return;
    const count = await marks.count(`refused:${start}:${principal}`, start + 2 * settings.burst_window_ms);
    const burst = burstOf(principal, count, settings);
    if (burst === undefined) return;
    await raise(burst);
    if (told.size >= MAX_REMEMBERED) told.clear();
    told.set(principal, start);
  }

  return async function noticeRefusal(refusal: Refusal): Promise<void> {
    const suspicion = suspicionOf(refusal, settings);
    if (suspicion !== undefined) await raise(suspicion);
    await countIt(refusal.principal);
  };
}
