/** A REST API as ours are: throttled, logged and traced; calls of a method are signed (SigV4) unless it says otherwise. */
import {
  AccessLogFormat,
  AuthorizationType,
  EndpointType,
  LogGroupLogDestination,
  MethodLoggingLevel,
  RestApi,
  type RestApiProps,
} from 'aws-cdk-lib/aws-apigateway';
import type { Construct } from 'constructs';
import { acknowledgeApi } from './agent-api-acknowledgements.ts';
import { secureGatewayResponses } from './gateway-responses.ts';
import { HiveLogGroup } from './hive-log-group.ts';
import { behindMutualTls } from './mutual-tls.ts';
import { nameIn, type Stage } from './stage.ts';

export interface HiveApi {
  readonly api: RestApi;
  /** Base URL without a trailing slash. */
  readonly url: string;
}

export interface HiveApiProps extends Pick<RestApiProps, 'description' | 'binaryMediaTypes'> {
  readonly stage: Stage;
  /** It is called `hive-<stage>-<name>`. */
  readonly name: string;
  /** Calls a second, and at once; more are answered with 429. */
  readonly rate: number;
  readonly burst: number;
  /** Its callers show no certificates, wherever others must. */
  readonly isPublic?: boolean;
  /** Another API of the account that has set the account's role for logs already. */
  readonly after?: RestApi;
}

/** Its parts are children of `scope`: AccessLog, Api, ExecutionLog. */
export function hiveApi(scope: Construct, props: HiveApiProps): HiveApi {
  const { stage, rate, burst, after, isPublic = false, name: _, ...rest } = props;
  const mutualTls = isPublic ? undefined : stage.mutualTls;
  const name = nameIn(stage, props.name);
  const accessLog = new HiveLogGroup(scope, 'AccessLog', { stage, logGroupName: `/aws/apigateway/${name}` });
  const api = new RestApi(scope, 'Api', {
    ...rest,
    restApiName: name,
    endpointTypes: [EndpointType.REGIONAL],
    // Nobody gets past the certificates that the domain asks for.
    ...(mutualTls !== undefined && { disableExecuteApiEndpoint: true }),
    defaultMethodOptions: { authorizationType: AuthorizationType.IAM },
    // The account's one role for API Gateway's logs: without it a stage that logs cannot be made.
    cloudWatchRole: stage.target === 'aws' && after === undefined,
    deployOptions: {
      stageName: stage.name,
      accessLogDestination: new LogGroupLogDestination(accessLog),
      accessLogFormat: AccessLogFormat.jsonWithStandardFields(),
      loggingLevel: MethodLoggingLevel.ERROR,
      dataTraceEnabled: false,
      metricsEnabled: true,
      tracingEnabled: true,
      throttlingRateLimit: rate,
      throttlingBurstLimit: burst,
    },
  });
  // The RestApi's own output: the stack has one of its own.
  api.node.tryRemoveChild('Endpoint');
  const executionLog = new HiveLogGroup(scope, 'ExecutionLog', {
    stage,
    // API Gateway makes a group of this name by itself, one that never expires, unless it is there.
    logGroupName: `API-Gateway-Execution-Logs_${api.restApiId}/${stage.name}`,
  });
  api.deploymentStage.node.addDependency(executionLog);
  if (after !== undefined) api.deploymentStage.node.addDependency(after.deploymentStage);
  secureGatewayResponses(api);
  acknowledgeApi(api, stage);
  if (mutualTls !== undefined) return { api, url: behindMutualTls(scope, props.name, api, mutualTls) };
  const url = stage.endpoint
    ? `${stage.endpoint}/_aws/execute-api/${api.restApiId}/${stage.name}`
    : `https://${api.restApiId}.execute-api.${api.env.region}.${api.stack.urlSuffix}/${stage.name}`;
  return { api, url };
}
