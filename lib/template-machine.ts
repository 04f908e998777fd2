/**
 * The machine of a plan template: the same that accept-plan would make at run time, made at deploy time instead. It has
 * a name of its own, so a deploy does not meet one that was made before its shape became a template.
 */
import { RemovalPolicy, Validations } from 'aws-cdk-lib';
import { CfnStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { templateMachineName } from '../adapters/stepfunctions/machine-name.ts';
import { aslText } from './asl-text.ts';
import type { PlanMachines } from './plan-machines.ts';
import type { PoolQueue } from './pool-queue.ts';
import type { Stage } from './stage.ts';

/** A compiled plan; its definition depends on where tickets go and on who ends the plan. */
export interface PlanTemplate {
  /** Of the file that it was read from, for messages and the construct's id. */
  readonly name: string;
  /** 64 hex digits: plans of one shape share a machine. */
  readonly shape: string;
  readonly definition: (targets: { poolQueueUrl: string; completePlanFunction: string }) => unknown;
}

export interface TemplateMachineProps {
  readonly stage: Stage;
  readonly machines: PlanMachines;
  readonly pool: PoolQueue;
  readonly template: PlanTemplate;
}

export class TemplateMachine extends Construct {
  constructor(scope: Construct, id: string, props: TemplateMachineProps) {
    super(scope, id);
    const { stage, machines, pool, template } = props;
    // Names the shape, so it occurs in no plan of that shape: the shape is a digest of the plan's own text.
    const placeholder = `pool-queue-of-${template.shape}`;
    const definition = template.definition({
      poolQueueUrl: placeholder,
      completePlanFunction: machines.completePlanFunction,
    });
    const machine = new CfnStateMachine(this, 'Machine', {
      stateMachineName: templateMachineName(machines.prefix, template.shape),
      stateMachineType: 'STANDARD',
      definitionString: aslText(definition, placeholder, pool.queue.queueUrl),
      roleArn: machines.role.roleArn,
      loggingConfiguration: {
        level: 'ERROR',
        includeExecutionData: false,
        destinations: [{ cloudWatchLogsLogGroup: { logGroupArn: machines.logGroup.logGroupArn } }],
      },
      tracingConfiguration: { enabled: true },
    });
    // Deleting a machine ends its executions: a template that is taken away leaves its machine, unless nothing of value
    // runs there.
    machine.applyRemovalPolicy(
      stage.target === 'aws' ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE : RemovalPolicy.DESTROY,
    );
    Validations.of(machine).acknowledge({
      id: 'AwsSolutions-SF1',
      reason:
        'errors only: the ledger records every step, Step Functions keeps the whole history for 90 days, and logging it all costs more than running it',
    });
  }
}
