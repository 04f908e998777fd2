/** A function that follows the ledger's stream: what it cannot handle is set aside, the rest goes on. */
import { Duration } from 'aws-cdk-lib';
import {
  EventSourceMapping,
  FilterCriteria,
  FilterRule,
  type IFunction,
  StartingPosition,
} from 'aws-cdk-lib/aws-lambda';
import { SqsDlq } from 'aws-cdk-lib/aws-lambda-event-sources';
import type { Construct } from 'constructs';
import type { DeadLetters } from './dead-letters.ts';
import type { Ledger } from './ledger.ts';
import type { Stage } from './stage.ts';

export interface FollowLedgerProps {
  readonly stage: Stage;
  readonly ledger: Ledger;
  readonly follower: IFunction;
  readonly deadLetters: DeadLetters;
  /** Only events of these types; default all events. */
  readonly eventTypes?: readonly string[];
}

/** Feeds the follower with the ledger's new events, in order for each plan and ticket. */
export function followLedger(scope: Construct, id: string, props: FollowLedgerProps): EventSourceMapping {
  const { stage, ledger, follower, deadLetters, eventTypes } = props;
  return new EventSourceMapping(scope, id, {
    target: follower,
    ...(ledger.table.tableStreamArn && { eventSourceArn: ledger.table.tableStreamArn }),
    startingPosition: StartingPosition.TRIM_HORIZON,
    filters: [
      FilterCriteria.filter({
        eventName: FilterRule.isEqual('INSERT'),
        dynamodb: {
          NewImage: {
            kind: { S: FilterRule.isEqual('event') },
            ...(eventTypes && { event_type: { S: FilterRule.or(...eventTypes) } }),
          },
        },
      }),
    ],
    batchSize: 100,
    // One bad record is found by halving its batch and costs the others one try each.
    bisectBatchOnError: true,
    reportBatchItemFailures: true,
    retryAttempts: 10,
    // Half of what the stream keeps: a record is set aside while it can still be read from the stream.
    maxRecordAge: Duration.hours(12),
    onFailure: new SqsDlq(deadLetters.queue),
    // Records of one key stay in order in one lane of a shard.
    ...(stage.target === 'aws' && { parallelizationFactor: 10 }),
  });
}
