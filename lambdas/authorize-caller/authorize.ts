/** A call let in: what API Gateway wants to hear of it, and hands on to the function that answers. */
import type { APIGatewayAuthorizerResult, APIGatewayTokenAuthorizerEvent } from 'aws-lambda';
import { principalOf } from '../../core/access/identity.ts';
import { bearerOf, type SignIn } from '../../core/access/oidc/sign-in.ts';
import { refuseToken } from '../../core/credential/token/refusal.ts';

/**
 * For this one call: what its caller may do is asked of the policies by the function behind. Lists are JSON, as a context
 * holds text only; lambdas/runtime/identity.ts reads them.
 * @throws HiveError as SignIn
 */
export const createAuthorizeCaller =
  (signIn: SignIn) =>
  async ({
    authorizationToken,
    methodArn,
  }: Pick<APIGatewayTokenAuthorizerEvent, 'authorizationToken' | 'methodArn'>): Promise<APIGatewayAuthorizerResult> => {
    const token = bearerOf(authorizationToken);
    if (token === undefined) throw refuseToken('TOKEN_MISSING', undefined, 'Authorization is not Bearer and a token.');
    const identity = await signIn(token);
    return {
      principalId: principalOf(identity),
      policyDocument: {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Action: 'execute-api:Invoke', Resource: methodArn }],
      },
      context: {
        oidc_issuer: identity.issuer,
        oidc_subject: identity.subject,
        oidc_roles: JSON.stringify(identity.roles),
        oidc_tenants: JSON.stringify(identity.tenants),
      },
    };
  };
