/** Public keys for anybody: JWKS and SPIFFE bundle, at an API of their own that asks for no signature. */
import { Duration, Validations } from 'aws-cdk-lib';
import { AuthorizationType, LambdaIntegration, type RestApi } from 'aws-cdk-lib/aws-apigateway';
import { Construct } from 'constructs';
import type { ENV } from '../lambdas/publish-keys/contract.ts';
import type { AgentApi } from './agent-api.ts';
import { API_TIMEOUT, HiveFunction } from './hive-function.ts';
import type { Ledger } from './ledger.ts';
import { hiveApi } from './rest-api.ts';
import type { Stage } from './stage.ts';

export interface PublishKeysProps {
  readonly stage: Stage;
  readonly agentApi: AgentApi;
  readonly ledger: Ledger;
}

const PATHS = ['/.well-known/jwks.json', '/.well-known/spiffe-bundle.json'];
/** AWS finds the keys by it: there where a role trusts the hive's issuer. */
const DISCOVERY = '/.well-known/openid-configuration';

export class PublishKeys extends Construct {
  /** Base URL without a trailing slash. */
  readonly url: string;
  readonly api: RestApi;

  constructor(scope: Construct, id: string, props: PublishKeysProps) {
    super(scope, id);
    const { stage, agentApi, ledger } = props;
    const { api, url } = hiveApi(this, {
      stage,
      name: 'keys',
      isPublic: true,
      description: "Public keys that tickets' tokens are verified with",
      // Whoever verifies keeps them for a minute: a hundred verifiers ask less than twice a second.
      rate: 50,
      burst: 50,
      after: agentApi.api,
    });
    const { function: publish } = new HiveFunction<typeof ENV>(this, 'Function', {
      stage,
      name: 'publish-keys',
      environment: { LEDGER_TABLE: ledger.table.tableName, TOKEN_ISSUER: url },
      may: [ledger.mayReadKeyRing()],
      timeout: API_TIMEOUT,
    });
    this.url = url;
    this.api = api;
    const integration = new LambdaIntegration(publish, { allowTestInvoke: false, timeout: Duration.seconds(29) });
    for (const path of stage.assetAccess === undefined ? PATHS : [...PATHS, DISCOVERY]) {
      const method = api.root
        .resourceForPath(path)
        .addMethod('GET', integration, { authorizationType: AuthorizationType.NONE });
      Validations.of(method).acknowledge(
        {
          id: 'AwsSolutions-APIG4',
          reason: 'public keys are for whoever verifies a token, as RFC 8615 has them; nothing else is told',
        },
        { id: 'AwsSolutions-COG4', reason: 'nobody logs in to read public keys' },
      );
    }
  }
}
