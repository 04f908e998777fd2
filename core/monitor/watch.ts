/** Waits for news of a plan: pages of its timeline, asked for again and again until there is something to tell. */
import { MAX_PAGE, MAX_WATCH_WAIT_S, type PageRequest, type TimelinePage } from '../messages/monitoring-api.ts';
import type { Clock } from '../ports/clock.ts';

/** How often the ledger is looked at: a look reads the version of each of the plan's tickets, so waits grow. */
const FIRST_WAIT_MS = 500;
const WAIT_FACTOR = 1.5;
const LONGEST_WAIT_MS = 3000;

type Timeline = (planId: string, request: PageRequest) => Promise<TimelinePage>;

interface Deps {
  readonly timeline: Timeline;
  readonly clock: Clock;
}

export type WatchRequest = PageRequest & {
  /** seconds to wait for news, at most 20 */
  readonly wait_s: number;
};

/**
 * A page with news, at once when there are some; an empty one when the plan has ended, or nothing happened in the time.
 * @throws as the timeline
 */
export const createWatchPlan =
  ({ timeline, clock }: Deps) =>
  async (planId: string, { wait_s, ...request }: WatchRequest): Promise<TimelinePage> => {
    const until = clock.now() + 1000 * Math.min(wait_s, MAX_WATCH_WAIT_S);
    for (let wait = FIRST_WAIT_MS; ; wait = Math.min(LONGEST_WAIT_MS, wait * WAIT_FACTOR)) {
      const page = await timeline(planId, request);
      const left = until - clock.now();
      if (page.items.length > 0 || page.ended || left <= 0) return page;
      await clock.sleep(Math.min(wait, left));
    }
  };

/**
 * Pages without an end until the plan has one, for a connection that stays open; an empty page says that it is still there.
 * The last page has `ended`. Stops between two pages once `signal` is aborted.
 * @throws as the timeline
 */
export const createFollowPlan = (deps: Deps) => {
  const watch = createWatchPlan(deps);
  return async function* follow(
    planId: string,
    { cursor, signal }: { cursor?: string | undefined; signal: { readonly aborted: boolean } },
  ): AsyncGenerator<TimelinePage, void, undefined> {
    for (let at = cursor; !signal.aborted; ) {
      const page = await watch(planId, { limit: MAX_PAGE, cursor: at, wait_s: KEEP_ALIVE_S });
      at = page.next_cursor;
      yield page;
      if (page.ended) return;
    }
  };
};

/** Proxies close a connection on which nothing comes for a minute or less. */
const KEEP_ALIVE_S = 15;
