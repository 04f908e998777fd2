/** The pools' queue: a ticket that may run, or a change that may let one run, in a message group a pool. */
import { Duration } from 'aws-cdk-lib';
import { DeduplicationScope, FifoThroughputLimit, Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { DeadLetters } from './dead-letters.ts';
import { ALARM_PERIOD, HiveAlarm } from './hive-alarm.ts';
import type { Permission } from './permission.ts';
import { nameIn, type Stage } from './stage.ts';

/**
 * How long one scheduling round may take. The queue hides a batch for three times as long: Lambda advises six, but that
 * is how long a pool stands still after a crash, and nothing but the account's own limit throttles this function.
 */
export const ROUND_TIMEOUT = Duration.seconds(15);
const HIDDEN_FOR_ROUNDS = 3;

export class PoolQueue extends Construct {
  readonly queue: Queue;

  constructor(scope: Construct, id: string, props: { stage: Stage }) {
    super(scope, id);
    const { stage } = props;
    const deadLetters = new DeadLetters(this, 'DeadLetters', {
      stage,
      of: 'pool',
      fifo: true,
      alarm: 'PoolDeadLetters',
      means: 'A ticket or a round was given up after ten tries: its plan waits until its outer deadline.',
    });
    this.queue = new Queue(this, 'Queue', {
      queueName: nameIn(stage, 'pool.fifo'),
      fifo: true,
      contentBasedDeduplication: true,
      // High throughput: the quota is for each pool, not for the queue.
      fifoThroughputLimit: FifoThroughputLimit.PER_MESSAGE_GROUP_ID,
      deduplicationScope: DeduplicationScope.MESSAGE_GROUP,
      visibilityTimeout: Duration.seconds(HIDDEN_FOR_ROUNDS * ROUND_TIMEOUT.toSeconds()),
      retentionPeriod: Duration.days(14),
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      deadLetterQueue: { queue: deadLetters.queue, maxReceiveCount: 10 },
      removalPolicy: stage.removal,
    });
    new HiveAlarm(this, 'PoolQueueStalled', {
      stage,
      metric: this.queue.metricApproximateAgeOfOldestMessage({ period: ALARM_PERIOD, statistic: 'Maximum' }),
      above: HIDDEN_FOR_ROUNDS * ROUND_TIMEOUT.toSeconds(),
      periods: 3,
      means: 'Tickets that may run wait for a scheduling round: rounds fail or are too slow.',
    });
  }

  /** Hand in a ticket, or ask for a round. */
  maySend(): Permission {
    return { actions: ['sqs:SendMessage'], resources: [this.queue.queueArn] };
  }

  /** Take batches off the queue, as an event source does. */
  mayConsume(): Permission {
    return {
      actions: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ChangeMessageVisibility'],
      resources: [this.queue.queueArn],
    };
  }
}
