/** The bus: custom events as they are put, and the archive that keeps them all. Deliveries to our functions are free. */
import type { Meter } from '../meter.ts';
import { chunksOf64Kb } from '../units.ts';
import type { Answers } from './intercept.ts';

/** An event in the archive has its envelope (id, account, region, time …) beside its detail. */
const ENVELOPE_BYTES = 250;

export function putEvent(meter: Meter, detailType: string, detail: string): void {
  const bytes = Buffer.byteLength(detail) + Buffer.byteLength(detailType);
  meter.charge({ request: `PutEvents ${detailType}`, price: 'eventbridge_event', units: chunksOf64Kb(bytes) });
  const archived = (bytes + ENVELOPE_BYTES) / 1e9;
  meter.charge({ request: 'archive', price: 'eventbridge_archive_gb', units: archived, requests: 0 });
}

export function createEventBridge(meter: Meter): Answers {
  return {
    PutEventsCommand(input) {
      const entries = input.Entries as { DetailType: string; Detail: string }[];
      for (const { DetailType, Detail } of entries) putEvent(meter, DetailType, Detail);
      return { FailedEntryCount: 0, Entries: entries.map((_, at) => ({ EventId: String(at) })) };
    },
  };
}
