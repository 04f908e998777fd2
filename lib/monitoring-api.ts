/** The Monitoring API: one function answers every path, REST and RPC alike; what a caller may do is said by its policy. */
import { Duration } from 'aws-cdk-lib';
import { LambdaIntegration, type RestApi } from 'aws-cdk-lib/aws-apigateway';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { ManagedPolicy } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { ENV } from '../lambdas/serve-api/contract.ts';
import type { AgentApi } from './agent-api.ts';
import { ALARM_PERIOD, HiveAlarm } from './hive-alarm.ts';
import { HiveFunction } from './hive-function.ts';
import { mayDeliver } from './inboxes.ts';
import type { Ledger } from './ledger.ts';
import { acknowledgeWildcards, type Permission, policyOf } from './permission.ts';
import type { PlanMachines } from './plan-machines.ts';
import type { PoolQueue } from './pool-queue.ts';
import { hiveApi } from './rest-api.ts';
import { callersOf, nameIn, type Stage } from './stage.ts';
import type { TimerQueue } from './timer-queue.ts';
import type { TokenKeys } from './token-keys.ts';

export interface MonitoringApiProps {
  readonly stage: Stage;
  readonly agentApi: AgentApi;
  readonly ledger: Ledger;
  readonly tokens: TokenKeys;
  readonly machines: PlanMachines;
  readonly pool: PoolQueue;
  readonly timers: TimerQueue;
}

/** Paths of what only reads, and of what operators do, as API Gateway's ARNs have them. */
const READS = ['GET/v1/*', 'HEAD/v1/*', ...['List', 'Get', 'Watch', 'Explain'].map(rpcOf)];
const VERBS = [
  'PUT/v1/strategy',
  'PUT/v1/assets/*',
  // Who of them may is for the policies in force to say.
  'POST/v1/policies',
  'PUT/v1/policies/*',
  ...[
    ...['plans', 'tickets', 'incidents', 'agents', 'enrolments', 'assets'],
    ...['guards', 'tokens', 'keys', 'policies', 'access'],
  ].map((collection) => `POST/v1/${collection}/*`),
  ...[
    'Pause',
    'Resume',
    'Cancel',
    'Redrive',
    'Approve',
    'Reject',
    'Retry',
    'Skip',
    'Resolve',
    'Drain',
    'Undrain',
    'Override',
  ].map(rpcOf),
];
function rpcOf(verb: string): string {
  return `POST/neural_hive.v1.*/${verb}*`;
}

/** A watch waits up to 20 s for news; API Gateway for 29 s. */
const TIMEOUT = Duration.seconds(28);
/** A tool that meets its limit now and then is no matter for anybody. */
const LIMITED_PER_MINUTE = 100;

export class MonitoringApi extends Construct {
  /** Base URL without a trailing slash. */
  readonly url: string;
  readonly api: RestApi;
  /** What answers. */
  readonly serve: IFunction;
  /** Look at everything. */
  readonly monitorPolicy: ManagedPolicy;
  /**
   * Call all of it: look at everything; operators' verbs on plans, tickets and incidents; drain, quarantine and hand over agents, enrol
   * them and revoke their credentials; which strategy scheduling goes by; the catalogue; guards, tokens and keys; policies; who has
   * which role, and break-glass. Who of them may what, the policies in force say (docs/access.md).
   */
  readonly operatePolicy: ManagedPolicy;

  constructor(scope: Construct, id: string, props: MonitoringApiProps) {
    super(scope, id);
    const { stage, agentApi, ledger, tokens, machines, pool, timers } = props;
    const { function: serve } = new HiveFunction<typeof ENV>(this, 'Function', {
      stage,
      name: 'serve-api',
      environment: {
        LEDGER_TABLE: ledger.table.tableName,
        POOL_QUEUE_URL: pool.queue.queueUrl,
        TIMER_QUEUE_URL: timers.queue.queueUrl,
        ...machines.environment,
        ...tokens.checking,
        // The emulator names no callers.
        CALLERS: callersOf(stage),
        STANDING_ROLES: JSON.stringify(stage.roles),
      },
      may: [
        // Reads are part of it.
        ...ledger.mayEnd(),
        ledger.mayGovern(),
        ledger.mayRefuse(),
        // A plan that is redriven reopens its tickets as it then stands.
        ledger.mayCheck(),
        pool.maySend(),
        timers.maySet(),
        mayDeliver(this, stage),
        machines.mayAnswerTasks(),
        machines.mayStart(),
        ...machines.mayMake(),
      ],
      timeout: TIMEOUT,
      memorySize: 1024,
    });
    const { api, url } = hiveApi(this, {
      stage,
      name: 'monitoring',
      description: 'What people and their tools look at, and what operators do',
      // Connect's and gRPC-Web's messages are bytes; text passes through as it is.
      binaryMediaTypes: ['*/*'],
      rate: 200,
      burst: 100,
      after: agentApi.api,
    });
    this.url = url;
    this.api = api;
    this.serve = serve;
    new HiveAlarm(this, 'RateLimited', {
      stage,
      metric: new Metric({
        namespace: 'NeuralHive',
        metricName: 'neural_hive_orchestrator_rate_limited_total',
        dimensionsMap: { service: 'serve-api' },
        period: ALARM_PERIOD,
        statistic: 'Sum',
      }),
      above: LIMITED_PER_MINUTE,
      periods: 5,
      means:
        'Many calls of the Monitoring API are refused as over a limit: a tool asks too often, or the limits are too low.',
    });
    const integration = new LambdaIntegration(serve, { allowTestInvoke: false, timeout: Duration.seconds(29) });
    api.root.addResource('{proxy+}').addMethod('ANY', integration);
    this.monitorPolicy = this.#policy('Monitor', 'Look at plans, tickets, agents and incidents', stage, api, READS);
    this.operatePolicy = this.#policy('Operate', "Look, and use operators' verbs", stage, api, [...READS, ...VERBS]);
  }

  #policy(id: string, description: string, stage: Stage, api: RestApi, paths: readonly string[]): ManagedPolicy {
    const may: Permission = {
      actions: ['execute-api:Invoke'],
      resources: paths.map((path) => {
        const [method = '', ...rest] = path.split('/');
        return api.arnForExecuteApi(method, `/${rest.join('/')}`, stage.name);
      }),
      wildcardBecause:
        'ids are chosen at run time, and what is read may grow: the wildcard stays within one method and API',
    };
    const policy = new ManagedPolicy(this, `${id}Policy`, {
      managedPolicyName: nameIn(stage, id.toLowerCase()),
      description,
      document: policyOf([may]),
    });
    acknowledgeWildcards(policy, [may]);
    return policy;
  }
}
