/** The timers: messages that say "look again at T", delayed until they are due. */
import { Duration } from 'aws-cdk-lib';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { DeadLetters } from './dead-letters.ts';
import { ALARM_PERIOD, HiveAlarm } from './hive-alarm.ts';
import type { Permission } from './permission.ts';
import { nameIn, type Stage } from './stage.ts';

/** How long one batch of looks may take: failing a plan of thousands of tickets is many transactions. */
export const LOOK_TIMEOUT = Duration.minutes(2);
/**
 * As long as a batch stays hidden after a crash. Lambda advises six times the function's timeout, but until then what is
 * due is not noticed, and nothing but the account's own limit throttles this function.
 */
const HIDDEN_FOR = Duration.minutes(3);
/** A failed look comes again within 45 seconds: an outage of an hour is sat out before a timer is given up. */
const MAX_LOOKS = 100;
/** SQS delays a message for at most 900 s, and counts its age from when it was sent. */
const LATE_S = 1200;

export class TimerQueue extends Construct {
  readonly queue: Queue;

  constructor(scope: Construct, id: string, props: { stage: Stage }) {
    super(scope, id);
    const { stage } = props;
    const deadLetters = new DeadLetters(this, 'DeadLetters', {
      stage,
      of: 'timers',
      alarm: 'TimerDeadLetters',
      means: 'A timer was given up: what is due for its ticket or plan is not noticed any more.',
    });
    this.queue = new Queue(this, 'Queue', {
      queueName: nameIn(stage, 'timers'),
      visibilityTimeout: HIDDEN_FOR,
      retentionPeriod: Duration.days(14),
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      deadLetterQueue: { queue: deadLetters.queue, maxReceiveCount: MAX_LOOKS },
      removalPolicy: stage.removal,
    });
    new HiveAlarm(this, 'TimersLate', {
      stage,
      metric: this.queue.metricApproximateAgeOfOldestMessage({ period: ALARM_PERIOD, statistic: 'Maximum' }),
      above: LATE_S,
      periods: 3,
      means: 'Timers do not fire: lost agents, timeouts, backoffs and deadlines are noticed late.',
    });
  }

  /** Set a timer. */
  maySet(): Permission {
    return { actions: ['sqs:SendMessage'], resources: [this.queue.queueArn] };
  }

  /** Take timers that are due off the queue, as an event source does. */
  mayConsume(): Permission {
    return {
      actions: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ChangeMessageVisibility'],
      resources: [this.queue.queueArn],
    };
  }
}
