import { EventBridgeClient, type PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { describe, expect, it } from 'vitest';
import { createEventBridgeBus } from '../../adapters/eventbridge/event-bus.ts';
import type { BusEvent } from '../../core/messages/bus-events.ts';

/** A bus whose client answers each entry as `answer` says. */
function busWith(answer: (detail: { index: number }) => { EventId?: string; ErrorCode?: string }) {
  const calls: number[] = [];
  const client = new EventBridgeClient({ region: 'r', credentials: { accessKeyId: 'a', secretAccessKey: 's' } });
  client.send = (async ({ input }: PutEventsCommand) => {
    calls.push(input.Entries?.length ?? 0);
    const Entries = (input.Entries ?? []).map((entry) => answer(JSON.parse(entry.Detail ?? '{}')));
    return { Entries, FailedEntryCount: Entries.filter(({ ErrorCode }) => ErrorCode !== undefined).length };
  }) as never;
  return { bus: createEventBridgeBus(client, 'bus'), calls };
}
const events = (count: number, text = ''): BusEvent[] =>
  Array.from({ length: count }, (_, index) => ({ detail_type: 'PlanStarted', detail: { index, text } }));

describe('the bus on EventBridge', () => {
  it('takes ten events a call', async () => {
    const { bus, calls } = busWith(() => ({ EventId: 'e' }));
    expect(await bus.publish(events(23))).toEqual([]);
    expect(calls).toEqual([10, 10, 3]);
  });

  it('keeps a call below what EventBridge takes together, counted in UTF-8', async () => {
    const { bus, calls } = busWith(() => ({ EventId: 'e' }));
    await bus.publish(events(10, '中'.repeat(20_000)));
    expect(calls).toEqual([3, 3, 3, 1]);
  });

  it('tells which events were not taken, by their place among all', async () => {
    const { bus } = busWith(({ index }) => (index % 7 === 3 ? { ErrorCode: 'InternalFailure' } : { EventId: 'e' }));
    expect(await bus.publish(events(25))).toEqual([3, 10, 17, 24]);
  });

  it('counts an event as not taken when the answer says nothing of it', async () => {
    const { bus } = busWith(({ index }) => (index === 0 ? { ErrorCode: 'InternalFailure' } : {}));
    expect(await bus.publish(events(2))).toEqual([0, 1]);
  });

  it('does nothing for nothing', async () => {
    const { bus, calls } = busWith(() => ({}));
    expect(await bus.publish([])).toEqual([]);
    expect(calls).toEqual([]);
  });
});
