/** A log group with the stage's retention; CloudWatch Logs encrypts it at rest with a key of its own. */
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { Stage } from './stage.ts';

export class HiveLogGroup extends LogGroup {
  constructor(scope: Construct, id: string, props: { stage: Stage; logGroupName: string }) {
    super(scope, id, {
      logGroupName: props.logGroupName,
      retention: props.stage.logRetention,
      removalPolicy: props.stage.removal,
    });
  }
}
