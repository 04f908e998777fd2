/**
 * The plans' machines: what they share (role, log group, name), and those of the templates in statemachines/plans.
 * Machines of other shapes are made at run time, by accept-plan as a rule, with the same role and the same logging.
 */
import { Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { HiveLogGroup } from './hive-log-group.ts';
import { HiveRole } from './hive-role.ts';
import type { Permission } from './permission.ts';
import type { PoolQueue } from './pool-queue.ts';
import { nameIn, type Stage } from './stage.ts';
import { type PlanTemplate, TemplateMachine } from './template-machine.ts';

export interface PlanMachinesProps {
  readonly stage: Stage;
  readonly pool: PoolQueue;
  /** Plans whose machines are there from the start. */
  readonly templates: readonly PlanTemplate[];
}

const BECAUSE =
  'plan machines are made at run time, one a shape; the prefix holds nothing but plan machines of this stage';

export class PlanMachines extends Construct {
  readonly role: HiveRole;
  readonly logGroup: HiveLogGroup;
  readonly prefix: string;
  /** By name, not by reference: a machine ends with complete-plan, which the stack comes to last. */
  readonly completePlanFunction: string;

  constructor(scope: Construct, id: string, props: PlanMachinesProps) {
    super(scope, id);
    this.prefix = nameIn(props.stage, 'plan-');
    this.completePlanFunction = nameIn(props.stage, 'complete-plan');
    this.logGroup = new HiveLogGroup(this, 'Logs', {
      stage: props.stage,
      // Under this prefix log delivery needs no statement a group in the account's resource policy, which is full at ten.
      logGroupName: `/aws/vendedlogs/states/${nameIn(props.stage, 'plans')}`,
    });
    this.role = new HiveRole(this, 'Role', {
      service: 'states.amazonaws.com',
      // Machines outlive the stack that made their role: one of the same name takes its place.
      roleName: nameIn(props.stage, 'plan-machine'),
      may: [props.pool.maySend(), this.#mayCompletePlan(), mayDeliverLogs, mayTraceExecutions],
    });
    for (const template of props.templates) {
      new TemplateMachine(this, template.shape, { stage: props.stage, machines: this, pool: props.pool, template });
    }
  }

  /** What the ARN of every plan's machine starts with. */
  get arnPrefix(): string {
    return Stack.of(this).formatArn({ service: 'states', resource: `stateMachine:${this.prefix}` });
  }

  /** What a function that makes machines must know of them. */
  get environment() {
    return {
      PLAN_MACHINE_PREFIX: this.prefix,
      PLAN_MACHINE_ROLE_ARN: this.role.roleArn,
      PLAN_MACHINE_LOG_GROUP_ARN: this.logGroup.logGroupArn,
      COMPLETE_PLAN_FUNCTION: this.completePlanFunction,
    };
  }

  /** Start a plan's execution. */
  mayStart(): Permission {
    return { actions: ['states:StartExecution'], resources: [this.#machines()], wildcardBecause: BECAUSE };
  }

  /** Look how an execution stands. */
  mayLook(): Permission {
    const executions = Stack.of(this).formatArn({ service: 'states', resource: `execution:${this.prefix}*` });
    return { actions: ['states:DescribeExecution'], resources: [executions], wildcardBecause: BECAUSE };
  }

  /** Make the machine of a new shape. */
  mayMake(): Permission[] {
    return [
      { actions: ['states:CreateStateMachine'], resources: [this.#machines()], wildcardBecause: BECAUSE },
      {
        actions: ['iam:PassRole'],
        resources: [this.role.roleArn],
        conditions: { StringEquals: { 'iam:PassedToService': 'states.amazonaws.com' } },
      },
    ];
  }

  /**
   * Answer a ticket's task token. The service authorization reference names no resource type for these two, but the
   * machine that the token belongs to is what IAM is asked about (it is the resource of the AccessDenied, and CDK's own
   * `grantTaskResponse` names it), so the prefix is enough.
   */
  mayAnswerTasks(): Permission {
    return {
      actions: ['states:SendTaskSuccess', 'states:SendTaskFailure'],
      resources: [this.#machines()],
      wildcardBecause: BECAUSE,
    };
  }

  #mayCompletePlan(): Permission {
    const stack = Stack.of(this);
    return {
      actions: ['lambda:InvokeFunction'],
      resources: [stack.formatArn({ service: 'lambda', resource: `function:${this.completePlanFunction}` })],
    };
  }

  #machines(): string {
    return `${this.arnPrefix}*`;
  }
}

/** What a machine's role needs to have its log delivered, as Step Functions' guide lists it. */
const mayDeliverLogs: Permission = {
  actions: [
    'logs:CreateLogDelivery',
    'logs:DeleteLogDelivery',
    'logs:DescribeLogGroups',
    'logs:DescribeResourcePolicies',
    'logs:GetLogDelivery',
    'logs:ListLogDeliveries',
    'logs:PutResourcePolicy',
    'logs:UpdateLogDelivery',
  ],
  resources: ['*'],
  wildcardBecause:
    'log deliveries and resource policies belong to the account: CloudWatch Logs has no resource type for them',
};

const mayTraceExecutions: Permission = {
  actions: ['xray:GetSamplingRules', 'xray:GetSamplingTargets', 'xray:PutTelemetryRecords', 'xray:PutTraceSegments'],
  resources: ['*'],
  wildcardBecause: 'X-Ray has no resource to name: these actions support no resource-level permissions',
};
