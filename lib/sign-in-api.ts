/**
 * The Monitoring API for people who sign in with an issuer of their own (OpenID Connect): the same function behind a gateway
 * that asks for a bearer's token instead of AWS credentials. There only where the deployment names an issuer.
 */
import { Duration, Validations } from 'aws-cdk-lib';
import { AuthorizationType, LambdaIntegration, type RestApi, TokenAuthorizer } from 'aws-cdk-lib/aws-apigateway';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { ENV } from '../lambdas/authorize-caller/contract.ts';
import type { AgentApi } from './agent-api.ts';
import { HiveFunction } from './hive-function.ts';
import { hiveApi } from './rest-api.ts';
import type { Oidc, Stage } from './stage.ts';

export interface SignInApiProps {
  readonly stage: Stage;
  readonly agentApi: AgentApi;
  readonly oidc: Oidc;
  /** what answers the Monitoring API */
  readonly serve: IFunction;
}

/** Three parts of base64url: what is none is refused before anything of ours runs. */
const BEARER = '^[Bb]earer [A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+$';

export class SignInApi extends Construct {
  readonly api: RestApi;
  /** Base URL without a trailing slash. */
  readonly url: string;

  constructor(scope: Construct, id: string, props: SignInApiProps) {
    super(scope, id);
    const { stage, agentApi, oidc, serve } = props;
    const { function: authorize } = new HiveFunction<typeof ENV>(this, 'Function', {
      stage,
      name: 'authorize-caller',
      environment: {
        OIDC_ISSUER: oidc.issuer,
        OIDC_AUDIENCE: oidc.audience,
        OIDC_ROLES_CLAIM: oidc.rolesClaim,
        OIDC_TENANTS_CLAIM: oidc.tenantsClaim,
      },
      // It asks the issuer for its public keys, and no service of AWS for anything.
      may: [],
      timeout: Duration.seconds(10),
    });
    const { api, url } = hiveApi(this, {
      stage,
      name: 'sign-in',
      description: 'The Monitoring API for people who sign in by OpenID Connect',
      binaryMediaTypes: ['*/*'],
      // People, not programs: each call is authorised by a function.
      rate: 50,
      burst: 50,
      after: agentApi.api,
    });
    this.api = api;
    this.url = url;
    const authorizer = new TokenAuthorizer(this, 'Authorizer', {
      handler: authorize,
      validationRegex: BEARER,
      // What has expired, or was signed by a key that is withdrawn, counts no more at once.
      resultsCacheTtl: Duration.seconds(0),
    });
    const integration = new LambdaIntegration(serve, { allowTestInvoke: false, timeout: Duration.seconds(29) });
    const method = api.root
      .addResource('{proxy+}')
      .addMethod('ANY', integration, { authorizationType: AuthorizationType.CUSTOM, authorizer });
    Validations.of(method).acknowledge({
      id: 'AwsSolutions-COG4',
      reason:
        'people sign in with the issuer that they have: authorize-caller verifies its tokens, no user pool is needed',
    });
  }
}
