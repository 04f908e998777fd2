/** A Lambda function as all of ours are: one handler file, one role with exactly its permissions, one log group. */
import { Stage as CdkStage, Duration, Stack, Validations } from 'aws-cdk-lib';
import {
  ApplicationLogLevel,
  Architecture,
  Code,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
  SystemLogLevel,
  Tracing,
} from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { bundleOf } from './bundle.ts';
import { HiveLogGroup } from './hive-log-group.ts';
import { HiveRole, mayTrace } from './hive-role.ts';
import type { Permission } from './permission.ts';
import { nameIn, type Stage } from './stage.ts';

export interface HiveFunctionProps<Env extends readonly string[]> {
  readonly stage: Stage;
  /** `<verb>-<noun>`: the function is called `hive-<stage>-<name>`. */
  readonly name: string;
  /** Folder of the handler below the project's root; default `lambdas/<name>`. */
  readonly folder?: string;
  /** The handler's contract: the names in ENV, each with its value. */
  readonly environment: Readonly<Record<Env[number], string>>;
  readonly may: readonly Permission[];
  /** Default: CloudFormation names it. For a role that policies of resources name, which its own policy names. */
  readonly roleName?: string;
  readonly timeout: Duration;
  /** MiB; CPU comes in proportion (1 769 MiB = one core). Default 512. */
  readonly memorySize?: number;
}

export class HiveFunction<Env extends readonly string[]> extends Construct {
  readonly function: LambdaFunction;
  readonly role: HiveRole;

  constructor(scope: Construct, id: string, props: HiveFunctionProps<Env>) {
    super(scope, id);
    const { stage, name } = props;
    const functionName = nameIn(stage, name);
    const logGroup = new HiveLogGroup(this, 'Logs', { stage, logGroupName: `/aws/lambda/${functionName}` });
    this.role = new HiveRole(this, 'Role', {
      service: 'lambda.amazonaws.com',
      ...(props.roleName !== undefined && { roleName: props.roleName }),
      may: [...props.may, mayLog(logGroup.logGroupArn), mayTrace],
    });
    this.function = new LambdaFunction(this, 'Function', {
      functionName,
      code: this.#code(props.folder ?? `lambdas/${name}`),
      handler: 'index.handler',
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      timeout: props.timeout,
      memorySize: props.memorySize ?? 512,
      tracing: Tracing.ACTIVE,
      // No lines about each call's start and end: what they say is in the metrics, and failures are logged all the same.
      loggingFormat: LoggingFormat.JSON,
      systemLogLevelV2: SystemLogLevel.WARN,
      applicationLogLevelV2: stage.keepsData ? ApplicationLogLevel.INFO : ApplicationLogLevel.DEBUG,
      logGroup,
      // The role is complete: what CDK would add to it (log, trace, consume) is named above and by the caller.
      role: this.role.withoutPolicyUpdates(),
      environment: {
        ...(props.environment as Record<string, string>),
        POWERTOOLS_SERVICE_NAME: name,
        POWERTOOLS_METRICS_NAMESPACE: 'NeuralHive',
        STAGE: stage.name,
        LOG_LEVEL: stage.keepsData ? 'INFO' : 'DEBUG',
        NODE_OPTIONS: '--enable-source-maps',
      },
    });
    Validations.of(this).acknowledge(
      {
        id: 'Serverless-LambdaDLQ',
        reason:
          'only asynchronous calls use it: those go to accept-plan and complete-plan, which have an on-failure destination; every other caller waits for the answer or keeps what failed itself',
      },
      {
        id: 'Serverless-LambdaStarPermissions',
        reason:
          'X-Ray takes nothing narrower than a star; every other wildcard has its own reason, see AwsSolutions-IAM5',
      },
    );
  }

  /** A synthesis that only looks at the template (`aws:cdk:bundling-stacks: []`, as tests do) builds nothing. */
  #code(folder: string): Code {
    const outdir = CdkStage.of(this)?.outdir;
    if (!outdir || !Stack.of(this).bundlingRequired) return Code.fromInline(`/* ${folder} */`);
    return Code.fromAsset(bundleOf(folder, outdir));
  }
}

/** The group's ARN attribute ends in `:*`, its streams, which Lambda names when it makes them. */
const mayLog = (logGroupArn: string): Permission => ({
  actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
  resources: [logGroupArn],
});

/** Long enough for a call that waits for a cold DynamoDB partition, short of API Gateway's own 29 s. */
export const API_TIMEOUT = Duration.seconds(15);
