/** Looks at a plan again and again until it has ended. */
import { setTimeout as sleep } from 'node:timers/promises';
import { isPlanEnded } from '../../core/plan/state.ts';
import { isTerminal } from '../../core/ticket/state.ts';
import { refuse } from './errors.ts';
import { EXIT } from './exit-codes.ts';
import { exitCodeOfPlan } from './outcome.ts';
import type { PlanView } from './plan-view.ts';
import { stuckLine } from './stuck.ts';
import { duration, plain } from './text.ts';

export interface FollowOptions {
  readonly now: () => number;
  readonly signal: AbortSignal;
  /** stop with PLAN_WAIT_TIMEOUT this long after `since` (epoch ms; by default, now) */
  readonly timeoutMs?: number;
  readonly since?: number;
  /** what other commands need to mean the same target */
  readonly flags?: string;
  readonly intervalMs?: number;
}

const INTERVAL_MS = 500;
/** Tickets of a plan that failed are cancelled one after the other: so many looks more, to show them so. */
const LOOKS_AFTER_END = 6;

/**
 * Yields each look. Returns when the plan has ended, or when it waits for a person (to be approved, or redriven) and
 * `stopForPerson` is set.
 * @throws HiveError PLAN_WAIT_TIMEOUT, INTERRUPTED; the plan goes on in both cases
 */
export async function* followPlan(
  first: PlanView,
  look: (now: number) => Promise<PlanView | undefined>,
  options: FollowOptions & { readonly stopForPerson?: boolean },
): AsyncGenerator<PlanView, PlanView> {
  const { now, signal, intervalMs = INTERVAL_MS, stopForPerson = false } = options;
  const deadline = deadlineOf(options);
  let view = first;
  let looksAfterEnd = 0;
  for (;;) {
    yield view;
    if (stopForPerson && exitCodeOfPlan(view.plan) === EXIT.person) return view;
    if (isPlanEnded(view.plan)) {
      const whole = view.tickets.length >= view.plan.tickets && view.tickets.every(({ state }) => isTerminal(state));
      if (whole || ++looksAfterEnd > LOOKS_AFTER_END) return view;
    }
    deadline(view.plan.plan_id, view.stuck);
    await pause(intervalMs, signal);
    view = (await look(now())) ?? view;
  }
}

/** A function that throws PLAN_WAIT_TIMEOUT once the time is up, with what is known to keep the plan waiting. */
export function deadlineOf({ now, timeoutMs, since = now(), flags = '' }: FollowOptions) {
  return (planId: string, stuck: PlanView['stuck'] = []): void => {
    if (timeoutMs === undefined || now() < since + timeoutMs) return;
    const id = shellWord(plain(planId));
    throw refuse(
      'PLAN_WAIT_TIMEOUT',
      [
        `the plan ${plain(planId)} has not ended within ${duration(timeoutMs)}; it goes on`,
        ...stuck.map((reason) => `waits: ${stuckLine(reason)}`),
      ].join('\n'),
      {
        try: `hive watch ${id}${flags}, or hive tickets ${id}${flags} to see what waits and why`,
        detail: { plan_id: planId, ...(stuck.length === 0 ? {} : { waiting: stuck }) },
      },
    );
  };
}

/** @throws HiveError INTERRUPTED when the signal aborts, or has */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(ms, undefined, { signal });
  } catch {
    throw refuse('INTERRUPTED', 'interrupted; plans that were submitted go on');
  }
}

/** An id as one word of a shell's command line. */
export const shellWord = (id: string): string =>
  /^[A-Za-z0-9_.:/@-]+$/.test(id) ? id : `'${id.replaceAll("'", `'\\''`)}'`;
