/** WatchPlan: the pages of a plan's timeline, one behind the other, as they come into being. */
import type { HandlerContext } from '@connectrpc/connect';
import { MAX_PAGE, MAX_WATCH_WAIT_S } from '../../core/messages/monitoring-api.ts';
import { type TimelinePage, TimelinePageSchema, type WatchPlanRequest } from './generated/neural_hive/v1/plan_pb.js';
import { parseId, parsePage } from './requests.ts';
import type { RpcDeps } from './routes.ts';
import { toMessage } from './views.ts';

/**
 * Each page is one message. Where the connection stays open, until the plan has ended or the client has gone; an empty
 * page only says that the stream lives. Where it does not, one page, with news or after 20 s without.
 */
export const createWatchPlan = ({ monitor, streams }: Pick<RpcDeps, 'monitor' | 'streams'>) =>
  async function* watchPlan(request: WatchPlanRequest, { signal }: HandlerContext): AsyncGenerator<TimelinePage> {
    const planId = parseId('plan_id', request.planId);
    const { cursor } = parsePage({ cursor: request.after });
    if (!streams) {
      const page = await monitor.watchPlan(planId, { limit: MAX_PAGE, cursor, wait_s: MAX_WATCH_WAIT_S });
      yield toMessage(TimelinePageSchema, page);
      return;
    }
    for await (const page of monitor.followPlan(planId, { cursor, signal })) {
      if (signal.aborted) return;
      yield toMessage(TimelinePageSchema, page);
    }
  };
