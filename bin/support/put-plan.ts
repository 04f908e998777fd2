/** `CognitivePlanApproved` on the bus, as a producer puts it. */
import { PLAN_APPROVED } from '../../core/messages/bus-events.ts';
import { refuse } from './errors.ts';
import type { Target } from './target.ts';

const SOURCE = 'neural-hive.cli';
/** Largest entry of PutEvents (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html). */
export const MAX_ENTRY_BYTES = 256 * 1024;

export interface ApprovedEntry {
  readonly Source: string;
  readonly DetailType: string;
  readonly Detail: string;
}

/** @throws HiveError PLAN_TOO_LARGE_FOR_BUS, detail {bytes, max_bytes} */
export function approvedEntry(raw: unknown): ApprovedEntry {
  const Detail = JSON.stringify(raw);
  const bytes = Buffer.byteLength(Detail) + Buffer.byteLength(SOURCE) + Buffer.byteLength(PLAN_APPROVED);
  if (bytes > MAX_ENTRY_BYTES)
    throw refuse(
      'PLAN_TOO_LARGE_FOR_BUS',
      `the plan is an event of ${bytes} bytes; EventBridge takes ${MAX_ENTRY_BYTES}`,
      {
        try: 'shorten descriptions and pass references instead of large parameters, or split the plan',
        detail: { bytes, max_bytes: MAX_ENTRY_BYTES },
      },
    );
  return { Source: SOURCE, DetailType: PLAN_APPROVED, Detail };
}

/** @throws HiveError BUS_REFUSED when EventBridge took the call but not the event */
export async function putApproved({ outputs }: Target, entry: ApprovedEntry): Promise<{ event_id: string }> {
  const { EventBridgeClient, PutEventsCommand } = await import('@aws-sdk/client-eventbridge');
  const client = new EventBridgeClient({ region: outputs.Region });
  try {
    const command = new PutEventsCommand({ Entries: [{ ...entry, EventBusName: outputs.EventBusName }] });
    const { FailedEntryCount = 0, Entries } = await client.send(command);
    const { EventId = '', ErrorCode, ErrorMessage } = Entries?.[0] ?? {};
    if (FailedEntryCount > 0 || ErrorCode !== undefined)
      throw refuse(
        'BUS_REFUSED',
        `the bus ${outputs.EventBusName} did not take the event: ${ErrorCode} ${ErrorMessage}`,
        {
          try: 'submit again; the same plan twice runs once',
        },
      );
    return { event_id: EventId };
  } finally {
    client.destroy();
  }
}
