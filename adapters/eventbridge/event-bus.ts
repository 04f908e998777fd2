import { type EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { BUS_SOURCE } from '../../core/messages/bus-events.ts';
import type { EventBus } from '../../core/ports/event-bus.ts';

/** PutEvents takes this many entries, of 256 KB together; each of ours is held well below a tenth of that. */
const ENTRIES_PER_CALL = 10;

export function createEventBridgeBus(client: EventBridgeClient, busName: string): EventBus {
  return {
    async publish(events) {
      const failed: number[] = [];
      for (let start = 0; start < events.length; start += ENTRIES_PER_CALL) {
        const Entries = events.slice(start, start + ENTRIES_PER_CALL).map(({ detail_type, detail }) => ({
          EventBusName: busName,
          Source: BUS_SOURCE,
          DetailType: detail_type,
          Detail: JSON.stringify(detail),
        }));
        const answer = await client.send(new PutEventsCommand({ Entries }));
        if (answer.FailedEntryCount === 0) continue;
        answer.Entries?.forEach((entry, at) => {
          if (entry.ErrorCode !== undefined) failed.push(start + at);
        });
      }
      return failed;
    },
  };
}
