/**
 * The agents' API for agents without AWS credentials: the same functions, which ask for the credential of an enrolment, and
 * what makes and renews one. The gateway asks nobody who they are; there only where the deployment says so.
 */
import { Duration, Validations } from 'aws-cdk-lib';
import { AuthorizationType, type CfnStage, LambdaIntegration, type RestApi } from 'aws-cdk-lib/aws-apigateway';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { ENV as ExchangeEnv } from '../lambdas/exchange-enrolment/contract.ts';
import type { ENV as RenewEnv } from '../lambdas/renew-credential/contract.ts';
import type { AgentApi } from './agent-api.ts';
import { API_TIMEOUT, HiveFunction } from './hive-function.ts';
import type { Ledger } from './ledger.ts';
import { hiveApi } from './rest-api.ts';
import type { Stage } from './stage.ts';

export interface EnrolledAgentsApiProps {
  readonly stage: Stage;
  readonly agentApi: AgentApi;
  readonly ledger: Ledger;
}

export class EnrolledAgentsApi extends Construct {
  readonly api: RestApi;
  /** Base URL without a trailing slash. */
  readonly url: string;

  constructor(scope: Construct, id: string, props: EnrolledAgentsApiProps) {
    super(scope, id);
    const { stage, agentApi, ledger } = props;
    const environment = { LEDGER_TABLE: ledger.table.tableName };
    const { function: exchange } = new HiveFunction<typeof ExchangeEnv>(this, 'Exchange', {
      ...{ stage, name: 'exchange-enrolment', environment, timeout: API_TIMEOUT },
      may: [ledger.mayKeepEnrolments(), ledger.mayRefuse(), ledger.mayTakeTokens()],
    });
    const { function: renew } = new HiveFunction<typeof RenewEnv>(this, 'Renew', {
      ...{ stage, name: 'renew-credential', environment, timeout: API_TIMEOUT },
      may: [ledger.mayKeepCredentials(), ledger.mayTakeTokens()],
    });
    const { api, url } = hiveApi(this, {
      stage,
      name: 'enrolled-agents',
      description: 'What enrolled agents say: the agents’ API, by credential instead of signature',
      // Fewer than those that sign: whoever calls costs a read before anybody knows who they are.
      rate: 500,
      burst: 250,
      after: agentApi.api,
    });
    this.api = api;
    this.url = url;
    for (const [route, handler] of agentApi.handlers) this.#answer(route, handler);
    this.#answer('POST /enrolments/{enrolment_id}/exchange', exchange);
    this.#answer('POST /agents/{agent_id}/credential', renew);
    // Whoever calls it is nobody yet: each call costs a read, and with the id of an enrolment that there is, a record.
    (api.deploymentStage.node.defaultChild as CfnStage).addPropertyOverride('MethodSettings.1', {
      ...{ HttpMethod: 'POST', ResourcePath: '/~1enrolments~1{enrolment_id}~1exchange' },
      ...{ DataTraceEnabled: false, LoggingLevel: 'ERROR', MetricsEnabled: true },
      ...{ ThrottlingRateLimit: 5, ThrottlingBurstLimit: 10 },
    });
  }

  #answer(route: string, handler: IFunction): void {
    const [method = '', path = ''] = route.split(' ');
    const integration = new LambdaIntegration(handler, { allowTestInvoke: false, timeout: Duration.seconds(29) });
    const added = this.api.root
      .resourceForPath(path)
      .addMethod(method, integration, { authorizationType: AuthorizationType.NONE });
    Validations.of(added).acknowledge(
      {
        id: 'AwsSolutions-APIG4',
        reason:
          'the function asks for the credential of an enrolment, and reads from the ledger whether it counts, before anything else is done',
      },
      { id: 'AwsSolutions-COG4', reason: 'callers are programs that have been enrolled, not people with an account' },
    );
  }
}
