/** Records of the ledger's stream as the events they carry. */
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { DynamoDBRecord } from 'aws-lambda';
import type { Recorded } from '../../core/ledger/chain.ts';
import type { LedgerEvent } from '../../core/ledger/project.ts';

export interface StreamedEvent {
  readonly record: Recorded<LedgerEvent>;
  /** names the stream record in a partial answer */
  readonly sequence: string;
}

/** State items and everything else that is no event are left out. */
export function eventsOf(records: readonly DynamoDBRecord[]): StreamedEvent[] {
  return records.flatMap(({ dynamodb }) => {
    const image = dynamodb?.NewImage && unmarshall(dynamodb.NewImage as Record<string, AttributeValue>);
    if (image?.kind !== 'event') return [];
    return { record: image.record as Recorded<LedgerEvent>, sequence: dynamodb?.SequenceNumber ?? '' };
  });
}
