/** An inbox in memory: messages stay until removed, as in the queue. */
import type { Inbox, InboxMessage } from '../../agents/sdk/inbox.ts';

export interface MemoryInbox extends Inbox {
  push(body: unknown): void;
  /** Messages never removed. */
  left(): InboxMessage[];
  /** The `max` of each receive. */
  asked: number[];
  failNext(error: Error): void;
}

export function memoryInbox(): MemoryInbox {
  let queue: InboxMessage[] = [];
  const invisible = new Set<string>();
  const errors: Error[] = [];
  const asked: number[] = [];
  let wake = () => {};
  let sent = 0;
  return {
    asked,
    failNext: (error) => errors.push(error),
    left: () => queue,
    push(body) {
      queue.push({ body: typeof body === 'string' ? body : JSON.stringify(body), receipt: `r${sent++}` });
      wake();
    },
    async receive(_inboxUrl, max, signal) {
      const error = errors.shift();
      if (error !== undefined) throw error;
      asked.push(max);
      for (;;) {
        if (signal.aborted) return [];
        const found = queue.filter((message) => !invisible.has(message.receipt)).slice(0, max);
        for (const message of found) invisible.add(message.receipt);
        if (found.length > 0) return found;
        await new Promise<void>((resolve) => {
          wake = () => {
            signal.removeEventListener('abort', wake);
            resolve();
          };
          signal.addEventListener('abort', wake);
        });
      }
    },
    async remove(_inboxUrl, message) {
      queue = queue.filter((other) => other.receipt !== message.receipt);
    },
  };
}
