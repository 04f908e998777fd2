/** `GET /v1/plans/{id}/watch` for who takes server-sent events. */
import type { TimelinePage } from '../../core/messages/monitoring-api.ts';
import type { Monitor } from '../../core/monitor/monitor.ts';
import { blocksOf, OPENING, streamOf } from './server-sent-events.ts';

export const takesEvents = (request: Request): boolean =>
  (request.headers.get('accept') ?? '').toLowerCase().includes('text/event-stream');

interface Watching {
  readonly id: string;
  readonly query: { readonly limit: number; readonly wait_s: number; readonly after?: string | undefined };
}

/**
 * Where the server can stream, one answer until the plan has ended; where it cannot, what there is within the wait, after
 * which an EventSource comes back by itself and goes on behind it. A plan that has ended is answered with 204, which
 * tells an EventSource to stay away.
 * @throws as the timeline, before anything is sent
 */
export async function answerEvents(
  monitor: Monitor,
  request: Request,
  { id, query: { after, ...query } }: Watching,
  streaming: boolean,
): Promise<Response> {
  // An EventSource repeats the address it began with: where it was is in the header.
  const cursor = request.headers.get('last-event-id') ?? after;
  if (!streaming) {
    const page = await monitor.watchPlan(id, { ...query, cursor });
    return isOver(page) ? over() : events(OPENING + blocksOf(page));
  }
  const stop = new AbortController();
  request.signal.addEventListener('abort', () => stop.abort());
  const first = await monitor.timeline(id, { limit: query.limit, cursor });
  if (isOver(first)) return over();
  const rest = monitor.followPlan(id, { cursor: first.next_cursor, signal: stop.signal });
  return events(streamOf(from(first, rest), () => stop.abort()));
}

async function* from(first: TimelinePage, rest: AsyncGenerator<TimelinePage, void, undefined>) {
  yield first;
  if (!first.ended) yield* rest;
}

const isOver = ({ ended, items }: TimelinePage): boolean => ended && items.length === 0;

const over = (): Response => new Response(null, { status: 204 });

const events = (body: string | ReadableStream): Response =>
  new Response(body, {
    headers: {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    },
  });
