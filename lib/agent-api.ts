/** The agents' REST API: every route is signed (SigV4), throttled, logged and answered by one function. */
import { Duration } from 'aws-cdk-lib';
import {
  AccessLogFormat,
  AuthorizationType,
  EndpointType,
  LambdaIntegration,
  LogGroupLogDestination,
  MethodLoggingLevel,
  RestApi,
} from 'aws-cdk-lib/aws-apigateway';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { acknowledgeApi } from './agent-api-acknowledgements.ts';
import { HiveLogGroup } from './hive-log-group.ts';
import type { Permission } from './permission.ts';
import { nameIn, type Stage } from './stage.ts';

/** The routes, as `METHOD /path`: those of an agent itself and those of the tickets it holds. */
export const ROUTES = {
  registerAgent: 'PUT /agents/{agent_id}',
  heartbeatAgent: 'POST /agents/{agent_id}/heartbeat',
  removeAgent: 'DELETE /agents/{agent_id}',
  claimTicket: 'POST /tickets/{ticket_id}/claim',
  heartbeatTicket: 'POST /tickets/{ticket_id}/heartbeat',
  reportTicket: 'POST /tickets/{ticket_id}/report',
} as const;
export type Route = (typeof ROUTES)[keyof typeof ROUTES];

export class AgentApi extends Construct {
  readonly api: RestApi;
  /** Base URL without a trailing slash. */
  readonly url: string;

  constructor(scope: Construct, id: string, props: { stage: Stage }) {
    super(scope, id);
    const { stage } = props;
    const name = nameIn(stage, 'agents');
    const accessLog = new HiveLogGroup(this, 'AccessLog', { stage, logGroupName: `/aws/apigateway/${name}` });
    this.api = new RestApi(this, 'Api', {
      restApiName: name,
      description: 'What agents say: register, heartbeat, claim, report',
      endpointTypes: [EndpointType.REGIONAL],
      defaultMethodOptions: { authorizationType: AuthorizationType.IAM },
      // The account's one role for API Gateway's logs: without it a stage that logs cannot be made.
      cloudWatchRole: stage.target === 'aws',
      deployOptions: {
        stageName: stage.name,
        accessLogDestination: new LogGroupLogDestination(accessLog),
        accessLogFormat: AccessLogFormat.jsonWithStandardFields(),
        loggingLevel: MethodLoggingLevel.ERROR,
        dataTraceEnabled: false,
        metricsEnabled: true,
        tracingEnabled: true,
        // The account's default (10 000 a second, 5 000 at once) made explicit, and lower: a fleet gone wild is stopped here.
        throttlingRateLimit: 2000,
        throttlingBurstLimit: 1000,
      },
    });
    // The RestApi's own output: the stack has ApiUrl.
    this.api.node.tryRemoveChild('Endpoint');
    const executionLog = new HiveLogGroup(this, 'ExecutionLog', {
      stage,
      // API Gateway makes a group of this name by itself, one that never expires, unless it is there.
      logGroupName: `API-Gateway-Execution-Logs_${this.api.restApiId}/${stage.name}`,
    });
    this.api.deploymentStage.node.addDependency(executionLog);
    this.url = stage.endpoint
      ? `${stage.endpoint}/_aws/execute-api/${this.api.restApiId}/${stage.name}`
      : `https://${this.api.restApiId}.execute-api.${this.api.env.region}.${this.api.stack.urlSuffix}/${stage.name}`;
    acknowledgeApi(this.api);
  }

  /** Has the function answer the route. */
  answer(route: Route, handler: IFunction): void {
    const [method = '', path = ''] = route.split(' ');
    const integration = new LambdaIntegration(handler, { allowTestInvoke: false, timeout: Duration.seconds(29) });
    this.api.root.resourceForPath(path).addMethod(method, integration);
  }

  /** Call every route: what an agent needs. */
  mayCall(): Permission {
    return {
      actions: ['execute-api:Invoke'],
      resources: Object.values(ROUTES).map((route) => {
        const [method = '', path = ''] = route.split(' ');
        return this.api.arnForExecuteApi(
          method,
          path.replaceAll(/\{[^}]*\}/g, '*'),
          this.api.deploymentStage.stageName,
        );
      }),
      wildcardBecause:
        "an agent's and a ticket's id are chosen at run time: the wildcard stands for the id in the path",
    };
  }
}
