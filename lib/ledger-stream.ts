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
import { ALARM_PERIOD, HiveAlarm } from './hive-alarm.ts';
import type { Ledger } from './ledger.ts';
import type { Stage } from './stage.ts';

export interface FollowLedgerProps {
  readonly stage: Stage;
  readonly ledger: Ledger;
  readonly follower: IFunction;
  readonly deadLetters: DeadLetters;
  /** Only events of these types; or all but this one. */
  readonly eventTypes: readonly string[] | { readonly allBut: string };
  /** How long a batch is collected for, unless it is full before. */
  readonly waits: Duration;
  /**
   * Batches of a shard at once, 1 to 10. Lambda keeps the order of an item's records; each event is an item of its own,
   * so with more than one lane the events of a plan or ticket overtake each other.
   */
  readonly lanes: number;
  /** The alarm's name and the runbook's section for a follower that does not keep up, e.g. `ProjectLedgerBehind`. */
  readonly behind: string;
  readonly behindMeans: string;
}

/** Younger than this a record may be on its way through ordinary retries. */
const BEHIND_MS = 10 * 60_000;

/** Feeds the follower with the ledger's new events, each at least once. */
export function followLedger(scope: Construct, id: string, props: FollowLedgerProps): EventSourceMapping {
  const { stage, ledger, follower, deadLetters, eventTypes, waits } = props;
  new HiveAlarm(scope, props.behind, {
    stage,
    metric: follower.metric('IteratorAge', { period: ALARM_PERIOD, statistic: 'Maximum' }),
    above: BEHIND_MS,
    periods: 3,
    means: props.behindMeans,
  });
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
            event_type: {
              S: 'allBut' in eventTypes ? FilterRule.notEquals(eventTypes.allBut) : FilterRule.or(...eventTypes),
            },
          },
        },
      }),
    ],
    batchSize: 100,
    maxBatchingWindow: waits,
    // One bad record is found by halving its batch and costs the others one try each.
    bisectBatchOnError: true,
    reportBatchItemFailures: true,
    // Tried again until it is too old, however often that is: ten tries are over before an outage is.
    // Half of what the stream keeps: a record is set aside while it can still be read from the stream.
    maxRecordAge: Duration.hours(12),
    onFailure: new SqsDlq(deadLetters.queue),
    ...(stage.target === 'aws' && { parallelizationFactor: props.lanes }),
  });
}
