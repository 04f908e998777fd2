import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import type { DynamoDBBatchResponse, DynamoDBStreamEvent } from 'aws-lambda';
import { CLIENT_CONFIG } from '../../adapters/aws/client-config.ts';
import { createEventBridgeBus } from '../../adapters/eventbridge/event-bus.ts';
import { toBusEvent } from '../../core/ledger/project.ts';
import { readEnv } from '../runtime/env.ts';
import { eventsOf } from '../runtime/ledger-stream.ts';
import { count, observed } from '../runtime/telemetry.ts';
import { ENV } from './contract.ts';

const bus = createEventBridgeBus(new EventBridgeClient(CLIENT_CONFIG), readEnv(ENV).EVENT_BUS_NAME);

/** The batch is repeated from the first event that was not published; those after it may be published again. */
export const handler = observed(async ({ Records }: DynamoDBStreamEvent): Promise<DynamoDBBatchResponse> => {
  const facts = eventsOf(Records).flatMap(({ record, sequence }) => {
    const event = toBusEvent(record);
    return event === undefined ? [] : { event, sequence };
  });
  const failed = await bus.publish(facts.map(({ event }) => event));
  count('events_published', facts.length - failed.length);
  const first = failed.length > 0 ? facts[Math.min(...failed)] : undefined;
  return { batchItemFailures: first === undefined ? [] : [{ itemIdentifier: first.sequence }] };
});
