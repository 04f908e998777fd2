/** Pages of a timeline as server-sent events (HTML Living Standard, §9.2). */
import type { TimelinePage } from '../../core/messages/monitoring-api.ts';

/** When a client that lost the connection comes back, ms. */
const RETRY_MS = 1000;

export const OPENING = `retry: ${RETRY_MS}\n\n`;

/**
 * The events of a page, then its cursor as the last event's id: who comes back goes on behind the page. A page that broke off is
 * told again; its events keep their `event_id`. `end` follows the last event of a plan that has ended.
 */
export function blocksOf(page: TimelinePage): string {
  const events = page.items.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
  const end = page.ended ? [`event: end\ndata: {}\n\n`] : [];
  return [...events, `id: ${page.next_cursor}\n\n`, ...end].join('');
}

/** A body that goes on for as long as pages come; whoever reads it sets the pace. */
export function streamOf(pages: AsyncGenerator<TimelinePage, void, undefined>, onCancel: () => void): ReadableStream {
  const encoder = new TextEncoder();
  let opened = false;
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await pages.next();
      if (done) return controller.close();
      controller.enqueue(encoder.encode((opened ? '' : OPENING) + blocksOf(value)));
      opened = true;
    },
    async cancel() {
      onCancel();
      await pages.return();
    },
  });
}
