import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import type { DynamoDBBatchResponse, DynamoDBStreamEvent } from 'aws-lambda';
import { CLIENT_CONFIG } from '../../adapters/aws/client-config.ts';
import { createDynamoFailureCounts } from '../../adapters/dynamodb/guards.ts';
import { createDynamoPendingLog } from '../../adapters/dynamodb/pending-log.ts';
import { createTable } from '../../adapters/dynamodb/table.ts';
import { createDynamoTallies } from '../../adapters/dynamodb/tallies.ts';
import { createEventBridgeBus } from '../../adapters/eventbridge/event-bus.ts';
import { systemClock } from '../../adapters/system/clock.ts';
import { sha256 } from '../../adapters/system/digest.ts';
import { batchOf } from '../../core/audit/entry.ts';
import { createCountOutcomes } from '../../core/guard/count-outcomes.ts';
import { toBusEvent } from '../../core/ledger/project.ts';
import { readEnv } from '../runtime/env.ts';
import { eventsOf } from '../runtime/ledger-stream.ts';
import { ledgerStores, timers } from '../runtime/stores.ts';
import { count, countOf, observed } from '../runtime/telemetry.ts';
import { COUNTED, ENV } from './contract.ts';
import { createOutcomeBatch } from './outcome-batch.ts';
import { createTallyBatch } from './tally-batch.ts';

const { EVENT_BUS_NAME, LEDGER_TABLE, TIMER_QUEUE_URL } = readEnv(ENV);
const bus = createEventBridgeBus(new EventBridgeClient(CLIENT_CONFIG), EVENT_BUS_NAME);
const tallies = createDynamoTallies(createTable(LEDGER_TABLE), sha256);
const pendingLog = createDynamoPendingLog(createTable(LEDGER_TABLE));
const countOutcomes = createCountOutcomes({
  ...ledgerStores(LEDGER_TABLE),
  failures: createDynamoFailureCounts(createTable(LEDGER_TABLE)),
  timers: timers(TIMER_QUEUE_URL),
});
const outcomeBatch = createOutcomeBatch({ countOutcomes, clock: systemClock });
const tallyBatch = createTallyBatch({ tallies, clock: systemClock });

/** The batch is repeated from the first event that was not published; those after it may be published again. */
export const handler = observed(async ({ Records }: DynamoDBStreamEvent): Promise<DynamoDBBatchResponse> => {
  const events = eventsOf(Records);
  const facts = events.flatMap(({ record, sequence }, index) => {
    const event = toBusEvent(record);
    return event === undefined ? [] : { event, sequence, index };
  });
  const failed = await bus.publish(facts.map(({ event }) => event));
  count('events_published', facts.length - failed.length);
  const first = failed.length > 0 ? facts[Math.min(...failed)] : undefined;
  // From there on all of it comes again, and is counted then.
  const published = events.slice(0, first?.index);
  if (published.length > 0) await pendingLog.note(batchOf(published.map(({ record }) => record)));
  for (const { record } of published) {
    const counted = COUNTED[record.event.type as keyof typeof COUNTED];
    if (counted !== undefined) count(counted);
    if (record.event.type === 'SecuritySignalRaised') countOf({ kind: record.event.kind }, COUNTED[record.event.type]);
  }
  // Counting outcomes again does no harm, counting facts again would: they come last.
  const counted = (await outcomeBatch(published)) && (await tallyBatch(published));
  const again = counted ? first : published[0];
  return { batchItemFailures: again === undefined ? [] : [{ itemIdentifier: again.sequence }] };
});
