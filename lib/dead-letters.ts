/** Where a message goes that could not be handled: kept for as long as SQS can, and an alarm from the first one on. */
import { Duration, Validations } from 'aws-cdk-lib';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { ALARM_PERIOD, HiveAlarm } from './hive-alarm.ts';
import type { Permission } from './permission.ts';
import { nameIn, type Stage } from './stage.ts';

export interface DeadLettersProps {
  readonly stage: Stage;
  /** What they are the dead letters of: the queue is `hive-<stage>-<of>-dlq`. */
  readonly of: string;
  readonly fifo?: boolean;
  /** The alarm's name and the runbook's section, e.g. `AcceptPlanDeadLetters`. */
  readonly alarm: string;
  /** What a message in the queue means, in a sentence. */
  readonly means: string;
}

export class DeadLetters extends Construct {
  readonly queue: Queue;

  constructor(scope: Construct, id: string, props: DeadLettersProps) {
    super(scope, id);
    const { stage } = props;
    this.queue = new Queue(this, 'Queue', {
      queueName: nameIn(stage, `${props.of}-dlq${props.fifo ? '.fifo' : ''}`),
      // A queue of the other kind is `undefined`, not `false`, to CloudFormation.
      ...(props.fifo && { fifo: true }),
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
      removalPolicy: stage.removal,
    });
    const reason = 'this is a dead-letter queue: from here on it is for a person, whom the alarm on its depth calls';
    Validations.of(this.queue).acknowledge(
      { id: 'AwsSolutions-SQS3', reason },
      { id: 'Serverless-SQSRedrivePolicy', reason },
    );
    new HiveAlarm(this, props.alarm, {
      stage,
      metric: this.queue.metricApproximateNumberOfMessagesVisible({ period: ALARM_PERIOD, statistic: 'Maximum' }),
      above: 0,
      means: props.means,
    });
  }

  mayReceive(): Permission {
    return { actions: ['sqs:SendMessage'], resources: [this.queue.queueArn] };
  }
}
