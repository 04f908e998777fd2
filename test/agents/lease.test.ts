import { expect, it } from 'vitest';
import type { ApiClient } from '../../agents/sdk/api-client.ts';
import { keepLease } from '../../agents/sdk/lease.ts';
import { fakeClock } from './fake-clock.ts';
import { recordingLogger } from './setup.ts';

it('sends nothing more when it is stopped while a heartbeat is under way, whatever that is answered', async () => {
  for (const answer of ['taken', 'refused'] as const) {
    const clock = fakeClock();
    let reply = () => {};
    const api = {
      heartbeatTicket: () =>
        new Promise((resolve, reject) => {
          reply = () => (answer === 'taken' ? resolve({}) : reject(new Error('away')));
        }),
    } as unknown as ApiClient;
    const { lines, ...logger } = recordingLogger();
    const fence = { agent_id: 'worker-1', attempt: 1, claim_id: 'x'.repeat(32) };
    const stop = keepLease({ api, clock, logger, ticketId: 't', fence, leaseMs: 3000, onLost: () => {} });
    clock.advance(1000);
    stop();
    reply();
    await new Promise((resolve) => setImmediate(resolve));
    expect(clock.pending()).toBe(0);
    expect(lines).toEqual([]);
  }
});
