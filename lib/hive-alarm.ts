/** An alarm is named for the section of docs/runbook.md that says what it means and what to do. */
import { Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Topic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { nameIn, type Stage } from './stage.ts';

export interface HiveAlarmProps {
  readonly stage: Stage;
  readonly metric: IMetric;
  /** It goes off above this. */
  readonly above: number;
  /** Periods of the metric in a row; default 1. */
  readonly periods?: number;
  readonly means: string;
}

export class HiveAlarm extends Alarm {
  /** @param section PascalCase: the construct's id, the runbook's heading and the end of the alarm's name */
  constructor(scope: Construct, section: string, props: HiveAlarmProps) {
    super(scope, section, {
      alarmName: nameIn(props.stage, section),
      alarmDescription: `${props.means} Runbook: docs/runbook.md#${section.toLowerCase()}`,
      metric: props.metric,
      threshold: props.above,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: props.periods ?? 1,
      // Queues and functions without traffic send no figures: that is not a fault.
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
    const topicArn = props.stage.alarmTopicArn;
    if (topicArn) this.addAlarmAction(new SnsAction(Topic.fromTopicArn(this, 'Topic', topicArn)));
  }
}

export const ALARM_PERIOD = Duration.minutes(1);
