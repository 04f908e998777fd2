import { type EventBridgeClient, PutEventsCommand, type PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import { BUS_SOURCE } from '../../core/messages/bus-events.ts';
import type { EventBus } from '../../core/ports/event-bus.ts';

/** PutEvents takes this many entries, of 256 KB together; what is over fails as a whole, so calls are filled to less. */
const ENTRIES_PER_CALL = 10;
const BYTES_PER_CALL = 200 * 1024;

export function createEventBridgeBus(client: EventBridgeClient, busName: string): EventBus {
  return {
    async publish(events) {
      const entries = events.map(({ detail_type, detail }) => ({
        EventBusName: busName,
        Source: BUS_SOURCE,
        DetailType: detail_type,
        Detail: JSON.stringify(detail),
      }));
      const failed: number[] = [];
      let start = 0;
      for (const call of callsOf(entries)) {
        const answer = await client.send(new PutEventsCommand({ Entries: call }));
        if (answer.FailedEntryCount !== 0)
          call.forEach((_, at) => {
            // An entry without an event id was not taken, whatever else is said of it.
            if (answer.Entries?.[at]?.EventId === undefined) failed.push(start + at);
          });
        start += call.length;
      }
      return failed;
    },
  };
}

function callsOf(entries: readonly PutEventsRequestEntry[]): PutEventsRequestEntry[][] {
  const calls: PutEventsRequestEntry[][] = [];
  let bytes = 0;
  for (const entry of entries) {
    const size = Buffer.byteLength(entry.Detail ?? '');
    const call = calls.at(-1);
    if (call === undefined || call.length === ENTRIES_PER_CALL || bytes + size > BYTES_PER_CALL) {
      calls.push([entry]);
      bytes = size;
    } else {
      call.push(entry);
      bytes += size;
    }
  }
  return calls;
}
